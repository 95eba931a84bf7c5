"""Finds a wheel on the user's own package index, without pip.

Speaks the Simple API (PEP 503 HTML, PEP 691 JSON) over HTTP or ``file:``, and knows pip's find-links folders and pages.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import url2pathname

import httpx

_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1, */*;q=0.01"


def find(place: str, filename: str, client: httpx.Client) -> str | Path | None:
    """URL or path of ``filename`` on an index page, in a folder, or on a find-links page; None when it is not there."""
    if not is_local(place):
        response = client.get(place, headers={"Accept": _ACCEPT})
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        response.raise_for_status()
        found = _link_in(response.text, str(response.url), filename)
        return found and _with_credentials(found, place)
    path = local_path(place)
    if (path / filename).is_file():
        return path / filename
    for page in (path / "index.html", path / "index.json", path):
        if page.is_file():
            link = _link_in(page.read_text(encoding="utf-8"), page.resolve().as_uri(), filename)
            return local_path(link) if link and is_local(link) else link
    return None


def is_local(place: str) -> bool:
    """Whether a path or URL is on this machine (a drive of its network included)."""
    return urlsplit(place).scheme not in ("http", "https")


def local_path(place: str) -> Path:
    """The path that a path or ``file:`` URL names."""
    parts = urlsplit(place)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(place).expanduser()


def _link_in(page: str, base: str, filename: str) -> str | None:
    if page.lstrip().startswith("{"):
        files = json.loads(page).get("files", [])
        links = [(str(entry.get("filename")), str(entry.get("url"))) for entry in files]
    else:
        parser = _Anchors()
        parser.feed(page)
        base = urljoin(base, parser.base)
        links = [(unquote(urlsplit(href).path.rsplit("/", 1)[-1]), href) for href in parser.hrefs]
    for name, href in links:
        if name == filename:
            return urldefrag(urljoin(base, href)).url
    return None


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if href and tag == "a":
            self.hrefs.append(href)
        if href and tag == "base":
            self.base = href


def _with_credentials(link: str, place: str) -> str:
    """An index may name its own files absolutely, without the credentials that it asks for."""
    ours, theirs = urlsplit(place), urlsplit(link)
    if "@" in ours.netloc and "@" not in theirs.netloc and (ours.hostname, ours.port) == (theirs.hostname, theirs.port):
        return theirs._replace(netloc=ours.netloc).geturl()
    return link
