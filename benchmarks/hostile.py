"""How time grows with the length of texts that nobody wrote as an article: 4 KB to 1 MB, without a model that writes.

    python benchmarks/hostile.py                              # all shapes, to 64 KB
    python benchmarks/hostile.py --largest 1024 table names   # some, to 1 MB

A column a size: processor seconds, and by how many megabytes the process grew for it at the most (Linux). Each has four
times the text of the one before; a step that is worse than n log n would show as a factor of 16.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
from hostile import SHAPES

from summarizer import Settings, Summarizer
from summarizer.errors import InputError


def seconds(summarizer: Summarizer, text: str) -> float:
    """Processor time of a summary, or of finding that there is none to make."""
    begun = time.process_time()
    with suppress(InputError):
        summarizer.summarize(text, max_words=60)
    return time.process_time() - begun


def peak_since() -> int:
    """The most memory in MB that this process has held since the last call; 0 where the system does not say."""
    try:
        found = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return int(found.split()[1]) // 1024


def measured(summarizer: Summarizer, text: str) -> tuple[float, int]:
    """Processor seconds, and the growth in MB."""
    peak_since()
    before = peak_since()
    return seconds(summarizer, text), peak_since() - before


def main() -> None:
    """Print one line a shape."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shapes", nargs="*", default=list(SHAPES))
    parser.add_argument("--largest", type=int, default=64, help="KB")
    given = parser.parse_args()
    sizes = [size for size in (4, 16, 64, 256, 1024) if size <= given.largest]
    summarizer = Summarizer("extractive", settings=Settings(threads=1))
    summarizer.summarize("A fire destroyed a mill in Tarn on Monday. Nobody was hurt. The mill had 120 workers.")
    print(
        "| shape | "
        + " | ".join(f"{size} KB" for size in sizes)
        + " | largest factor |\n"
        + "|---" * (len(sizes) + 2)
        + "|"
    )
    for shape in given.shapes:
        found = [measured(summarizer, SHAPES[shape](size * 1000)) for size in sizes]
        took = [each for each, _ in found]
        factor = max((b / a for a, b in pairwise(took) if a > 0.2), default=0.0)
        print(
            f"| {shape} | " + " | ".join(f"{each:.2f} s, {grown} MB" for each, grown in found) + f" | {factor:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
