"""The acceptance of the main job on real pages; runs where the shared research data is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from summarizer import Summarizer, Summary, load_documents
from summarizer.reading.segment import split_sentences
from summarizer.types import Document

JUNK = ("Connect with us", "(FILE)", "Source link", "auto-generated")


@pytest.fixture(scope="module")
def seed(summarizer: Summarizer, shared_data: Path) -> Summary:
    return summarizer.summarize(load_documents(shared_data / "seed_article.txt"))


def test_the_seed_article(seed: Summary) -> None:
    assert 30 <= len(seed.text.split()) <= 80
    assert 3 <= len(seed.key_points) <= 5
    [document] = seed.documents
    sentences = split_sentences(Document(**document.model_dump(exclude={"copy_of"})))
    for said in [*seed.sentences, *seed.key_points]:
        assert said.citations
        for citation in said.citations:
            assert citation.start in {s.start for s in sentences}
            assert citation.end in {s.end for s in sentences}


def test_the_seed_article_holds_every_name_and_number_and_no_junk(seed: Summary, shared_data: Path) -> None:
    source = (shared_data / "seed_article.txt").read_text(encoding="utf-8")
    said = " ".join([seed.text, *(point.text for point in seed.key_points)])
    assert not [junk for junk in JUNK if junk in said or junk in seed.documents[0].text]
    names = set(re.findall(r"(?<![.?!] )(?<!^)\b[A-Z][\w’'-]*", said))
    assert not {name for name in names if name not in source}
    assert not {number for number in re.findall(r"\d[\d,.]*\d|\d", said) if number not in source}


@pytest.mark.slow
@pytest.mark.parametrize("story", ["story_1", "story_2", "story_3"])
def test_a_real_story_cites_at_least_two_articles(summarizer: Summarizer, shared_data: Path, story: str) -> None:
    summary = summarizer.summarize(load_documents(shared_data / story))
    assert len({c.document for s in summary.sentences for c in s.citations}) >= 2
    assert all(s.supported for s in summary.sentences)
