"""Archives to summaries: what comes out, what is recorded as broken, and what a kill leaves to resume."""

import gzip
import os
import signal
import subprocess
import time
import zlib
from pathlib import Path

import pytest
from archives import article, json_line, page, tarred, warc, zipped
from batches import SUMMARIZER, batch, given, lines, place_in
from faults import ROUNDS, descendants, killed

pytest.importorskip("rensa")
pytest.importorskip("warcio")

from summarizer.ingest import compressed


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """(archive, output) of a run that nothing disturbed: 30 articles, one of them broken, grouped into stories."""
    folder = tmp_path_factory.mktemp("whole")
    source = folder / "archive.jsonl"
    numbers = [n // 2 if n % 10 == 0 else n for n in range(30)]  # some are the same article again
    source.write_bytes(b"".join(map(json_line, numbers)) + b"{broken\n")
    done = batch(source, "--stories", "-o", folder / "out.jsonl", workers=2)
    assert done.returncode == 1, done.stderr
    return source, folder / "out.jsonl"


def test_a_line_for_each_story(whole):
    _, output = whole
    stories = lines(output)
    documents = [name for story in stories for name in story["documents"]]
    assert len(documents) == len(set(documents)) == 30
    assert len({story["id"] for story in stories}) == len(stories) < 30
    story = next(s for s in stories if "article-5" in s["documents"])
    assert "article-5-2" in story["documents"]
    assert story["copies"]["article-5-2"] == "article-5"
    assert "Farley Post" in story["sources"]
    assert story["first"] <= "2024-03-02" <= story["last"]
    for told in stories:
        newest = told["documents"][-1]
        assert told["title"] == article(int(newest.split("-")[1]))["title"]
    for sentence in story["summary"]["sentences"]:
        assert sentence["citations"]
    assert place_in(output) == ["line 31"]


@pytest.fixture(scope="module")
def alone(whole, tmp_path_factory):
    """(output, seconds) of the same run with one worker."""
    source, _ = whole
    made, begun = tmp_path_factory.mktemp("alone") / "out.jsonl", time.monotonic()
    batch(source, "--stories", "-o", made)
    return made, time.monotonic() - begun


def test_as_many_workers_as_wanted_give_the_same_bytes(whole, alone):
    assert alone[0].read_bytes() == whole[1].read_bytes()


def killed_when(happened, arguments):
    """Start a run and end it with SIGKILL as soon as ``happened``; fails when it is done before."""
    run = subprocess.Popen([*SUMMARIZER, *given(*arguments)], stderr=subprocess.DEVNULL)
    while not happened():
        assert run.poll() is None
        time.sleep(0.01)
    run.kill()
    run.wait()


def test_killed_while_it_reads_and_while_it_summarises_a_run_resumes_to_the_same_bytes(whole, tmp_path):
    source, output = whole
    made, ledger = tmp_path / "out.jsonl", tmp_path / "out.jsonl.ledger"
    common = [source, "--stories", "-o", made]
    killed_when(ledger.exists, common)
    assert not made.exists()
    growing = [*common, "--resume", "--order", "completion"]  # tells how far the run is
    killed_when(lambda: made.exists() and made.stat().st_size, growing)
    early = lines(made)
    with made.open("ab") as stream:
        stream.write(b'{"id": "torn')  # as by a machine that lost its power
    killed_when(lambda: len(made.read_bytes().splitlines()) > len(early) + 1, growing)
    assert lines(made)[: len(early)] == early
    again = batch(*common, "--resume")
    assert again.returncode == 1, again.stderr
    assert made.read_bytes() == output.read_bytes()
    failures = made.with_name("out.jsonl.failures.jsonl")
    assert failures.read_bytes() == output.with_name("out.jsonl.failures.jsonl").read_bytes()


@pytest.mark.slow
def test_a_run_that_is_killed_at_any_two_moments_resumes_to_the_same_bytes(whole, alone, tmp_path):
    (source, output), (_, took) = whole, alone
    for number in range(ROUNDS):
        made = tmp_path / f"{number}.jsonl"
        arguments = [*SUMMARIZER, *given(source, "--stories", "-o", made, "--resume")]
        for stop in (took * (number + 1) / (ROUNDS + 1), took / 2):
            assert killed(subprocess.Popen(arguments, stderr=subprocess.DEVNULL), stop) or made.exists()
        done = batch(source, "--stories", "-o", made, "--resume")
        assert done.returncode == 1, done.stderr
        for suffix in ("", ".failures.jsonl", ".report.json"):
            written, expected = (path.with_name(path.name + suffix) for path in (made, output))
            assert written.read_bytes() == expected.read_bytes()


def test_by_completion_the_file_has_the_same_lines(whole, tmp_path):
    source, output = whole
    made = tmp_path / "out.jsonl"
    assert batch(source, "--stories", "-o", made, "--order", "completion").returncode == 1
    assert sorted(made.read_bytes().splitlines()) == sorted(output.read_bytes().splitlines())


def workers_of(run):
    """Process ids of the workers of ``run``, as soon as it has one; fails when it ends without."""
    while run.poll() is None:
        command = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(run.pid)]
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
        if workers := [int(line.split()[0]) for line in found if "spawn_main" in line]:
            return workers
        time.sleep(0.02)
    raise AssertionError("the run ended and never had a worker")


