"""What is asked over HTTP, of an index, the hub or a server of the user's: by ranges, and passwords unsaid."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import httpx

T = TypeVar("T")

ANSWER_SECONDS = 8.0
"""The hub, or a server of the user's, that says nothing for so long is given up: name look-up and all its addresses."""

_PASSING = (429, 500, 502, 503, 504)
# A proxy that compresses would make the byte ranges mean something else.
_PLAIN = {"Accept-Encoding": "identity"}


class Found(NamedTuple):
    """A whole file: where it lies, and whether any range of it can be had."""

    link: str | Path
    ranges: bool


def client(certificates: str | None, token: str = "") -> httpx.Client:
    """certificates: file or folder of a CA bundle; token: sent to the first host alone, not where it redirects to."""
    verify: ssl.SSLContext | bool = True
    if certificates and Path(certificates).is_dir():
        verify = ssl.create_default_context(capath=certificates)
    elif certificates:
        verify = ssl.create_default_context(cafile=certificates)
    headers = {"Authorization": f"Bearer {token}"} if token else None
    return httpx.Client(
        verify=verify, headers=headers, follow_redirects=True, timeout=httpx.Timeout(30.0, connect=10.0)
    )


def look(asker: httpx.Client, url: str, size: int) -> Found | None:
    """The file at ``url``, if any. Raises ValueError when it has not ``size`` bytes, httpx.HTTPError, TimeoutError."""

    def ask() -> Found | None:
        with asker.stream("GET", url, headers=_PLAIN | {"Range": "bytes=0-0"}) as response:
            if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
                return None
            response.raise_for_status()
            ranges = response.status_code == httpx.codes.PARTIAL_CONTENT
            told = response.headers.get("Content-Range" if ranges else "Content-Length", "").rpartition("/")[2]
            check_size(url, int(told) if told.isdigit() else size, size)
            return Found(url, ranges)

    return within(ANSWER_SECONDS, ask)


def check_size(where: str, found: int, size: int) -> None:
    """Raises ValueError when a file has not the bytes that are pinned."""
    if found != size:
        raise ValueError(f"{where} has {found:,} bytes, not {size:,}")


def within(seconds: float, ask: Callable[[], T]) -> T:
    """What ``ask`` returns or raises; TimeoutError when it takes longer, as a resolver or a firewall may."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        raise TimeoutError(f"no answer within {seconds:.0f} seconds") from None


@contextmanager
def reading(
    asker: httpx.Client, url: str, first: int | None, have: int, size: int
) -> Iterator[tuple[Iterator[bytes], int]]:
    """(pieces, how many of the ``size`` bytes stand before them) of what begins at ``first`` of the file at ``url``.

    first: None when the file holds nothing else; have: bytes that need not be sent again.
    """
    start = (first or 0) + have
    ranged = {} if first is None and not have else {"Range": f"bytes={start}-{(first or 0) + size - 1}"}
    with asker.stream("GET", url, headers=_PLAIN | ranged) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise ValueError(f"ends after {start:,} bytes")
        response.raise_for_status()
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            if first:
                raise ValueError("sends no part of a file")
            have = 0
        yield response.iter_raw(), have


def passes(error: Exception) -> bool:
    """Whether asking again may help."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _PASSING
    return isinstance(error, httpx.TransportError)


def said(error: Exception) -> str:
    """An error in a few words, without passwords."""
    text = str(error) or type(error).__name__
    if isinstance(error, httpx.HTTPStatusError):
        answer = error.response
        text = f"{answer.status_code} {answer.reason_phrase} for {answer.url.copy_with(query=None)}"
    return redact(text)


def redact(text: str) -> str:
    """``text`` with passwords inside URLs replaced."""
    return re.sub(r"(?<=://)[^/@\s]+@", "***@", text)
