"""The whole of `summarizer batch` on a real archive: as WARC, JSONL and folder; time, memory, rate; killed three times.

    python benchmarks/archives.py --archive ../shared/data/stories/archive.jsonl.gz --articles 10000 --summaries 500

Grouping: the archive is written in each form, read, de-duplicated and grouped (`summarizer stories`); seconds and the
peak memory of all its processes together. Summaries: `summarizer batch --stories --limit N` once in peace, and once
killed with SIGKILL at a quarter, a half and three quarters of that time; the files must be the same to the byte.
Estimates (`--estimate`): what `--dry-run` tells for each model, and how long that run then takes.
"""

from __future__ import annotations

import argparse
import gzip
import html
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from stories import sample
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SUMMARIZER = [sys.executable, "-m", "summarizer.cli"]


def as_jsonl(rows: list[dict[str, str]], folder: Path) -> Path:
    """One line an article."""
    path = folder / "archive.jsonl"
    path.write_text("".join(json.dumps({"id": r["id"], "text": r["text"]}) + "\n" for r in rows), encoding="utf-8")
    return path


def as_folder(rows: list[dict[str, str]], folder: Path) -> Path:
    """One text file an article, 100 to a folder."""
    for n, row in enumerate(rows):
        path = folder / "pages" / f"{n // 100:04}" / f"{n:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(row["text"], encoding="utf-8")
    return folder / "pages"


def as_warc(rows: list[dict[str, str]], folder: Path) -> Path:
    """One page an article."""
    path = folder / "archive.warc.gz"
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for row in rows:
            page = f"<!DOCTYPE html><html><body><article><p>{html.escape(row['text'])}</p></article></body></html>"
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            url = f"https://archive.example/{row['id']}"
            body = io.BytesIO(page.encode())
            writer.write_record(writer.create_warc_record(url, "response", payload=body, http_headers=headers))
    return path


FORMS = {"jsonl": as_jsonl, "folder": as_folder, "warc": as_warc}


def measured(command: list[str]) -> tuple[float, float, int, str]:
    """Seconds, CPU seconds and peak MB (of all processes together) of a command, and what it printed."""
    begun, peak, cpu = time.monotonic(), 0, {}
    with tempfile.TemporaryFile("w+") as out:
        process = psutil.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            together = 0
            for one in [process, *process.children(recursive=True)]:
                try:
                    # shared pages are counted once for each process that has them: an upper bound
                    together += one.memory_info().rss
                    times = one.cpu_times()
                    cpu[one.pid] = times.user + times.system
                except psutil.Error:
                    continue
            peak = max(peak, together)
            time.sleep(0.2)
        out.seek(0)
        return time.monotonic() - begun, sum(cpu.values()), peak // 2**20, out.read()


def group(rows: list[dict[str, str]], forms: list[str], folder: Path) -> None:
    """A table row for each form."""
    print("| form | articles | stories | seconds | CPU s | peak MB |\n|---|---|---|---|---|---|")
    for form in forms:
        source = FORMS[form](rows, folder)
        seconds, cpu, peak, told = measured([*SUMMARIZER, "stories", str(source), "--json"])
        found = [len(json.loads(line)["documents"]) for line in told.splitlines()]
        print(f"| {form} | {sum(found):,} | {len(found):,} | {seconds:.0f} | {cpu:.0f} | {peak:,} |", flush=True)


def summarise(source: Path, count: int, model: str, folder: Path) -> None:
    """The rate of an unbroken run, and whether one that was killed three times writes the same."""
    common = [*SUMMARIZER, "batch", str(source), "--stories", "--limit", str(count), "--model", model, "-o"]
    whole, broken = folder / f"{model}.jsonl", folder / f"{model}-killed.jsonl"
    seconds, cpu, peak, _ = measured([*common, str(whole)])
    written = len(whole.read_bytes().splitlines())
    rate = written / seconds
    print(
        f"{model}: {written} stories in {seconds:.0f} s ({cpu:.0f} CPU s), {rate:.2f}/s all told, peak {peak:,} MB",
        flush=True,
    )
    for kill in range(3):
        process = subprocess.Popen([*common, str(broken), "--resume"], stderr=subprocess.DEVNULL)
        time.sleep(seconds / 4)
        was_running = process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        print(f"kill {kill + 1}: {'while it ran' if was_running else 'too late'}", flush=True)
    subprocess.run([*common, str(broken), "--resume"], stderr=subprocess.DEVNULL, check=False)
    same = whole.read_bytes() == broken.read_bytes()
    print(f"killed three times, the same bytes: {'yes' if same else 'NO'}", flush=True)


def estimate(source: Path, count: int, models: list[str], folder: Path, options: list[str]) -> None:
    """A table row for each model: the time told, and the time taken; options: of `summarizer batch`."""
    units = {"seconds": 1, "minutes": 60, "hours": 3600}
    common = [*SUMMARIZER, "batch", str(source), "--stories", "--limit", str(count), *options]
    print("| model | told | range | took, s | off |\n|---|---|---|---|---|")
    for place, model in enumerate(models):
        run = [*common, "--model", model, "-o", str(folder / f"estimate-{place}.jsonl")]
        told = measured([*run, "--dry-run"])[3].splitlines()[-1]
        found = re.search(r": about ([\d.]+) (\w+) \((.+)\)", told)
        print(f"<!-- {told} -->", flush=True)
        took = measured(run)[0]
        off = float(found[1]) * units[found[2]] / took - 1 if found else float("nan")
        print(
            f"| {model} | {found and found[1]} {found and found[2]} | {found and found[3]} | {took:.0f} | {off:+.0%} |",
            flush=True,
        )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--forms", nargs="*", choices=FORMS, default=list(FORMS))
    parser.add_argument("--summaries", type=int, default=500, help="0 for none")
    parser.add_argument("--model", default="extractive")
    parser.add_argument("--estimate", nargs="*", metavar="MODEL", default=[], help="compare --dry-run with the run")
    parser.add_argument("--brief", action="store_true", help="with --estimate: 40 words and no key points")
    wanted = parser.parse_args()
    with gzip.open(wanted.archive, "rt", encoding="utf-8") as lines:
        rows = sample([json.loads(line) for line in lines], wanted.articles)
    with tempfile.TemporaryDirectory() as folder:
        group(rows, wanted.forms, Path(folder))
        if wanted.estimate:
            options = ["--max-words", "40", "--key-points", "0"] if wanted.brief else []
            estimate(as_jsonl(rows, Path(folder)), wanted.summaries or 500, wanted.estimate, Path(folder), options)
        elif wanted.summaries:
            summarise(as_jsonl(rows, Path(folder)), wanted.summaries, wanted.model, Path(folder))


if __name__ == "__main__":
    main()