def test_a_worker_that_is_killed_is_replaced_and_workers_never_outlive_the_run(whole, tmp_path):
    source, output = whole
    made = tmp_path / "out.jsonl"
    two = [*SUMMARIZER, *given(source, "--stories", workers=2)]
    run = subprocess.Popen([*two, "-o", made], stderr=subprocess.PIPE, text=True)
    os.kill(workers_of(run)[0], signal.SIGKILL)
    _, told = run.communicate(timeout=300)
    assert (run.returncode, made.exists()) == (1, True), told
    assert made.read_bytes() == output.read_bytes()
    run = subprocess.Popen([*two, "-o", tmp_path / "b.jsonl"], stderr=subprocess.DEVNULL)
    workers = workers_of(run)
    run.kill()
    run.wait()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_run_is_not_begun_twice_nor_resumed_with_other_options(whole):
    source, output = whole
    assert "--resume" in batch(source, "--stories", "-o", output).stderr
    assert "other options" in batch(source, "-o", output, "--resume").stderr
    before = output.read_bytes()
    assert batch(source, "--stories", "-o", output, "--resume").returncode == 1
    assert output.read_bytes() == before


def test_an_archive_with_broken_entries_lists_exactly_those(tmp_path, monkeypatch):
    monkeypatch.setattr(compressed, "FREE_BYTES", 50_000_000)
    source = tmp_path / "archive"
    source.mkdir()
    (source / "bad-json.jsonl").write_bytes(b"".join(map(json_line, range(25))) + b'{"text": "cut\n')
    (source / "crawl.warc.gz").write_bytes(
        warc({f"https://post.example/{n}": b" " if n == 28 else page(n) for n in range(25, 31)})
    )
    (source / "empty.html").write_bytes(b"")
    with (source / "large.html").open("wb") as stream:
        stream.truncate(30_000_000)
    (source / "large.html.gz").write_bytes(gzip.compress(bytes(30_000_000), 1))
    (source / "outside.tar").write_bytes(
        tarred({f"{n}.html": page(n) for n in range(31, 40)} | {"../outside.html": page(1)})
    )
    (source / "outside.zip").write_bytes(
        zipped({"../../outside.html": page(1), "40.html": page(40), "bomb.html": bytes(60_000_000)})
    )
    cut = gzip.compress(b"".join(map(json_line, range(41, 53))))[:-30]
    (source / "cut.jsonl.gz").write_bytes(cut)
    (source / "wrong-charset.txt").write_bytes(article(2)["text"].encode("cp037"))
    (source / "wrongly-declared.html").write_bytes(
        page(53).replace(b"<head>", b"<head><meta charset=utf-16>").replace(b"Anna ", b"\xc5sa ")
    )
    output = tmp_path / "out.jsonl"
    done = batch(source, "--stories", "-o", output, "--limit", "3")
    assert done.returncode == 1
    broken = lines(output.with_name("out.jsonl.failures.jsonl"))
    assert {row["place"]: row["reason"] for row in broken} == {
        "bad-json.jsonl, line 26": "Not valid JSON: Invalid control character at at line 1, column 14",
        "crawl.warc.gz, https://post.example/28": "Empty",
        "cut.jsonl.gz": "Damaged: Compressed file ended before the end-of-stream marker was reached",
        "empty.html": "Empty",
        "large.html": "30,000,000 bytes, and one article may have 20,000,000",
        "large.html.gz": "More bytes, and one article may have 20,000,000",
        "outside.tar, ../outside.html": "Its path leads out of the archive",
        "outside.zip, ../../outside.html": "Its path leads out of the archive",
        "outside.zip, bomb.html": "Unpacks to more than 200 times its size: a bomb",
        "wrong-charset.txt": "Not readable in any charset",
    }
    assert len(broken) == 10
    assert all(row["source"] == str(source) and row["remedy"] for row in broken)
    whole_lines = zlib.decompressobj(wbits=31).decompress(cut).count(b"\n")
    assert f" {41 + whole_lines:,} articles, 3 stories to summarise, 10 failures" in done.stderr
    assert len(lines(output)) == 3


@pytest.mark.slow
@pytest.mark.parametrize("kill", [False, True])
def test_ray_writes_the_same_file_even_when_a_worker_is_killed(whole, tmp_path, kill):
    pytest.importorskip("ray")
    source, output = whole
    made = tmp_path / "out.jsonl"
    with (tmp_path / "log").open("w") as log:
        arguments = given(source, "--stories", "-o", made, workers=2)
        run = subprocess.Popen([*SUMMARIZER, *arguments, "--ray", "auto"], stderr=log)
    dead = []
    while kill and not dead and run.poll() is None:
        time.sleep(0.05)
        workers = [pid for pid, told in descendants(run.pid) if told.startswith("ray::Worker.summarize")]
        for pid in workers[:1]:
            os.kill(pid, signal.SIGKILL)
            dead.append(pid)
    assert run.wait(timeout=300) == 1, (tmp_path / "log").read_text()
    assert bool(dead) is kill
    assert made.read_bytes() == output.read_bytes()
