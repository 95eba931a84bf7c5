"""Sentence embeddings with all-MiniLM-L6-v2 (Reimers & Gurevych 2019; Wang et al. 2020): mean of the last layer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summarizer.errors import ModelError
from summarizer.interruption import interruptible, look
from summarizer.settings import Settings
from summarizer.weights import pull

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]
"""Texts to (n, d) unit rows, one each, in their order."""

WIDTH = 384
MAX_TOKENS = 256
"""Tokens read of a text, [CLS] and [SEP] among them, as the model was trained to be used."""

_BATCH_TEXTS, _BATCH_TOKENS = 16, 1_024
_TOKENIZED = 512  # texts between two looks at whether anybody still waits
_MAX_CHARS = 8_000


class SentenceEncoder:
    """Loads on construction, pulling the weights if need be. Thread-safe. Raises ModelError."""

    def __init__(self, settings: Settings) -> None:
        import openvino
        from tokenizers import BertWordPieceTokenizer

        folder = pull("all-minilm-l6-v2", settings)
        self._tokenizer = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=True)
        self._tokenizer.enable_truncation(MAX_TOKENS)
        # Pinned, the workers of an archive would all sit on the first core.
        options: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1, "ENABLE_CPU_PINNING": False}
        if settings.threads:
            options["INFERENCE_NUM_THREADS"] = settings.threads
        model = openvino.Core().compile_model(str(folder / "encoder.xml"), "CPU", options)
        self._request: Any = model.create_infer_request()
        self._turn = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit rows, float32, (n, 384). Of a longer text only the first 256 tokens are read."""
        rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
        ids: list[list[int]] = []
        for start in interruptible(range(0, len(texts), _TOKENIZED)):
            some_texts = [text[:_MAX_CHARS] for text in texts[start : start + _TOKENIZED]]
            ids += [found.ids for found in self._tokenizer.encode_batch(some_texts)]
        # Texts of like length go in together, so that little is padding.
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        start = 0
        while start < len(order):
            # The last of a batch is its longest, and gives it its width.
            longest = len(ids[order[min(start + _BATCH_TEXTS, len(order)) - 1]])
            some = order[start : start + max(1, min(_BATCH_TEXTS, _BATCH_TOKENS // max(1, longest)))]
            start += len(some)
            tokens = np.zeros((len(some), len(ids[some[-1]])), dtype=np.int64)
            mask = np.zeros_like(tokens)
            for row, index in enumerate(some):
                tokens[row, : len(ids[index])] = ids[index]
                mask[row, : len(ids[index])] = 1
            rows[some] = self.embed(tokens, mask)
        return rows

    def embed(self, tokens: NDArray[np.int64], mask: NDArray[np.int64]) -> Floats:
        """Unit rows, float32, (n, 384), of one batch of token ids and their mask, (n, length)."""
        look()  # outside the turn: whoever is asked may let another thread go first, and that one may want the turn
        with self._turn:
            if self._request is None:
                raise ModelError("the encoder is closed", remedy="Make a new one.", where="all-minilm-l6-v2")
            return np.array(self._request.infer({"ids": tokens, "mask": mask})[0])

    def close(self) -> None:
        """Free the model."""
        with self._turn:
            self._request = None
