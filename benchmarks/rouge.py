"""ROUGE-1/2/L/Lsum of 10,000 summary pairs: the harness's scorer against a plain rouge-score loop.

    python benchmarks/rouge.py [--pairs 10000] [--data rows.jsonl.gz] [--threads 1]

Pairs are recorded outputs and references of the data, repeated in turn up to the number wanted; neither side caches
repeats. Both read text that is split into sentences already. Also printed: the largest difference of any figure. Reads
the shared data folder from SUMMARIZER_SHARED_DATA, else ../shared/data.
"""

from __future__ import annotations

import argparse
import os
import time
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from typing import Any

TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")


def main() -> None:
    """Print seconds of both, their ratio, and the largest difference of any figure."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--pairs", type=int, default=10_000)
    arguments.add_argument("--data", type=Path, default=shared_data() / "cnndm" / "realsumm.jsonl.gz")
    arguments.add_argument("--threads", type=int, default=1, help="of rouge-score-rs; rouge-score has one")
    options = arguments.parse_args()
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    google: Any = import_module("rouge_score.rouge_scorer")
    rust: Any = import_module("rouge_score_rs.rouge_scorer")

    found = pairs(options.data)
    chosen = list(islice(cycle(found), options.pairs))
    started = time.perf_counter()
    plain = google.RougeScorer(list(TYPES), use_stemmer=True)
    wanted = [plain.score(reference, output) for reference, output in chosen]
    slow = time.perf_counter() - started
    started = time.perf_counter()
    scorer = rust.RougeScorer(list(TYPES), use_stemmer=True)
    got = scorer.score_batch([reference for reference, _ in chosen], [output for _, output in chosen])
    fast = time.perf_counter() - started
    worst = max(
        abs(a - b)
        for one, other in zip(wanted, got, strict=True)
        for t in TYPES
        for a, b in zip(one[t], other[t], strict=True)
    )
    print(f"{len(chosen)} pairs ({len(found)} different), stemmed, ROUGE-1/2/L/Lsum")
    print(f"rouge-score loop   {slow:8.2f} s")
    print(f"the harness        {fast:8.2f} s, {options.threads} thread(s): {slow / fast:.0f} times as fast")
    print(f"largest difference {worst:.1e}")


def shared_data() -> Path:
    """Folder of the shared development data."""
    return Path(os.environ.get("SUMMARIZER_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


def pairs(path: Path) -> list[tuple[str, str]]:
    """(reference, output) with a line break before each sentence, of every recorded output."""
    from eval.datasets import load
    from eval.sentences import split_lines

    examples = load(str(path), "en").examples
    return [
        (split_lines(example.references[0], "en"), split_lines(output, "en"))
        for example in examples
        for output in example.recorded.values()
    ]


if __name__ == "__main__":
    main()
