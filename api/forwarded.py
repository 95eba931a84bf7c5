"""What trusted proxies say of a request: whose it is, how it came, and the path below which they serve this server.

uvicorn's middleware reads ``X-Forwarded-For`` and ``X-Forwarded-Proto`` from the addresses in ``FORWARDED_ALLOW_IPS``.
``X-Forwarded-Prefix`` is read here, from the same ones, before that middleware puts the client in the proxy's place.
"""

from __future__ import annotations

import os
import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.security import routed
from api.settings import ROOT_PATH

_TRUSTED = "127.0.0.1,::1"  # as uvicorn's default


class Forwarded:
    """ASGI middleware: sets client, scheme and root path to what a trusted proxy says they are. A prefix that is no
    path is ignored, as is all that strangers say."""

    def __init__(self, app: ASGIApp) -> None:
        trusted = os.environ.get("FORWARDED_ALLOW_IPS", _TRUSTED)
        self._inner = ProxyHeadersMiddleware(app, trusted)  # type: ignore[arg-type]  # its types are uvicorn's own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] == "http" and scope["client"] and scope["client"][0] in self._inner.trusted_hosts:
            prefix = Headers(scope=scope).get("X-Forwarded-Prefix", "").rstrip("/")
            if prefix and re.fullmatch(ROOT_PATH, prefix):
                scope = {**scope, "root_path": prefix, "path": prefix + routed(scope)}
        await self._inner(scope, receive, send)  # type: ignore[arg-type]
