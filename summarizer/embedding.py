"""Sentence embeddings with all-MiniLM-L6-v2 (Reimers & Gurevych 2019; Wang et al. 2020): mean of the last layer."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from summarizer.llama import Llama
from summarizer.settings import Settings
from summarizer.weights import pull

WIDTH = 384
MAX_TOKENS = 256
"""Tokens read of a text, [CLS] and [SEP] among them, as the model was trained to be used."""

_CLS, _SEP = 101, 102
_BATCH_TEXTS = 64
_MAX_CHARS = 8_000


class SentenceEncoder:
    """Loads on construction, pulling the weights if need be. Thread-safe. Raises ModelError."""

    def __init__(self, settings: Settings) -> None:
        path = pull("all-minilm-l6-v2", settings) / "model.gguf"
        # One thread: a second team of OpenMP threads beside the generator's makes libgomp put both to sleep at every
        # barrier, and the generator, which works far longer, takes twice as long.
        self._llama = Llama(path, window=2048, slots=8, batch=2048, threads=1, embedding=True)
        self._turn = threading.Lock()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows, float32, (n, 384). Of a longer text only the first 256 tokens are read."""
        rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
        # Texts of like length go in together.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), _BATCH_TEXTS):
            some = order[start : start + _BATCH_TEXTS]
            inputs = [self._cut(texts[index]) for index in some]
            # Who shares a batch decides the last bits of a row.
            with self._turn:
                rows[some] = self._llama.embed(inputs)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.maximum(norms, np.finfo(np.float32).tiny)
        return rows

    def close(self) -> None:
        """Free the model."""
        self._llama.close()

    def _cut(self, text: str) -> str | list[int]:
        """The text itself when it surely fits (no token is shorter than a character), else its first tokens."""
        # llama.cpp's own decomposition leaves Hangul whole.
        text = unicodedata.normalize("NFD", text[:_MAX_CHARS])
        if len(text) <= MAX_TOKENS - 2:
            return text
        return [_CLS, *self._llama.tokenize([text])[0][: MAX_TOKENS - 2], _SEP]
