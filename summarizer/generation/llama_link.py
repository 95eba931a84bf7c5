"""The line to llama.cpp's server in this process: HTTP over a loopback port with a random key."""

from __future__ import annotations

import json
import secrets
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx

from summarizer.errors import GenerationError
from summarizer.generation.llama_params import silent_server
from summarizer.interruption import look
from summarizer.wire import read_lines

_SLOWEST = 600.0  # seconds between two signs of life: a prompt batch on the slowest machine takes a few


class Link:
    """The server of ``params`` and the line to it. mark: id of a token that plain text never gives."""

    def __init__(self, params: Any, name: str) -> None:
        self._name = name
        key = secrets.token_hex(16)
        params.api_keys = [key]
        self._server: Any = silent_server(params, name)
        self._http = httpx.Client(
            base_url=self._server.listening_address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx.Timeout(_SLOWEST, pool=None),
            # A kept connection may be closed by the server as we write to it; a new one costs 0.2 ms.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,  # no proxy stands between us and ourselves
        )
        # Answered by the loop that does the work: a server that is ended before the loop has begun hangs for ever.
        self._http.get("/lora-adapters")
        eos = self._http.get("/props").json()["eos_token"]
        [self.mark] = self.post("/tokenize", content=eos, parse_special=True)["tokens"]

    def post(self, path: str, **body: Any) -> Any:
        """The server's JSON. Raises GenerationError."""
        with self._explained():
            return _checked(self._open().post(path, json=body), self._name).json()

    def events(self, path: str, body: dict[str, Any]) -> Generator[dict[str, Any], None, None]:
        """Server-sent events of a streaming request; closing the iterator ends it, and ``interrupt`` may."""
        http = self._open()
        request = http.build_request("POST", path, json=body)
        with self._explained(), closing(http.send(request, stream=True)) as answer:
            if not answer.is_success:
                answer.read()
            for line in read_lines(_checked(answer, self._name).iter_text()):
                look()
                if line.startswith("data: ") and line != "data: [DONE]":
                    yield _event(line, self._name)

    def close(self) -> None:
        """Stop the server; a request under way breaks off."""
        self._server = None
        self._http.close()

    def _open(self) -> httpx.Client:
        if self._server is None:
            raise GenerationError("the model is closed", remedy="Make a new one.", where=self._name)
        return self._http

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as failure:
            raise GenerationError(
                f"the engine broke off ({type(failure).__name__})", remedy="Try again.", where=self._name
            ) from failure


def _event(line: str, name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(line.removeprefix("data: "))
    if "error" in event:
        raise _refused(event["error"], name)
    return event


def _checked(answer: httpx.Response, name: str) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError):
        error = {"message": f"HTTP {answer.status_code}"}
    raise _refused(error, name)


def _refused(error: dict[str, Any], name: str) -> GenerationError:
    return GenerationError(
        f"the engine refused the request ({error.get('message', error)})",
        remedy="Report this with the version of the package xllamacpp.",
        where=name,
    )
