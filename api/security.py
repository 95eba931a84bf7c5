"""Who may call, how often, and what every answer carries: keys, rate limits, headers.

Keys are long random strings, so that one SHA-256 hides them as well as a slow hash would (no guessing 256 bits).
"""

from __future__ import annotations

import hmac
import math
import re
import time
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from limits import parse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import ProblemError
from api.rate import Rate
from api.settings import ServiceSettings
from summarizer.errors import InputError

ANONYMOUS = "anonymous"
"""Whose everything is where no keys are set."""
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_DOCS_CSP = _CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")  # Swagger UI sets styles in its markup
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LINE = re.compile(
    r"([\w.@-]{1,64})\s+([0-9a-f]{64})(?:\s+rate=(\d+/(?:\d+)?[a-z]+))?(?:\s+places=([1-9]\d{0,3}))?", re.ASCII
)


class Key(NamedTuple):
    """One line of the file. rate, places: the limits of its name, where they are not everybody's."""

    name: str
    digest: str
    rate: str | None
    places: int | None


class Keys:
    """The keys of a file, lines of ``name sha256-of-the-key``, and behind it perhaps limits of the name's own,
    ``rate=60/minute places=4``; a changed file counts from the next second on.

    Two lines may have one name: the old key and the new one, while clients change over. Raises InputError for a file
    that is missing or has a broken line when it is first read; later such a file leaves the keys as they were.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys, self._stamp = self._read()
        self._looked = time.monotonic()

    def find(self, key: str) -> Key | None:
        """What is known of a key. Compares with every key there is, each in constant time."""
        self._refresh()
        digest = sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
        found = [known for known in self._keys if hmac.compare_digest(known.digest, digest)]
        return found[0] if found else None

    def _refresh(self) -> None:
        now = time.monotonic()
        if now - self._looked < 1.0:
            return
        self._looked = now
        try:
            if self._path.stat().st_mtime_ns != self._stamp:
                self._keys, self._stamp = self._read()
        except (OSError, InputError):
            return

    def _read(self) -> tuple[list[Key], int]:
        try:
            stamp, lines = self._path.stat().st_mtime_ns, self._path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise InputError(
                f"it cannot be read ({error.strerror})", remedy="Create it, or unset it.", where=str(self._path)
            ) from error
        keys = []
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            if (found := _LINE.fullmatch(line.strip())) is None:
                remedy = "Write: name, the key's SHA-256 in 64 hexadecimal digits, and at most rate=60/minute places=4."
                raise InputError("it is no key", remedy=remedy, where=f"{self._path}, line {number}")
            if found[3]:
                rate_of(found[3], where=f"{self._path}, line {number}")
            keys.append(Key(found[1], found[2], found[3], int(found[4]) if found[4] else None))
        return keys, stamp


def rate_of(text: str, where: str) -> Rate:
    """``60/minute`` as a rate. Raises InputError; where: what it names."""
    try:
        return Rate(parse(text))
    except ValueError as refused:
        raise InputError(
            "it is no rate", remedy="Write it as in 600/minute, or leave it out.", where=where
        ) from refused


class Gate:
    """ASGI middleware: refuses who has no key or asks too often, before anything is read; adds the headers."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self._app = app
        self._keys = Keys(settings.api_keys_file) if settings.api_keys_file else None
        self._usual = settings.rate_limit or None
        self._rates: dict[str, Rate] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = routed(scope)
        extra = dict(_HEADERS)
        extra["Content-Security-Policy"] = _DOCS_CSP if path == "/docs" else _CSP
        # A page may keep its files; an answer about articles is nobody else's.
        extra["Cache-Control"] = "no-store" if path.startswith("/v1/") else "no-cache"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(extra)
            await send(message)

        try:
            if path.startswith("/v1/") and scope["method"] != "OPTIONS":
                key = self._key(scope)
                scope["client_name"], scope["places"] = key.name, key.places
                scope["caller"] = self._caller(scope)
                extra.update(self._counted(scope["caller"], key.rate or self._usual))
        except ProblemError as refused:
            await refused.response()(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

    def _key(self, scope: Scope) -> Key:
        if self._keys is None:
            return Key(ANONYMOUS, "", None, None)
        scheme, _, key = Headers(scope=scope).get("Authorization", "").partition(" ")
        found = self._keys.find(key.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise ProblemError("unauthorized", "no known key was sent", headers={"WWW-Authenticate": "Bearer"})
        return found

    def _caller(self, scope: Scope) -> str:
        """Whose turn it is and whose requests are counted: a key's name, or without keys an address."""
        return str(scope["client"][0] if self._keys is None and scope.get("client") else scope["client_name"])

    def _counted(self, caller: str, limit: str | None) -> dict[str, str]:
        """Count the request. The headers of draft-ietf-httpapi-ratelimit-headers-10."""
        if limit is None:
            return {}
        rate = self._rates.setdefault(limit, Rate(parse(limit)))
        found = rate.hit(caller)
        left = max(1, math.ceil(found.seconds))
        headers = {
            "RateLimit-Policy": f'"default";q={rate.amount};w={rate.window}',
            "RateLimit": f'"default";r={found.left};t={left}',
        }
        if not found.allowed:
            detail = f"more than {rate.amount} in {rate.window} s"
            raise ProblemError("rate-limited", detail, headers={**headers, "Retry-After": str(left)})
        return headers


def routed(scope: Scope) -> str:
    """The path by which a route is found: without the root path, as Starlette's router takes it off."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if path == root or path.startswith(f"{root}/") else path
