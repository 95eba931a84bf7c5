"""Bodies that come compressed: gzip is read as it arrives, and counts against the limits as what it is unpacked."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import ProblemError

_CHUNK_BYTES = 65_536
_GZIP = 16 + zlib.MAX_WBITS


class GzipRequests:
    """ASGI middleware: unpacks ``Content-Encoding: gzip``, refuses other encodings."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        encoding = Headers(scope=scope).get("Content-Encoding", "").strip().lower() if scope["type"] == "http" else ""
        if encoding in ("", "identity"):
            await self._app(scope, receive, send)
            return
        if encoding not in ("gzip", "x-gzip"):
            detail = "send the body as it is, or with Content-Encoding: gzip"
            refused = ProblemError("unsupported-media-type", detail, headers={"Accept-Encoding": "gzip, identity"})
            await refused.response()(scope, receive, send)
            return
        scope = {**scope, "headers": list(scope["headers"])}
        headers = MutableHeaders(scope=scope)
        del headers["Content-Encoding"], headers["Content-Length"]  # of what was sent, not of what is read
        await self._app(scope, _Unpacked(receive), send)


class _Unpacked:
    """``receive`` of the body as it was before it was compressed, a chunk at a time: a small body may be a huge one."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._body = receive, self._unpack(receive)

    async def __call__(self) -> Message:
        """The next message. Raises ProblemError where the body is not gzip, or breaks off."""
        return await anext(self._body, None) or await self._receive()

    async def _unpack(self, receive: Receive) -> AsyncIterator[Message]:
        unpacker, more = zlib.decompressobj(_GZIP), True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                yield message
                return
            rest, more, piece = message.get("body", b""), message.get("more_body", False), b""
            while rest or len(piece) == _CHUNK_BYTES:
                if unpacker.eof:  # a file may be several, one after the other
                    unpacker = zlib.decompressobj(_GZIP)
                try:
                    piece = unpacker.decompress(rest, _CHUNK_BYTES)
                except zlib.error as error:
                    raise ProblemError("malformed-encoding", str(error)) from None
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                yield {"type": "http.request", "body": piece, "more_body": True}
        if not unpacker.eof:
            raise ProblemError("malformed-encoding", "the gzip stream breaks off")
        yield {"type": "http.request", "body": b"", "more_body": False}
