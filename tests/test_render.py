"""Plain text and Markdown: every footnote number has its sentence."""

from __future__ import annotations

import re

from summarizer import Document, Summarizer, SummarySentence
from summarizer.render import UNSUPPORTED, to_markdown, to_text


def test_footnotes_are_numbered_in_order_and_quoted(summarizer: Summarizer, ferry: list[Document]) -> None:
    text = to_text(summarizer.summarize(ferry, model="extractive"))
    body, notes = text.split("\nSources\n")
    used = [int(number) for number in re.findall(r"\[(\d+)\]", body)]
    listed = [int(number) for number in re.findall(r"^\[(\d+)\]", notes, re.MULTILINE)]
    assert sorted(set(used)) == listed == list(range(1, len(listed) + 1))
    assert list(dict.fromkeys(used)) == listed
    assert "Coast Wire, coast-wire.html: " in notes
    assert "The articles disagree" in body


def test_markdown_footnotes_resolve(summarizer: Summarizer, ferry: list[Document]) -> None:
    text = to_markdown(summarizer.summarize(ferry, model="extractive"), bullets=True)
    assert text.startswith("- ")
    defined = set(re.findall(r"^(\[\^\d+\]):", text, re.MULTILINE))
    assert set(re.findall(r"(\[\^\d+\])(?!:)", text)) == defined


def test_an_unsupported_sentence_is_marked(summarizer: Summarizer, ferry: list[Document]) -> None:
    summary = summarizer.summarize(ferry, model="extractive", key_points=0)
    claim = SummarySentence(text="The captain fled.", support=0.1, supported=False)
    assert f"The captain fled. {UNSUPPORTED}" in to_text(summary.model_copy(update={"sentences": (claim,)}))
