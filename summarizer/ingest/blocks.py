"""HTML that is no web page (a mail, a chapter, an office document) as lines of text: all of it, in reading order.

``html.py`` looks for the one article of a page and leaves out what surrounds it. A newsletter has several stories, laid
out in tables of which that search keeps one, so here everything counts that a reader sees. What is boilerplate in it,
the common cleaning takes out afterwards, as it does for pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul".split()
)
_UNSEEN = frozenset("head script style title template noscript svg math button select textarea object iframe".split())
_NOTES = frozenset("noteref footnote footnotes endnote endnotes rearnote rearnotes pagebreak toc".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")


def text_of(tree: HtmlElement) -> str:
    """The text that ``tree`` shows: a blank line between blocks, a line break for ``br``, ``- `` before list items."""
    text = "".join(_pieces(tree))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]*\n[^\S\n]*", "\n", text)).strip()


def _pieces(tree: HtmlElement) -> Iterator[str]:
    from lxml.etree import iterwalk  # type: ignore[import-untyped]

    walk = iterwalk(tree, events=("start", "end"))
    preformatted = 0
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else "template"  # a comment
        shown = not _is_hidden(element, tag)
        if shown and tag in _BLOCKS:
            yield "\n\n"
        if event == "end":
            preformatted -= shown and tag == "pre"
            yield _flowed(element.tail if element is not tree else None, preformatted)
            continue
        if not shown:
            walk.skip_subtree()
            continue
        preformatted += tag == "pre"
        if tag == "br":
            yield "\n"
        elif tag == "li":
            yield "- "
        yield _flowed(element.text, preformatted)


def _is_hidden(element: HtmlElement, tag: str) -> bool:
    if tag in _UNSEEN or element.get("hidden") is not None or element.get("epub:type") in _NOTES:
        return True
    if tag == "sup" and element.find("a") is not None:  # the number of a footnote
        return True
    return bool(_HIDDEN.search(element.get("style") or ""))


def _flowed(text: str | None, preformatted: int) -> str:
    if not text or preformatted:
        return text or ""
    return _BLANKS.sub(" ", text)
