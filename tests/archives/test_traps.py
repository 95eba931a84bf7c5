"""Stories that an editor would make: what looks alike and is not one story, and what is one and looks different."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("rensa")

from summarizer.archives.features import Article
from summarizer.archives.stories import group_articles
from summarizer.archives.worker import describe
from summarizer.ingest import load_documents
from summarizer.reading.embedding import Encode, SentenceEncoder
from summarizer.settings import Settings
from summarizer.types import Document

TRAPS = Path(__file__).resolve().parents[2] / "benchmarks" / "traps.jsonl"
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)
KINDS = {
    "yearly": "tulips-2023 tulips-2024 marathon-2022 marathon-2023",
    "weather": "north-rain forecast-thu hail",
    "markets": "market-0304 market-0305 market-0306 rates vantor",
    "match": "rovers-hill rovers-calder rovers-kelso prat",
    "town": "brenford-fire brenford-council ilford-stab ilford-crash",
    "short": "canal ecuador whale plane-gear",
    "undated": "tower elect-2019 elect-2023 bees",
    "language": "merkur-de ulm-beer paris-louvre",
    "running": "trial-voss lindau-trial hostage",
    "copies": "recall recall-milk patent",
}


@pytest.fixture(scope="module")
def encode() -> Encode:
    return SentenceEncoder(Settings(threads=1)).encode


def stories(articles: Sequence[Article], encode: Encode | None = None) -> list[int]:
    return [place.story for place in group_articles(articles, encode=encode)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_trap(kind: str, encode: Encode) -> None:
    rows = [row for row in map(json.loads, TRAPS.open(encoding="utf-8")) if row["story"] in KINDS[kind].split()]
    rows.sort(key=lambda row: (row["published"] is None, row["published"] or ""))
    dates = [datetime.fromisoformat(row["published"]) if row["published"] else None for row in rows]
    articles = [
        Article(n, row["id"], row["text"], dates[n], row["language"], row["title"]) for n, row in enumerate(rows)
    ]
    labels = [row["story"] for row in rows]
    assert len(set(labels)) == len(KINDS[kind].split())
    assert stories(articles, encode) == [labels.index(label) for label in labels]


def test_four_items_about_the_strait_are_two_stories(encode: Encode, shared_data: Path) -> None:
    folder = shared_data.parent / "cases" / "c04_hormuz"
    if not folder.is_dir():
        pytest.skip("shared cases are absent")
    items = [Article(n, d.id, d.text, title=d.title) for n, d in enumerate(load_documents(folder))]
    assert stories(items, encode) == [0, 0, 0, 3]


def test_the_same_text_with_the_figures_of_another_year_is_no_near_copy() -> None:
    fair = "The fair opened on {} with {} exhibitors from {} countries. Bags are searched, rain is forecast."
    texts = [fair.format("12 May 2015", "1,240", "38"), fair.format("10 May 2016", "1,105", "35")]
    places = list(group_articles([Article(n, str(n), text) for n, text in enumerate(texts)]))
    assert [(place.story, place.copy_of) for place in places] == [(0, None), (1, None)]


def test_a_story_goes_on_while_its_last_article_is_of_the_week() -> None:
    text = "Twelve people drowned when a boat from Uki capsized on Lake Mwela, say divers who search {}."
    days = {0: "the shore", 6: "the deep", 12: "the reeds", 20: "again"}
    told = [Article(n, str(n), text.format(days[n]), MONDAY + timedelta(days=n)) for n in days]
    assert stories(told) == [0, 0, 0, 20]


def test_the_title_is_the_newest_states_and_no_late_copys() -> None:
    told = [
        Document(id=str(n), title=f"{n} dead", text="A boat capsized.", published=MONDAY + timedelta(days=n))
        for n in (12, 31, 68)
    ]
    late = told[0].model_copy(update={"id": "late", "published": MONDAY + timedelta(days=90)})
    assert describe([*told, late], copies=["late"])["title"] == "68 dead"
