"""What becomes of errors: every one is a problem to its client, with the headers and the count of any other answer."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import ProblemError, of_status
from api.tables import said
from summarizer.wire import Fault

_log = logging.getLogger("api")
_AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout)
_RETRY_SECONDS = "5"


class LastResort:
    """ASGI middleware, the innermost: what nothing else has caught. Outside of it an error would miss the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return  # nobody is there to answer
        except Exception as error:
            if begun or scope["type"] != "http":
                raise  # the connection breaks off, which is the only thing left to say
            await _unforeseen(error).response()(scope, receive, send)


def install(app: FastAPI) -> None:
    """Make problems of the errors of an app."""
    app.add_middleware(LastResort)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)


def _unforeseen(error: Exception) -> ProblemError:
    if isinstance(error, _AWAY) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        _log.warning("the database refused: %s", said(error))
        headers = {"Retry-After": _RETRY_SECONDS}
        return ProblemError("storage-unavailable", "the database of jobs and keys does not answer", headers=headers)
    _log.error("a request failed", exc_info=error)
    return ProblemError("internal-error", "see the server's log")


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101
    return error.response()


async def _http_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    return of_status(error.status_code, str(error.detail), error.headers).response()


async def _validation_problem(_: Request, error: Exception) -> Response:
    """Parameters alone come here: bodies are read by the routes."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [Fault(pointer="/" + "/".join(map(str, one["loc"])), detail=one["msg"]) for one in error.errors()]
    return ProblemError("invalid-request", "a parameter is wrong", errors=faults).response()
