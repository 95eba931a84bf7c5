"""What a batch run takes and leaves: groups, order, dates, limits, and a look beforehand that writes nothing."""

import json
import re

import pytest
from archives import article, json_line, write_archive
from batches import batch, lines, place_in
from shell import summarizer_command

pytest.importorskip("rensa")

from summarizer.ingest import load_documents


def test_a_dry_run_counts_and_estimates_and_writes_nothing(tmp_path):
    source = write_archive(tmp_path / "a.jsonl", 8)
    source.write_bytes(source.read_bytes() + b"{broken\n")
    done = batch(source, "-o", tmp_path / "out.jsonl", "--dry-run", workers=1)
    counted, estimated = done.stdout.splitlines()
    assert counted == "8 articles, 8 articles to summarise, 1 failures", done.stderr
    told = re.fullmatch(r"extractive: about (\d+) seconds \((\d+) seconds to (\d+) seconds\)", estimated)
    about, low, high = map(int, told.groups())
    assert 0 < low <= about <= high
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
    dead = batch(source, "-o", tmp_path / "out.jsonl", "--dry-run", "--model", "hf:/no/such/folder", workers=1)
    assert "hf:/no/such/folder" in dead.stderr, "a second model is measured as well"
    refused = batch(source, "-o", tmp_path / "out.jsonl", "--model", "extractive")
    assert "several --model" in refused.stderr


def test_stories_are_shown_as_lines_and_as_json(tmp_path):
    source = tmp_path / "a.jsonl"
    ferry = [d.text for d in load_documents("examples/ferry")]
    rows = [{"id": f"f{n}", "text": text, "date": f"2026-03-1{n}", "source": f"S{n}"} for n, text in enumerate(ferry)]
    rows[0]["title"] = "Ferry aground"
    source.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in rows) + json_line(3) + b"{broken\n")
    shown, told = (
        summarizer_command("stories", source, "--workers", 1, *more) for more in (["--min-articles", "2"], ["--json"])
    )
    assert shown.returncode == told.returncode == 1
    assert json.loads(told.stderr.removeprefix("summarizer: "))["place"] == "line 6"
    stories = [json.loads(line) for line in told.stdout.splitlines()]
    assert [story["documents"] for story in stories] == [["article-3"], ["f0", "f1", "f2", "f3"]]
    row = f"{stories[1]['id']}  2026-03-10 to 2026-03-13  4 articles   Ferry aground  (S0, S1, S2, S3)\n"
    assert shown.stdout == row


def test_groups_parquet_and_field_maps(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{"body": article(n)["text"], "topic": {"name": f"t{n % 3}"}} for n in range(6)]
    source = tmp_path / "rows.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"body": article(7)["text"]}]))
    output = tmp_path / "out.parquet"
    done = batch(source, "-o", output, "--group-by", "topic.name", "--field", "text=body", "--no-texts")
    assert done.returncode == 1, done.stderr
    table = parquet.read_table(output).to_pylist()
    assert [row["id"] for row in table] == ["t0", "t1", "t2"]
    assert [row["documents"] for row in table] == [[f"rows.jsonl#{n + 1}", f"rows.jsonl#{n + 4}"] for n in range(3)]
    assert all(row["text"] == json.loads(row["summary"])["text"] and row["copies"] == [] for row in table)
    assert place_in(output) == ["line 7"]
    by_folder = batch("examples", "-o", tmp_path / "f.jsonl", "--group-by", "folder", "--limit", "2")
    assert by_folder.returncode == 0, by_folder.stderr
    assert lines(tmp_path / "f.jsonl")[-1]["id"] == "ferry"


def test_what_a_line_or_row_joins_is_one_group(tmp_path):
    texts = [article(n)["text"] for n in range(6)]
    source = tmp_path / "news"
    source.mkdir()
    (source / "a.src").write_text(f"{texts[0]} NEWLINE_CHAR ||||| {texts[1]}\n{texts[2]} ||||| {texts[3]}\n")
    rows = [{"document": f"{texts[4]} ||||| {texts[5]}"}, {"text": texts[0]}]
    (source / "b.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    output = tmp_path / "out.jsonl"
    done = batch(source, "-o", output, "--group-by", "cluster", "--no-texts")
    assert done.returncode == 0, done.stderr
    told = {row["id"]: [name.rpartition("#")[2] for name in row["documents"]] for row in lines(output)}
    assert told == {"a.src#1": ["1", "2"], "a.src#2": ["1", "2"], "b.jsonl#1": ["1", "2"], "b.jsonl#2": ["2"]}


def test_the_newest_come_first_and_what_was_told_of_the_same_articles_is_left_out(tmp_path):
    source, first, second = tmp_path / "a.jsonl", tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    source.write_bytes(b"".join(map(json_line, range(8))) + b"{broken\n")
    done = batch(source, "-o", first, "--order", "newest", "--since", "1d")
    assert done.returncode == 1, done.stderr
    assert [row["id"] for row in lines(first)] == [f"article-{n}" for n in (7, 6, 5, 4, 3)], "five hours apart"
    report = json.loads((tmp_path / "first.jsonl.report.json").read_text())
    assert (report["documents"], report["groups"], report["failures"]) == (8, 5, 1)
    [(reason, count)] = report["reasons"].items()
    assert count == 1
    assert f"1 x {reason}" in done.stderr
    source.write_bytes(b"".join(map(json_line, range(9))))
    again = batch(source, "-o", second, "--only-changed", first, "--since", "1d")
    assert again.returncode == 0, again.stderr
    assert [row["id"] for row in lines(second)] == ["article-8"]
    for wrong, told in ((["--only-changed", source], "no output of a batch run"), (["--since", "soon"], "no length")):
        refused = batch(source, "-o", tmp_path / "out.jsonl", *wrong)
        assert refused.returncode == 1
        assert told in refused.stderr


def test_limit_stops_reading(tmp_path):
    source = write_archive(tmp_path / "a.jsonl", 30)
    done = batch(source, "-o", tmp_path / "out.jsonl", "--limit", "3")
    assert done.returncode == 0, done.stderr
    assert [row["id"] for row in lines(tmp_path / "out.jsonl")] == ["article-0", "article-1", "article-2"]


def test_wrong_usage_is_told(tmp_path):
    source = write_archive(tmp_path / "a.jsonl", 1)
    for wrong in (["--stories", "--group-by", "source"], ["--field", "text"], ["--key-points", "99"]):
        done = batch(source, "-o", tmp_path / "out.jsonl", *wrong)
        assert done.returncode == 2
        assert not (tmp_path / "out.jsonl").exists()
