"""A sentence encoder that needs no weights: hashed bags of stems."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from summarizer.language.words import content_stems, tokens


def hashed(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, 384) unit rows: texts that share words are near one another."""
    rows = np.full((len(texts), 384), 1e-6, dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for found in content_stems(tokens(text)):
            row[zlib.crc32(found.encode()) % 384] += 1.0
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows
