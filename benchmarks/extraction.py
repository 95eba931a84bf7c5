"""Which HTML extractor reads news best: trafilatura against resiliparse, on gold article bodies.

    python benchmarks/extraction.py

Data: scrapinghub's article-extraction-benchmark (HTML pages with hand-made bodies). Scores are the
benchmark's own: each text becomes a multiset of 4-token shingles; precision and recall are averaged over pages, F1 is
taken of the two means, and the interval is 1.96 standard deviations over bootstrap samples of the pages.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

SHARED = Path(os.environ.get("SUMMARIZER_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
BOOTSTRAP_SAMPLES = 1000

Extract = Callable[[bytes], str]


class Overlap(NamedTuple):
    """Shingles shared, only predicted and only in the gold body, of one page; the three sum to 1."""

    hit: float
    extra: float
    missed: float


class Score(NamedTuple):
    """Means over pages, each in 0..1."""

    precision: float
    recall: float
    f1: float


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Multiset of ``size`` consecutive word tokens; a shorter text is one shingle."""
    tokens = re.findall(r"\w+", text)
    return Counter(tuple(tokens[i : i + size]) for i in range(max(1, len(tokens) - size + 1)) if tokens)


def overlap(gold: str, predicted: str) -> Overlap:
    """Compare two texts by their shingles, normalised so that long pages weigh no more than short ones."""
    wanted, found = shingles(gold), shingles(predicted)
    hit, extra, missed = (wanted & found).total(), (found - wanted).total(), (wanted - found).total()
    total = (hit + extra + missed) or 1
    return Overlap(hit / total, extra / total, missed / total)


def score(overlaps: list[Overlap]) -> Score:
    """Precision over pages with output, recall over pages with a gold body, and the F1 of the two."""
    precision = statistics.mean(o.hit / (o.hit + o.extra) for o in overlaps if o.hit + o.extra)
    recall = statistics.mean(o.hit / (o.hit + o.missed) for o in overlaps if o.hit + o.missed)
    return Score(precision, recall, 2 * precision * recall / (precision + recall))


def interval(overlaps: list[Overlap], seed: int = 0) -> float:
    """Half width of the 95% interval of F1, from bootstrap samples of the pages."""
    draw = random.Random(seed)
    samples = [score(draw.choices(overlaps, k=len(overlaps))).f1 for _ in range(BOOTSTRAP_SAMPLES)]
    return 1.96 * statistics.stdev(samples)


def with_trafilatura(**options: Any) -> Extract:
    """Trafilatura's article text, comments and metadata off."""
    import trafilatura

    return lambda page: trafilatura.extract(page, include_comments=False, with_metadata=False, **options) or ""


def with_resiliparse(**options: Any) -> Extract:
    """Resiliparse's main content, its encoding detection included."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    def extract(page: bytes) -> str:
        text = bytes_to_str(page, detect_encoding(page) or "utf-8")
        return str(extract_plain_text(text, main_content=True, alt_texts=False, **options))

    return extract


def as_shipped(page: bytes) -> str:
    """What ``summarizer`` itself makes of the page: extraction and cleaning."""
    from summarizer.errors import InputError
    from summarizer.ingest import document_from_html

    try:
        return document_from_html(page, id="page").text
    except InputError:
        return ""


SYSTEMS: dict[str, Callable[[], Extract]] = {
    "trafilatura": with_trafilatura,
    "trafilatura, no tables": lambda: with_trafilatura(include_tables=False),
    "trafilatura, precision": lambda: with_trafilatura(favor_precision=True),
    "trafilatura, recall": lambda: with_trafilatura(favor_recall=True),
    "trafilatura, fast": lambda: with_trafilatura(fast=True),
    "resiliparse": with_resiliparse,
    "resiliparse, no bullets": lambda: with_resiliparse(list_bullets=False),
    "summarizer.ingest": lambda: as_shipped,
}


def load_pages(folder: Path) -> list[tuple[bytes, str]]:
    """(HTML bytes, gold body) of every page."""
    gold = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        (gzip.decompress((folder / "html" / f"{page}.html.gz").read_bytes()), entry["articleBody"])
        for page, entry in sorted(gold.items())
    ]


def main() -> None:
    """Print one line a system."""
    folder = SHARED / "extraction"
    if not folder.is_dir():
        raise SystemExit(f"no data in {folder}; set SUMMARIZER_SHARED_DATA")
    pages = load_pages(folder)
    print(f"data:article-extraction-benchmark|pages:{len(pages)}|shingles:4|bootstrap:{BOOTSTRAP_SAMPLES}")
    print(f"{'system':<26}{'precision':>10}{'recall':>8}{'F1':>7}{'±':>7}{'ms/page':>9}{'empty':>7}")
    for name, make in SYSTEMS.items():
        extract = make()
        extract(pages[0][0])
        start = time.perf_counter()
        outputs = [extract(page) for page, _ in pages]
        took = (time.perf_counter() - start) / len(pages) * 1000
        overlaps = [overlap(gold, output) for (_, gold), output in zip(pages, outputs, strict=True)]
        result = score(overlaps)
        empty = sum(not output.strip() for output in outputs)
        print(
            f"{name:<26}{result.precision:>10.3f}{result.recall:>8.3f}{result.f1:>7.3f}"
            f"{interval(overlaps):>7.3f}{took:>9.1f}{empty:>7}"
        )


if __name__ == "__main__":
    main()
