"""The states of a text's tokens after a middle layer: what a model knows of them before it turns to the next word.

The model is cut after that layer once, into a file of its own in the cache, and run for embeddings: half a model costs
half the time, and no copy of the whole one is loaded.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.errors import ModelError
from summarizer.generation.gguf_file import GgufFile, Tensor, aligned, checked, size_of
from summarizer.generation.llama_link import Link
from summarizer.generation.llama_params import parameters
from summarizer.generation.special_tokens import defuser
from summarizer.interruption import look
from summarizer.settings import Settings
from summarizer.weights import derived

_TEXTS_A_REQUEST = 8


class States(NamedTuple):
    """spans: (start, end) of each token in the text, in characters (a character of several tokens is in each of them);
    vectors: (tokens, width) float32."""

    spans: list[tuple[int, int]]
    vectors: NDArray[np.float32]


class StateReader:
    """Reads texts through the first ``layers`` layers of a GGUF. Thread-safe. Raises ModelError.

    plain: makes a text one without control tokens, which reads the same; what an article says goes through it.
    longest: tokens of a text, which is one batch. llama.cpp holds the scores of all words for each token of a batch,
    though nobody asks for them: 1.2 MB a token of ``longest`` for Qwen's vocabulary.
    """

    def __init__(self, model: Path, layers: int, settings: Settings, *, longest: int = 512) -> None:
        self.name = f"{model.name}, {layers} layers"
        file = checked(model, self.name)
        path = cut(file, layers, settings)
        self.plain = defuser(file.control_tokens())
        self._link = Link(_parameters(path, settings, longest), self.name)
        self.longest = longest

    def read(self, texts: Sequence[str]) -> list[States]:
        """The states of each text, in order. Control tokens in a text are read as such: see ``plain``. Raises
        GenerationError; ValueError when a text has more tokens than ``longest``."""
        found: list[States] = []
        for start in range(0, len(texts), _TEXTS_A_REQUEST):
            look()
            found += self._read(texts[start : start + _TEXTS_A_REQUEST])
        return found

    def count(self, text: str) -> int:
        """Tokens of ``text``, control tokens read as such."""
        return len(self._tokens(text))

    def close(self) -> None:
        """Free the model; further calls raise GenerationError."""
        self._link.close()

    def _read(self, texts: Sequence[str]) -> list[States]:
        tokens = [self._tokens(text) for text in texts]
        longest = max(len(each) for each in tokens)
        if longest > self.longest:
            raise ValueError(f"a text has {longest} tokens; at most {self.longest} are read")
        ids = [[token["id"] for token in each] for each in tokens]
        answers = self._link.post("/embedding", content=ids, embd_normalize=-1)
        vectors = {answer["index"]: np.asarray(answer["embedding"], dtype=np.float32) for answer in answers}
        return [
            States(_spans(text, [_bytes(token["piece"]) for token in each]), vectors[place])
            for place, (text, each) in enumerate(zip(texts, tokens, strict=True))
        ]

    def _tokens(self, text: str) -> list[dict[str, Any]]:
        answer = self._link.post("/tokenize", content=text, add_special=True, parse_special=True, with_pieces=True)
        return list(answer["tokens"])


def _parameters(path: Path, settings: Settings, longest: int) -> Any:
    params = parameters(path, settings.threads)
    from xllamacpp import llama_pooling_type as kinds

    params.embedding, params.embd_normalize = True, -1
    params.pooling_type = kinds.LLAMA_POOLING_TYPE_NONE
    params.n_batch = params.n_ubatch = longest
    params.n_parallel = _TEXTS_A_REQUEST
    params.n_ctx = longest * _TEXTS_A_REQUEST
    return params


def _bytes(piece: str | list[int]) -> bytes:
    """Of a token; one that ends within a character comes as numbers."""
    return piece.encode() if isinstance(piece, str) else bytes(piece)


def _spans(text: str, pieces: Sequence[bytes]) -> list[tuple[int, int]]:
    """Where each token stands; one that the text does not hold, such as the beginning mark, has an empty span."""
    encoded = text.encode()
    # Character that each byte belongs to, and one past the last.
    characters = np.repeat(np.arange(len(text)), [len(character.encode()) for character in text])
    spans, at = [], 0
    for piece in pieces:
        held = encoded.startswith(piece, at)
        if not held and encoded.startswith(piece.lstrip(b" "), at):  # SentencePiece puts a space before a text
            piece, held = piece.lstrip(b" "), True
        first = int(characters[at]) if at < len(encoded) else len(text)
        at += len(piece) if held else 0
        last = int(characters[at - 1]) + 1 if held and piece else first
        spans.append((first, last))
    return spans


def cut(file: GgufFile, layers: int, settings: Settings) -> Path:
    """The first ``layers`` layers of ``file`` as a GGUF of its own, made on first use. Raises ModelError."""
    blocks = int(file.of_architecture("block_count") or 0)
    if not 0 < layers < blocks:
        raise ModelError(
            f"it has {blocks} layers and cannot be cut after {layers}",
            remedy="Name another model.",
            where=file.path.name,
        )

    def build(staging: Path) -> None:
        with (staging / "model.gguf").open("wb") as out:
            _write(file, layers, out)

    return derived(f"{_mark(file)}-{layers}-layers", settings, build) / "model.gguf"


def _mark(file: GgufFile) -> str:
    """Tells a file from any other by its header, its size and its last megabyte: the whole would take a second to read
    at every start."""
    size = file.path.stat().st_size
    with file.path.open("rb") as source:
        digest = hashlib.sha256(source.read(file.data_start))
        source.seek(max(0, size - (1 << 20)))
        digest.update(source.read())
    return f"{digest.hexdigest()[:16]}-{size}"


def _write(file: GgufFile, layers: int, out: IO[bytes]) -> None:
    alignment = int(file.values.get("general.alignment", 32))
    kept = [tensor for tensor in file.tensors if _is_kept(tensor.name, layers)]
    counted = f"{file.architecture}.block_count"  # a number of four bytes at the end of its entry
    out.write(b"GGUF" + struct.pack("<IQQ", 3, len(kept), len(file.spans)))
    with file.path.open("rb") as source:
        for key, (start, end) in file.spans.items():
            source.seek(start)
            entry = source.read(end - start)
            out.write(entry[:-4] + struct.pack("<I", layers) if key == counted else entry)
        offset = 0
        for tensor in kept:
            out.write(_entry(tensor, offset))
            offset = aligned(offset + size_of(tensor), alignment)
        for tensor in kept:
            out.write(bytes(aligned(out.tell(), alignment) - out.tell()))
            source.seek(file.data_start + tensor.offset)
            _copy(source, out, size_of(tensor))


def _is_kept(name: str, layers: int) -> bool:
    """Blocks up to the cut, and what stands before and behind all; not the matrix that turns states into words."""
    head, _, rest = name.partition(".")
    return int(rest.partition(".")[0]) < layers if head == "blk" else head != "output"


def _entry(tensor: Tensor, offset: int) -> bytes:
    name = tensor.name.encode()
    shape = struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape)
    return struct.pack("<Q", len(name)) + name + shape + struct.pack("<IQ", tensor.kind, offset)


def _copy(source: IO[bytes], out: IO[bytes], length: int) -> None:
    while length:
        block = source.read(min(length, 1 << 20))
        out.write(block)
        length -= len(block)
