"""An encoder that needs no weights."""

from __future__ import annotations

import pytest
from hashed_encoder import hashed

from summarizer.reading.embedding import Encode


@pytest.fixture(scope="session")
def encode() -> Encode:
    return hashed
