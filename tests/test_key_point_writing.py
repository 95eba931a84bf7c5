"""Key points in a chat model's words: taken when the cited sentences bear them out, else the articles' own stay."""

from __future__ import annotations

import pytest
from chat_server import Server

from summarizer import Summarizer
from summarizer.settings import Settings

ARTICLES = (
    "The harbour council closed the Lindholm bridge on Monday after inspectors found cracks in two of its old pillars. "
    "Repairs of the bridge will cost two million euros and last until autumn, the mayor, Ines Falk, told reporters.",
    "On Monday the harbour council closed the Lindholm bridge, because inspectors found cracks in two of its pillars. "
    "The ministry promised on Tuesday that it will pay half of the money that the repairs cost.",
)
BOTH = "in two of its pillars.\n</source 1>\n\n<source 2>"
ASKED = "the one point that these sentences share"


@pytest.fixture
def server():
    with Server() as running:
        running.text = "Nobody knows."
        yield running


def points(server, summarizer, text):
    """The key points when the server answers ``text`` for the point that both articles make."""
    server.texts = {BOTH: text}
    made = Summarizer(f"openai:tiny-chat@{server.url}", settings=Settings())
    made._encoder = summarizer.encoder()
    return made.summarize(list(ARTICLES), max_words=30)


def test_a_supported_wording_is_taken_with_its_citations(server, summarizer):
    plain = summarizer.summarize(list(ARTICLES), model="extractive").key_points
    text = "The harbour council closed the Lindholm bridge on Monday."
    summary = points(server, summarizer, text)
    written = summary.key_points
    shared = next(place for place, point in enumerate(plain) if len(point.documents) == 2)
    assert written[shared].text == text != plain[shared].text
    assert written[shared].documents == plain[shared].documents
    assert [(c.document, c.start, c.end) for c in written[shared].citations] == [
        (c.document, c.start, c.end) for c in plain[shared].citations
    ]
    asked = [b["messages"][-1]["content"] for b in server.bodies if ASKED in b["messages"][-1]["content"]]
    assert len(asked) == len(plain)
    assert summary.usage.candidates == len(server.bodies)


@pytest.mark.parametrize(
    "text",
    [
        "The harbour council closed the Lindholm bridge after inspectors found cracks in nine of its pillars.",
        "The harbour council did not close the Lindholm bridge after inspectors found cracks in its pillars.",
        "The harbour council closed the bridge. Inspectors found cracks in two of its pillars.",
        "Because inspectors found cracks",
        "",
    ],
)
def test_any_other_is_not(server, summarizer, text):
    plain = summarizer.summarize(list(ARTICLES), model="extractive").key_points
    assert points(server, summarizer, text).key_points == plain
