"""A machine without settings of pip, uv, the hub or ours; a tiny model; a server that has it; an empty cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from weights_stock import Shelf, Stock, make_stock, serving

from summarizer.settings import Settings

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def _plain_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_", "HF_", "SUMMARIZER_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    return make_stock(tmp_path / "stock")


@pytest.fixture
def shelf(stock: Stock) -> Iterator[Shelf]:
    with serving(stock) as running:
        yield running


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where the folders and what is under way lie."""
    return tmp_path / "cache" / "weights"


@pytest.fixture
def settings(cache: Path, shelf: Shelf) -> Settings:
    """The index is the server; the hub cannot be reached."""
    return Settings(cache_dir=cache.parent, index_url=f"{shelf.url}/simple")
