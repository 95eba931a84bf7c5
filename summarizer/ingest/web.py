"""One page from the web, with bounds on time, size and redirects."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from summarizer.errors import InputError

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
TOTAL_SECONDS = 60.0
MAX_REDIRECTS = 5
_USER_AGENT = "Mozilla/5.0 (compatible; summarizer; +https://pypi.org/project/summarizer/)"


class Page(NamedTuple):
    """What a server sent: the bytes, the MIME type and charset it names, and the address after redirects."""

    data: bytes
    content_type: str
    charset: str | None
    url: str


def fetch(url: str, *, limit: int) -> Page:
    """GET ``url``; at most ``limit`` bytes, after decompression. Raises InputError that says what failed."""
    import httpx

    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    headers = {"User-Agent": _USER_AGENT, "Accept": "text/html,text/*;q=0.9,application/json;q=0.8,*/*;q=0.1"}
    try:
        with (
            httpx.Client(
                timeout=timeout, follow_redirects=True, max_redirects=MAX_REDIRECTS, headers=headers
            ) as client,
            client.stream("GET", url) as response,
        ):
            return _receive(response, url, limit)
    except httpx.TimeoutException:
        problem, remedy = "The server did not answer in time", "Try again later, or save the page and give the file"
    except httpx.TooManyRedirects:
        problem, remedy = f"More than {MAX_REDIRECTS} redirects", "Give the article's final address"
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
        problem, remedy = f"Not a usable address: {error}", "Give a whole http or https address"
    except httpx.HTTPError as error:
        problem, remedy = f"Could not be fetched: {error}", "Check the address and the connection"
    raise InputError(problem, remedy=remedy, where=url)


def _receive(response: httpx.Response, url: str, limit: int) -> Page:
    if response.status_code != 200:
        raise InputError(
            f"The server answered {response.status_code} {response.reason_phrase}".rstrip(),
            remedy="Check the address in a browser, or save the page and give the file",
            where=url,
        )
    deadline = time.monotonic() + TOTAL_SECONDS
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > limit:
            raise InputError(
                f"More than {limit:,} bytes",
                remedy="Save the article and give the file, or raise SUMMARIZER_MAX_DOCUMENT_BYTES",
                where=url,
            )
        if time.monotonic() > deadline:
            raise InputError("The server sends too slowly", remedy="Try again later", where=url)
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    return Page(bytes(data), kind, response.charset_encoding, str(response.url))
