"""What many tests need: the real models, loaded once, the example story, and the shared research data if present."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Tests run in as many processes as there are cores: more threads in each would only wait for one another.
os.environ.setdefault("SUMMARIZER_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from summarizer import Document, Settings, Summarizer, load_documents

# A shell's background job ignores Ctrl-C, and so would all commands that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with the most slow tests come first: in the end no process waits for another's long file."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


@pytest.fixture(scope="session")
def summarizer() -> Summarizer:
    """One summarizer for the session, without a generator: the articles' own sentences."""
    return Summarizer("extractive")


@pytest.fixture(scope="session")
def embedded() -> Summarizer:
    """The default, for the few tests that want what it really writes; they skip where its weights are not kept yet."""
    from summarizer.weights import cached

    settings = Settings()
    if cached("qwen2.5-coder-1.5b-instruct-q4_k_m", settings) is None:
        pytest.skip("the embedded model is not in the cache (summarizer models pull embedded)")
    return Summarizer("embedded", settings=settings)


@pytest.fixture(scope="session")
def encode() -> Any:
    """A sentence encoder that needs no weights."""
    from hashed_encoder import hashed

    return hashed


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium. While it runs, so does playwright's event loop in this thread: not beyond the module."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium is installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()
