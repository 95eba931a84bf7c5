"""Which articles tell one story: near-copies, other tellings, the window of days, and ids that stay."""

from datetime import UTC, datetime, timedelta

import pytest
from archives import article, json_line
from shell import summarizer_command

pytest.importorskip("rensa")

from summarizer.archives.stories import Article, Stories, group_articles
from summarizer.archives.worker import describe
from summarizer.ingest import load_documents
from summarizer.types import Document

START = datetime(2024, 3, 1, tzinfo=UTC)
FERRY = [d.text for d in load_documents("examples/ferry")]


def articles(texts, *, days=None):
    return [Article(n, str(n), text, START + timedelta(days=days[n]) if days else None) for n, text in enumerate(texts)]


def stories_of(given, **options):
    return [place.story for place in group_articles(given, **options)]


def test_tellings_of_one_event_come_together_and_others_stay_apart():
    others = [article(n)["text"] for n in range(20)]
    found = stories_of(articles([*others[:10], *FERRY, *others[10:]]))
    assert found[10:14] == [10] * 4
    assert 10 not in found[:10] + found[14:]


def test_a_near_copy_joins_its_original_and_counts_once():
    copy = FERRY[0].replace("231", "about 231")
    places = list(group_articles(articles([article(1)["text"], FERRY[0], copy])))
    assert [(p.story, p.copy_of) for p in places] == [(0, None), (1, None), (1, 1)]


def test_an_article_after_the_window_opens_a_new_story():
    assert stories_of(articles(FERRY[:2], days=[0, 6])) == [0, 0]
    assert stories_of(articles(FERRY[:2], days=[0, 8])) == [0, 1]
    assert stories_of(articles(FERRY[:2], days=[0, 8]), window_days=10) == [0, 0]


def test_memory_is_bounded_by_the_window():
    stories = Stories(window=timedelta(days=2))
    for n in range(400):
        stories.add(Article(n, str(n), article(n)["text"], START + timedelta(hours=n)))
    assert len(stories._active) <= 49
    assert len(stories._stories) <= 49
    assert sum(len(postings.numbers) for postings in stories._postings.values()) <= 49 * 24
    capped = Stories(max_active=10)
    for n in range(50):
        capped.add(Article(n, str(n), article(n)["text"]))
    assert len(capped._active) == len(capped._story_of) == 10


def test_the_title_is_an_articles_own_or_else_the_opening_that_the_others_tell_too():
    tellings = [Document(id=str(n), text=text) for n, text in enumerate(FERRY)]
    notice = Document(id="n", text="Please note that our offices stay shut over Easter. " + FERRY[0])
    assert describe([notice, *tellings])["title"] in {f"{text[:100].rsplit(' ', 1)[0]} …" for text in FERRY}
    assert describe([notice])["title"].startswith("Please note")
    assert describe([notice, *tellings, Document(id="t", text=FERRY[1], title="Aground")])["title"] == "Aground"


def test_scripts_without_blanks_between_words():
    bridge = "市議会は火曜日、港の橋を修理のために三か月間閉鎖することを決めた。"
    again = "港の橋は修理のため三か月間閉鎖される。市議会が火曜日に決めた。"
    other = "気象庁は北海道で記録的な大雪が続くと発表し、住民に警戒を呼びかけた。"
    assert stories_of(articles([bridge, other, again])) == [0, 1, 0]


def test_ids_stay_when_later_articles_arrive(tmp_path):
    def stories(count):
        path = tmp_path / f"{count}.jsonl"
        path.write_bytes(b"".join(map(json_line, range(count))))
        told = summarizer_command("stories", path, "--workers", 1).stdout
        return [line.split()[0] for line in told.splitlines()]

    before, after = stories(10), stories(20)
    assert after[: len(before)] == before
    assert before[0].startswith("story-")
