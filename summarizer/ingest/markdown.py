"""Markdown to Documents: the parser's text of each block, links and emphasis without their marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from summarizer.ingest.base import Raw, Report
from summarizer.ingest.dates import parse_date
from summarizer.ingest.text import document_from_text
from summarizer.types import Document

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,10000}?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FIELD = re.compile(r"""^(\w+):[ \t]+["']?(.+?)["']?[ \t]*$""", re.MULTILINE)


def read(raw: Raw, _: Report) -> Iterator[Document]:
    """The one article of a Markdown file; its first heading of the highest level, or its front matter, is the title."""
    fields, body = _front_matter(raw.text.replace("\r\n", "\n"))
    heading, text = render(body)
    yield document_from_text(
        text,
        id=raw.name,
        title=fields.get("title") or heading,
        url=raw.url or fields.get("url"),
        source=fields.get("source"),
        published=parse_date(fields.get("date")),
        where=raw.where,
    )


def render(markdown: str) -> tuple[str | None, str]:
    """(title, text) of CommonMark: blocks apart by a blank line; code, images, rules and raw HTML left out."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    title: tuple[int, str] | None = None
    blocks: list[str] = []
    for before, token in pairwise(tokens):
        if token.type != "inline" or before.type == "th_open":
            continue
        text = _text(token.children or ())
        if before.type == "heading_open":
            level = int(before.tag[1:])
            if title is None or level < title[0]:
                title = (level, text)
        # A tight list hides its items' paragraphs; a loose one holds paragraphs of their own.
        is_item = before.type == "paragraph_open" and before.hidden
        blocks.append(f"- {text}" if text and is_item else text)
    return (title[1] or None if title else None), "\n\n".join(block for block in blocks if block)


def _text(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
    return "".join(parts).strip()


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The plain ``key: value`` lines of a YAML header, and the rest of the text."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    return {key.lower(): value for key, value in _FIELD.findall(found.group(1))}, text[found.end() :]
