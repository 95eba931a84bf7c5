"""A digest as one HTML file, as Markdown, or as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as Xml

from summarizer.archives.digest import Told
from summarizer.archives.news import Article, Story
from summarizer.errors import InputError
from summarizer.ingest.base import needs_extra
from summarizer.render import Footnotes
from summarizer.types import Disagreement

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_IN_FEED = 100
_ATOM = "http://www.w3.org/2005/Atom"


class _Marked(NamedTuple):
    """A sentence with the numbers of the passages that it cites. note: what else stands behind it."""

    text: str
    marks: list[int]
    note: str = ""


class _Entry:
    """A story as the templates read it; its citations are numbered in the order in which they are read."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._notes = Footnotes(story.summary)
        shown = story.new or story.summary
        self.brief = [_Marked(s.text, self._notes.numbers(s.citations)) for s in shown.sentences]
        self.whole = (
            [_Marked(s.text, self._notes.numbers(s.citations)) for s in story.summary.sentences] if story.new else []
        )
        self.points = [
            _Marked(p.text, self._notes.numbers(p.citations), _articles(len(p.documents))) for p in shown.key_points
        ]
        self.differing = [self._differing(d) for d in story.summary.disagreements]
        self.cited = [
            (number, self._notes.quoted(citation), self._article(citation.document))
            for number, citation in self._notes.numbered()
        ]
        self.quotations = [(q.speaker, q.text, self._article(q.document)) for q in story.quotations]
        self.timeline = [(datetime.fromisoformat(d.day), d.text, self._article(d.document)) for d in story.timeline]

    def _article(self, name: str) -> Article:
        return next(article for article in self.story.articles if article.id == name)

    def _differing(self, found: Disagreement) -> tuple[str, list[_Marked], bool]:
        told = [_Marked(c.value, self._notes.numbers([c.citation]), c.when or "") for c in found.claims]
        return found.subject, told, found.corrected

    def outlets(self) -> Iterator[tuple[str, list[Article]]]:
        """Articles by outlet, oldest first; near-copies last."""
        by_name: dict[str, list[Article]] = {}
        for article in sorted(self.story.articles, key=lambda a: (a.copy_of is not None, str(a.published or ""))):
            by_name.setdefault(article.outlet, []).append(article)
        yield from by_name.items()


def check(paths: Sequence[Path]) -> None:
    """Raises InputError for a name that asks for no form of a digest, and where jinja2 is not installed."""
    for path in paths:
        if path.suffix.lower() not in _FORMS:
            raise InputError("No form of a digest", remedy="Name it .html, .md or .atom", where=str(path))
    _templates()


def write(told: Told, path: Path, form: str, title: str) -> None:
    """``told`` at ``path`` in a form: .html, .md or .atom."""
    path.write_text(_FORMS[form.lower()](told, title), encoding="utf-8")


def _html(told: Told, title: str) -> str:
    return _rendered("digest.html", title=title, told=told, entries=list(map(_Entry, told.stories)))


def _markdown(told: Told, title: str) -> str:
    return _rendered("digest.md", title=title, told=told, entries=list(map(_Entry, told.stories)))


def _atom(told: Told, title: str) -> str:
    """Every remembered story is one entry for as long as it runs: its id stays, its date of change is its newest
    article's."""
    Xml.register_namespace("", _ATOM)
    feed = Xml.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", title)
    _add(feed, "id", "urn:summarizer:digest")
    _add(feed, "updated", told.end.astimezone(UTC).isoformat())
    _add(_add(feed, "author"), "name", "summarizer")
    for story in told.remembered[:MOST_IN_FEED]:
        entry = _add(feed, "entry")
        _add(entry, "id", f"urn:summarizer:{story.id}")
        _add(entry, "title", f"Update: {story.title}" if story.new else story.title)
        _add(entry, "updated", story.updated.astimezone(UTC).isoformat())
        for article in story.articles:
            if is_link(article.url):
                _add(entry, "link", rel="related", href=article.url, title=f"{article.outlet}: {article.title}")
        _add(entry, "summary", (story.new or story.summary).text)
        _add(entry, "content", _rendered("story.html", entry=_Entry(story)), type="html")
    Xml.indent(feed)
    return Xml.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"


_FORMS = {".html": _html, ".htm": _html, ".md": _markdown, ".atom": _atom, ".xml": _atom}


def _add(parent: Xml.Element, name: str, text: str | None = None, **attributes: Any) -> Xml.Element:
    child = Xml.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    # XML 1.0 has no control characters, escaped or not.
    child.text = None if text is None else "".join(c for c in text if c >= " " or c in "\t\n")
    return child


@cache
def _templates() -> Environment:
    try:
        from jinja2 import Environment, FunctionLoader, select_autoescape
    except ImportError as error:
        raise needs_extra("jinja2", where="digest") from error

    folder = files("summarizer.archives")
    loader = FunctionLoader(lambda name: (folder / f"{name}.j2").read_text(encoding="utf-8"))
    environment = Environment(
        loader=loader, autoescape=select_autoescape(["html"]), trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"day": _day, "moment": _moment, "articles": _articles, "plain": _plain}
    environment.tests["link"] = is_link
    return environment


def _rendered(template: str, **names: Any) -> str:
    return str(_templates().get_template(template).render(**names))


def is_link(url: str | None) -> bool:
    """Whether a reader may follow it: an article's address is whatever its page says."""
    return bool(url) and str(url).startswith(("http://", "https://"))


def _plain(text: str) -> str:
    """One line of Markdown in which nothing is a mark."""
    line = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in line)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _moment(moment: datetime) -> str:
    return f"{_day(moment.astimezone(UTC))}, {moment.astimezone(UTC):%H:%M} UTC"


def _articles(count: int) -> str:
    return f"{count} article{'' if count == 1 else 's'}"
