"""Whole sentences of a text that a model is still writing."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import closing

from summarizer.reading.segment import split_sentences
from summarizer.types import Document

_THOUGHT = re.compile(r"^\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_MARK = re.compile(
    r"^(?:[*•–—-]|\d{1,2}[.)])\s+|^#{1,6}\s.*$|\*\*|^[\"“]?(?:Note|Summary|News [Bb]rief)[^.]{0,20}:\s*|\s*\[\d{1,2}\]"
)
_END = re.compile(r"[.!?…。！？।॥؟۔][\"'”’»)\]」』）*]*$")
_MAY_END = re.compile(r"[.!?…。！？।॥؟۔\n]")
_INNER_BLANKS = re.compile(r"(?<!\w)([\"“])\s+([^\"“”]+?)\s+([\"”])(?!\w)")
_LATE_MARK = re.compile(r"(?<=[.,!?])\s+([\"”'’])\.?(?=[\s.,;]|$)")
"""Where they put a closing quotation mark after a blank: "a cancer. "."""
_TORN = re.compile(
    r"(?:(?<=[$€£]\d)|(?<=[$€£]\d\d)|(?<=[$€£]\d\d\d))\. (?=\d)|(?<=\b[A-Z])\. (?=[A-Z]\.)|(?<=\b[ap])\. (?=m\.)"
)
"""Where small models tear "$2.1 billion" and "U.S." apart."""
_GOING_ON = " and so on and on it goes."
_NEXT = 2  # characters of the next sentence that show that one has ended


def written_sentences(pieces: Generator[str, None, None], language: str) -> Generator[str, None, None]:
    """Each sentence as soon as the next one begins, and the last if it ends as one; no headings, marks or thoughts.

    Closing this iterator closes ``pieces``, and so stops the model.
    """
    text = ""
    with closing(pieces):
        for piece in pieces:
            text = _TORN.sub(".", text + piece)
            if _MAY_END.search(text[:-1]):
                ready, text = _taken(text, language)
                yield from ready
    ready, text = _taken(text, language)
    yield from ready
    yield from (s for s in _sentences(_bare(text), language) if _END.search(s))


def written_lines(pieces: Generator[str, None, None]) -> Generator[str, None, None]:
    """Each line as soon as it is whole, without list marks; closing works as above. The last one must end as a
    sentence: it may have been cut."""
    text = ""
    with closing(pieces):
        for piece in pieces:
            text = _TORN.sub(".", text + piece)
            *lines, text = text.split("\n")
            yield from (line for line in map(_bare, lines) if line)
    if _END.search(last := _bare(text)):
        yield last


def _taken(text: str, language: str) -> tuple[list[str], str]:
    """The sentences that are whole, and the text after them."""
    if text.lstrip().startswith("<think>") and "</think>" not in text:
        return [], text
    text = _THOUGHT.sub("", text)
    *lines, last = text.split("\n")
    whole = [sentence for line in lines for sentence in _sentences(_bare(line), language)]
    # A remnant of a few words would be no sentence to the splitter: it is made longer.
    found = split_sentences(Document(id="draft", text=last + _GOING_ON, language=language)) if last.strip() else []
    if len(found) > 1 and len(last.rstrip()) - found[-1].start >= _NEXT:
        whole += [sentence for s in found[:-1] for sentence in _sentences(_bare(s.text), language)]
        last = last[found[-1].start :]
    return whole, last


def _sentences(line: str, language: str) -> list[str]:
    """Sentences of a line; none of a heading or an announcement."""
    if not line or (not _END.search(line) and len(line.split()) < 8) or line.endswith(":"):
        return []
    line = _LATE_MARK.sub(r"\1", _INNER_BLANKS.sub(r"\1\2\3", line))
    return [" ".join(s.text.split()) for s in split_sentences(Document(id="draft", text=line, language=language))]


def _bare(line: str) -> str:
    return _MARK.sub("", _THOUGHT.sub("", line).strip()).strip()
