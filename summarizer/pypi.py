"""Finds one pinned wheel on the user's own package index and fetches it, without pip.

Speaks the Simple API (PEP 503 HTML, PEP 691 JSON) over HTTP or ``file:``, and knows pip's find-links folders and pages.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import url2pathname

import httpx

from summarizer.checksums import sha256_of
from summarizer.pypi_config import Sources

Progress = Callable[[int, int], None]
"""Called with (bytes so far, bytes in all)."""

_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1, */*;q=0.01"
_CHUNK = 1 << 20
_ATTEMPTS = 3


class NotFetchedError(Exception):
    """No source gave the wheel with the right checksum; the text lists what each one said."""


def fetch_wheel(
    package: str, filename: str, sha256: str, target: Path, sources: Sources, *, offline: bool, progress: Progress
) -> None:
    """Write the wheel to ``target``, whose bytes have ``sha256``; a part left by an earlier run is continued.

    Raises NotFetchedError. ``offline`` leaves only local folders and ``file:`` indexes.
    """
    said: list[str] = []
    with _client(sources) as client:
        for place in sources.places(package):
            if offline and not _is_local(place):
                said.append(f"{redact(place)}: not asked, offline")
                continue
            try:
                link = _find(place, filename, client)
                if link is None:
                    said.append(f"{redact(place)}: does not hold {filename}")
                    continue
                if offline and not _is_local(link):
                    said.append(f"{redact(link)}: not asked, offline")
                    continue
                _fetch(link, sha256, target, client, progress)
                return
            except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
                said.append(f"{redact(place)}: {redact(str(error)) or type(error).__name__}")
    raise NotFetchedError("; ".join(said) or "no package index is configured")


def redact(text: str) -> str:
    """``text`` with passwords inside URLs replaced."""
    return re.sub(r"(?<=://)[^/@\s]+@", "***@", text)


def _find(place: str, filename: str, client: httpx.Client) -> str | None:
    """URL or path of ``filename`` on an index page, in a folder, or on a find-links page; None when it is not there."""
    if not _is_local(place):
        response = client.get(place, headers={"Accept": _ACCEPT})
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        response.raise_for_status()
        found = _link_in(response.text, str(response.url), filename)
        return found and _with_credentials(found, place)
    path = _local_path(place)
    if (path / filename).is_file():
        return str(path / filename)
    for page in (path / "index.html", path / "index.json", path):
        if page.is_file():
            return _link_in(page.read_text(encoding="utf-8"), page.resolve().as_uri(), filename)
    return None


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


def _fetch(link: str, sha256: str, target: Path, client: httpx.Client, progress: Progress) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            with target.open("ab") as out, _reading(link, out.tell(), client) as (pieces, start, total):
                out.truncate(start)
                for piece in pieces:
                    out.write(piece)
                    progress(out.tell(), total)
        except httpx.TransportError:
            if attempt + 1 == _ATTEMPTS:
                raise
            continue
        if sha256_of(target) == sha256:
            return
        target.unlink()
        if start == 0:
            break
    raise ValueError(f"{link} does not have the pinned SHA-256 {sha256}")


@contextmanager
def _reading(link: str, have: int, client: httpx.Client) -> Iterator[tuple[Iterator[bytes], int, int]]:
    """(pieces, offset of the first one, bytes in all) of a local file or of an HTTP answer that may continue a part."""
    if _is_local(link):
        path = _local_path(link)
        with path.open("rb") as stream:
            yield _pieces(stream), 0, path.stat().st_size
        return
    # "identity": a proxy that compresses would make the byte ranges mean something else.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", link, headers=headers) as response:
        if have and response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            yield iter(()), have, have
            return
        response.raise_for_status()
        start = have if response.status_code == httpx.codes.PARTIAL_CONTENT else 0
        yield response.iter_bytes(), start, start + int(response.headers.get("Content-Length", 0))


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_CHUNK):
        yield piece


def _is_local(place: str) -> bool:
    return urlsplit(place).scheme not in ("http", "https")


def _local_path(place: str) -> Path:
    parts = urlsplit(place)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(place).expanduser()


def _with_credentials(link: str, place: str) -> str:
    """An index may name its own files absolutely, without the credentials that it asks for."""
    ours, theirs = urlsplit(place), urlsplit(link)
    if "@" in ours.netloc and "@" not in theirs.netloc and (ours.hostname, ours.port) == (theirs.hostname, theirs.port):
        return theirs._replace(netloc=ours.netloc).geturl()
    return link


def _client(sources: Sources) -> httpx.Client:
    bundle = sources.certificates
    verify: ssl.SSLContext | bool = True
    if bundle and Path(bundle).is_dir():
        verify = ssl.create_default_context(capath=bundle)
    elif bundle:
        verify = ssl.create_default_context(cafile=bundle)
    return httpx.Client(verify=verify, follow_redirects=True, timeout=httpx.Timeout(60.0, connect=20.0))
