"""One article end to end: seconds, peak memory, and the same pipeline when transformers float32 writes instead.

    python benchmarks/pipeline.py [ARTICLE] [--threads 2] [--warm 3] [--models embedded hf:embedded extractive]

Each model runs in a process of its own, weights already in the cache. "first" is the first summary after start-up
(imports and loading included), "warm" the best of the next ones; CPU seconds suffer less from what else the machine
does. Reads ARTICLE, else seed_article.txt in SUMMARIZER_SHARED_DATA or ../shared/data.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("SUMMARIZER_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
REFERENCE = "hf:embedded"
HELP_RUNS = 5


def measure(article: Path, model: str, warm_runs: int, started: tuple[float, float]) -> dict[str, Any]:
    """Seconds by the wall and by the CPU, peak memory, and what was written, in this process."""
    from summarizer import Summarizer, SummaryOptions, load_documents

    documents = load_documents(article)
    summarizer = Summarizer(model)
    options = SummaryOptions()
    summary = summarizer.summarize(documents, options)
    first = _since(started)
    warm = []
    for _ in range(warm_runs):
        start = _clock()
        again = summarizer.summarize(documents, options)
        warm.append(_since(start))
    return {
        "model": model,
        "first": first,
        "warm": min(warm),
        "rss_mb": _peak_mb(),
        "usage": summary.usage.model_dump(),
        "same": again == summary,
        "text": summary.text,
    }


def help_seconds() -> float:
    """The best of several runs of ``summarizer --help``."""
    times = []
    for _ in range(HELP_RUNS):
        start = time.perf_counter()
        code = "from summarizer.cli.main import main; main()"
        subprocess.run([sys.executable, "-c", code, "--help"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return min(times)


HEADER = """\
| model | first s (CPU s) | warm s (CPU s) | peak RSS MB | tokens read / written | same again |
|---|---|---|---|---|---|"""


def line(row: dict[str, Any]) -> str:
    """One line of the Markdown table."""
    first, warm, usage = row["first"], row["warm"], row["usage"]
    return (
        f"| {row['model']} | {first[0]:.1f} ({first[1]:.1f}) | {warm[0]:.1f} ({warm[1]:.1f}) | {row['rss_mb']} | "
        f"{usage['prompt_tokens']} / {usage['completion_tokens']} | {'yes' if row['same'] else 'NO'} |"
    )


def compare(rows: list[dict[str, Any]]) -> str:
    """How many times as fast as transformers float32 each model is when warm, and what share of its memory it takes."""
    base = next((row for row in rows if row["model"] == REFERENCE), None)
    if base is None:
        return ""
    return "\n".join(
        f"{row['model']} against {REFERENCE} (transformers float32): "
        f"{base['warm'][0] / row['warm'][0]:.1f} times as fast, "
        f"{base['warm'][1] / row['warm'][1]:.1f} by CPU seconds; {row['rss_mb'] / base['rss_mb']:.2f} of its memory"
        for row in rows
        if row is not base
    )


def _peak_mb() -> int:
    """Peak resident memory; ru_maxrss would count what the parent process held before exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]


def _clock() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(start: tuple[float, float]) -> list[float]:
    return [now - then for now, then in zip(_clock(), start, strict=True)]


def main() -> None:
    """Run every model, print a row as it comes, then the ratios and the time of --help."""
    started = (time.perf_counter(), 0.0)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("article", nargs="?", type=Path, default=SHARED / "seed_article.txt")
    parser.add_argument("--models", nargs="*", default=["embedded", "hf:embedded", "extractive"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warm", type=int, default=3, help="warm summaries a model")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.article, options.models[0], options.warm, started)))
        return
    rows: list[dict[str, Any]] = []
    print(HEADER, flush=True)
    environment = os.environ | {
        "SUMMARIZER_THREADS": str(options.threads),
        "OMP_NUM_THREADS": str(options.threads),
    }
    for model in options.models:
        warm = ["--warm", str(options.warm)]
        command = [sys.executable, __file__, str(options.article), *warm, "--one", "--models", model]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            print(f"{model}: failed, exit code {done.returncode}", file=sys.stderr)
            continue
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(f"{model}: {rows[-1]['text']}", file=sys.stderr, flush=True)
        print(line(rows[-1]), flush=True)
    print(f"\n{compare(rows)}\n`summarizer --help`: {help_seconds():.2f} s")


if __name__ == "__main__":
    main()
