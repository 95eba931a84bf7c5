"""The paths of the chat interface without their version, for programs whose base URL people enter without ``/v1``."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from api.security import routed

_PATHS = re.compile(r"/chat/completions|/models(?:/[^/]+)?")


class Unversioned:
    """ASGI middleware: what comes to one of these paths goes on as if it had come below ``/v1``, keys and all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] == "http" and _PATHS.fullmatch(path := routed(scope)):
            scope = {**scope, "path": f"{scope['path'].removesuffix(path)}/v1{path}"}
        await self._app(scope, receive, send)
