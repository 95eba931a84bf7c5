"""A GGUF file's metadata, read without loading the model, and whether the engine can write with it.

The header is walked where it lies (``mmap``): vocabularies of 150,000 tokens cost a tenth of a second. Format:
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any, NamedTuple

from summarizer.errors import ModelError

SHORTEST_CONTEXT = 512
"""Tokens that a prompt of one small story and its answer take."""
_MAGIC, _VERSIONS = b"GGUF", (2, 3)
_STRING, _ARRAY = 8, 9
_SCALARS = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}  # type number of the format: struct's letter
_CONTROL, _USER_DEFINED = 3, 4
_WRITE_NOTHING = {
    "clip": "a picture encoder",
    "whisper": "a speech recogniser",
    "t5": "an encoder with a decoder; as safetensors it runs as hf:<id>",
    "wavtokenizer-dec": "a speech synthesiser",
}
_ENCODERS = ("bert", "embed", "t5encoder")  # parts of the names of architectures that only encode
_OTHER_MODELS = "Any GGUF of a chat model of its size runs, as gguf:Qwen/Qwen2.5-3B-Instruct-GGUF."


class Tensor(NamedTuple):
    """Where a tensor lies: ``offset`` bytes behind ``GgufFile.data_start``; kind: the format's number of its type."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int


class GgufFile(NamedTuple):
    """A parsed header. values: metadata by key (arrays of strings as tuples); spans: the bytes that each takes."""

    path: Path
    values: dict[str, Any]
    spans: dict[str, tuple[int, int]]
    tensors: tuple[Tensor, ...]
    data_start: int

    @property
    def architecture(self) -> str:
        """As ``qwen2`` or ``llama``."""
        return str(self.values.get("general.architecture", ""))

    def of_architecture(self, key: str) -> Any:
        """The value of ``<architecture>.<key>``, None when there is none."""
        return self.values.get(f"{self.architecture}.{key}")

    @property
    def context(self) -> int:
        """Tokens that the model was made for."""
        return int(self.of_architecture("context_length") or 0)

    def control_tokens(self) -> tuple[str, ...]:
        """Tokens that no text may write by itself, such as ``<|im_end|>``."""
        tokens, kinds = (self.values.get(f"tokenizer.ggml.{key}", ()) for key in ("tokens", "token_type"))
        marked = zip(tokens, kinds, strict=False)
        return tuple(token for token, kind in marked if kind in (_CONTROL, _USER_DEFINED))


def checked(path: Path, where: str) -> GgufFile:
    """The file's metadata, when the engine can write with it. Raises ModelError, one sentence on what it is instead."""
    file = read(path, where)
    problem, remedy = _refusal(file)
    if problem:
        raise ModelError(problem, remedy=remedy, where=where)
    return file


def read(path: Path, where: str) -> GgufFile:
    """The metadata of any whole GGUF file. Raises ModelError."""
    try:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            file = _parse(path, data)
            missing = _missing_bytes(file, len(data))
    except FileNotFoundError:
        raise ModelError("there is no such file", remedy="Check the path.", where=where) from None
    except (OSError, ValueError) as failure:
        raise ModelError(
            f"it cannot be read ({failure})", remedy="Name a file that you may read.", where=where
        ) from failure
    except _NoGgufError as failure:
        raise ModelError(str(failure), remedy="Name a model in the GGUF format.", where=where) from None
    except (struct.error, IndexError, KeyError, OverflowError, MemoryError) as failure:
        raise ModelError("its header is broken or cut off", remedy="Fetch the file again.", where=where) from failure
    if missing > 0:
        raise ModelError(f"the last {missing:,} bytes of it are missing", remedy="Fetch the file again.", where=where)
    return file


