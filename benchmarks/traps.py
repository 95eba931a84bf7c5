"""Traps of grouping, by kind: B-cubed of ``summarizer stories``, and whether ids and titles stay as an archive grows.

    python benchmarks/traps.py

``traps.jsonl`` holds 300 articles that were written for this: {id, half, kind, story, published, language, title,
text}. Families of like stories lie whole in one half: ``tune``, on which thresholds were chosen, or ``report``.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from summarizer.archives.features import Article
from summarizer.archives.stories import group_articles
from summarizer.archives.worker import describe
from summarizer.reading.embedding import SentenceEncoder
from summarizer.settings import Settings
from summarizer.types import Document

Row = dict[str, Any]


def grouped(rows: Sequence[Row]) -> dict[str, str]:
    """Id of each article -> id of its story's first article; those with a date are taken first, in its order."""
    encoder = cache(lambda: SentenceEncoder(Settings(threads=1)))
    ordered = sorted(rows, key=lambda row: (row["published"] is None, row["published"] or ""))
    articles = [
        Article(
            n,
            row["id"],
            row["text"],
            datetime.fromisoformat(row["published"]) if row["published"] else None,
            row["language"],
            row["title"],
        )
        for n, row in enumerate(ordered)
    ]
    places = list(group_articles(articles, encode=lambda texts: encoder().encode(texts)))
    return {place.name: ordered[place.story]["id"] for place in places}


def by_kind(rows: Sequence[Row], found: dict[str, str]) -> dict[str, tuple[int, float, float]]:
    """Kind -> articles, and B-cubed precision and recall of these within the whole archive."""
    both = Counter((row["story"], found[row["id"]]) for row in rows)
    true, sizes = Counter(row["story"] for row in rows), Counter(found.values())
    each: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        shared = both[row["story"], found[row["id"]]]
        for kind in (row["kind"], "all"):
            each[kind].append((shared / sizes[found[row["id"]]], shared / true[row["story"]]))
    return {
        kind: (len(some), sum(p for p, _ in some) / len(some), sum(r for _, r in some) / len(some))
        for kind, some in each.items()
    }


def titles(rows: Sequence[Row], found: dict[str, str]) -> dict[str, tuple[str, frozenset[str]]]:
    """Story -> its title and its articles' ids."""
    members: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["published"] is None, row["published"] or "")):
        members[found[row["id"]]].append(row)
    fields = ("id", "text", "title", "published")
    return {
        story: (
            describe([Document(**{field: row[field] for field in fields}) for row in some])["title"],
            frozenset(row["id"] for row in some),
        )
        for story, some in members.items()
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--traps", type=Path, default=Path(__file__).with_name("traps.jsonl"))
    wanted = parser.parse_args()
    with wanted.traps.open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["half"] == wanted.half]
    found = grouped(rows)
    print("| kind | articles | precision | recall | B-cubed F1 |\n|---|---|---|---|---|")
    figures = by_kind(rows, found)
    for kind in [*dict.fromkeys(row["kind"] for row in rows), "all"]:
        count, p, r = figures[kind]
        print(f"| {kind} | {count} | {p:.3f} | {r:.3f} | {2 * p * r / (p + r):.3f} |")
    rows.sort(key=lambda row: row["published"] or "")
    dated = [row for row in rows if row["published"]]
    newest = {row["id"] for row in dated[-(len(rows) // 10) :]}
    fewer = [row for row in rows if row["id"] not in newest]
    before, after = titles(fewer, grouped(fewer)), titles(rows, found)
    same = [story for story in before if story in after and before[story][1] == after[story][1] - newest]
    untouched = [story for story in same if before[story][1] == after[story][1]]
    kept = sum(before[story][0] == after[story][0] for story in untouched)
    print(f"{len(same)} of {len(before)} ids stay when the newest tenth is added; of {len(untouched)} stories that")
    print(f"it adds nothing to, {kept} keep their title")


if __name__ == "__main__":
    main()