def _refusal(file: GgufFile) -> tuple[str, str]:
    """What keeps the engine from writing with it, and what to do; two empty strings when nothing does."""
    kind = file.architecture
    parts = int(file.values.get("split.count", 1))
    if parts > 1:
        return f"it is one of the {parts} parts of a model", "Join them first: llama-gguf-split --merge."
    if file.values.get("general.type") == "adapter":
        return "it is an adapter, not a model", "Name the model that it belongs to."
    if kind in _WRITE_NOTHING:
        return f"it is {_WRITE_NOTHING[kind]} ('{kind}'), which writes no text here", _OTHER_MODELS
    if any(part in kind for part in _ENCODERS):
        return f"it is a text encoder ('{kind}'), which writes no text", _OTHER_MODELS
    if not kind or "tokenizer.ggml.tokens" not in file.values or not file.tensors:
        return "it holds no language model", _OTHER_MODELS
    if not file.values.get("tokenizer.chat_template"):
        return "it carries no chat template, so it has not learnt to follow instructions", (
            "Choose the model's Instruct or Chat version."
        )
    if file.context < SHORTEST_CONTEXT:
        return f"its context of {file.context} tokens holds no story (at least {SHORTEST_CONTEXT})", _OTHER_MODELS
    return "", ""


class _NoGgufError(Exception):
    """The file is something else."""


def _parse(path: Path, data: mmap.mmap) -> GgufFile:
    if data[:4] != _MAGIC:
        raise _NoGgufError("it is no GGUF file")
    version, tensor_count, key_count = struct.unpack_from("<IQQ", data, 4)
    if version not in _VERSIONS:
        raise _NoGgufError(f"it is a GGUF file of version {version & 0xFFFF or 'a big-endian machine'}")
    reader = _Reader(data, 24)
    values: dict[str, Any] = {}
    spans: dict[str, tuple[int, int]] = {}
    for _ in range(key_count):
        start, key = reader.at, reader.string()
        values[key] = reader.value(reader.scalar("I"))
        spans[key] = (start, reader.at)
    tensors = tuple(reader.tensor() for _ in range(tensor_count))
    alignment = int(values.get("general.alignment", 32))
    return GgufFile(path, values, spans, tensors, aligned(reader.at, alignment))


def aligned(offset: int, alignment: int) -> int:
    """The next multiple of ``alignment``."""
    return -(-offset // alignment) * alignment


class _Reader:
    def __init__(self, data: mmap.mmap, at: int) -> None:
        self._data, self.at = data, at

    def scalar(self, letter: str) -> Any:
        [found] = struct.unpack_from(f"<{letter}", self._data, self.at)
        self.at += struct.calcsize(letter)
        return found

    def string(self) -> str:
        length = self.scalar("Q")
        start, self.at = self.at, self.at + length
        if self.at > len(self._data):
            raise IndexError("a string beyond the end of the file")
        return self._data[start : self.at].decode("utf-8", errors="replace")

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.string()
        if kind != _ARRAY:
            return self.scalar(_SCALARS[kind])
        kind, count = self.scalar("I"), self.scalar("Q")
        if kind in _SCALARS:
            found = struct.unpack_from(f"<{count}{_SCALARS[kind]}", self._data, self.at)
            self.at += struct.calcsize(f"<{count}{_SCALARS[kind]}")
            return found
        return tuple(self.value(kind) for _ in range(count))

    def tensor(self) -> Tensor:
        name, dimensions = self.string(), self.scalar("I")
        shape = tuple(self.scalar("Q") for _ in range(dimensions))
        return Tensor(name, shape, self.scalar("I"), self.scalar("Q"))


def size_of(tensor: Tensor) -> int:
    """Bytes of a tensor's data."""
    from math import prod

    from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

    block, size = GGML_QUANT_SIZES[GGMLQuantizationType(tensor.kind)]
    return prod(tensor.shape) // block * size


def _missing_bytes(file: GgufFile, size: int) -> int:
    """Bytes that the file is too short by."""
    if not file.tensors:
        return 0
    last = max(file.tensors, key=lambda tensor: tensor.offset)
    try:
        length = size_of(last)
    except ValueError:  # a type that is newer than the package gguf
        length = 1
    return file.data_start + last.offset + length - size
