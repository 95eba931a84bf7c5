"""llama.cpp inside this process (xllamacpp): one server object for one model, reachable by nobody else.

xllamacpp cannot run without also opening a port on the loopback interface; a random key that never leaves this object
closes it to other users of the machine. The tokenizer is only reachable through that port.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from summarizer.errors import GenerationError, ModelError

_SEPARATOR = 0
"""Stands between texts that are tokenised in one request; with special tokens unparsed no text can produce it."""


class Llama:
    """A loaded GGUF model. Thread-safe. Raises ModelError when the file cannot be loaded."""

    def __init__(
        self,
        path: Path,
        *,
        window: int,
        slots: int,
        batch: int,
        threads: int,
        embedding: bool = False,
        adapter: Path | None = None,
    ) -> None:
        # Waiting threads spin for a few milliseconds and no longer: where other work needs the processor,
        # spinning takes it from the very thread that is waited for.
        os.environ.setdefault("GOMP_SPINCOUNT", "300000")
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx, params.n_parallel, params.kv_unified = window, slots, True
        params.n_batch = params.n_ubatch = batch
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads or os.cpu_count() or 1
        params.n_gpu_layers = 0
        params.cache_ram_mib, params.cache_idle_slots = 0, False
        params.warmup = False
        params.verbosity = -1
        params.port = 0
        # Only names a folder: without one llama.cpp refuses to empty a slot.
        params.slot_save_path = str(path.parent)
        params.ui = False
        self._key = secrets.token_urlsafe(32)
        params.api_keys = [self._key]
        if adapter:
            lora = xllamacpp.CommonAdapterLoraInfo()
            lora.path, lora.scale = str(adapter), 1.0
            params.lora_adapters = [lora]
        if embedding:
            params.embedding = True
            params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
        try:
            self._server: Any = xllamacpp.Server(params)
        except Exception as error:  # xllamacpp raises bare RuntimeError and its kin
            raise ModelError(
                f"llama.cpp cannot load it: {error}", remedy="Run `summarizer models pull` again.", where=str(path)
            ) from error
        address = urlsplit(self._server.listening_address)
        self._address = (address.hostname or "127.0.0.1", address.port or 0)
        self._slots = slots
        # A server that is destroyed before its first answer never returns (xllamacpp 2026.10).
        self.embed([[0]]) if embedding else self.complete({"prompt": [0], "max_tokens": 1})

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that llama.cpp listens on."""
        return self._address

    def complete(self, request: dict[str, Any], on_chunk: Callable[[Any], Any] | None = None) -> dict[str, Any]:
        """An OpenAI-style completion; with ``on_chunk`` it is called for each piece, and a true answer stops."""
        answer = (
            self._open().handle_completions(request, on_chunk) if on_chunk else self._open().handle_completions(request)
        )
        return {} if answer is None else _checked(answer)

    def embed(self, inputs: Sequence[str | list[int]]) -> list[list[float]]:
        """One vector for each text or token list, in the order given."""
        answer = _checked(self._open().handle_embeddings({"input": list(inputs)}))
        rows = sorted(answer["data"], key=lambda row: row["index"])
        return [row["embedding"] for row in rows]

    def tokenize(self, texts: Sequence[str], *, parse_special: bool = False) -> list[list[int]]:
        """Token ids of each text alone, in one request; ``parse_special`` reads "<|im_end|>" as one token."""
        if not texts:
            return []
        mixed = [piece for text in texts for piece in (_SEPARATOR, text)]
        tokens = self._post("/tokenize", {"content": mixed, "add_special": False, "parse_special": parse_special})[
            "tokens"
        ]
        rows: list[list[int]] = []
        for token in tokens:
            if token == _SEPARATOR:
                rows.append([])
            else:
                rows[-1].append(token)
        return rows

    def apply_template(self, messages: list[dict[str, str]]) -> str:
        """Messages in the model's own chat template, up to where the assistant begins."""
        return str(self._post("/apply-template", {"messages": messages})["prompt"])

    def forget(self, *, keep: int | None = None) -> None:
        """Empty the cache of every slot but ``keep``: what follows is computed as in a new server."""
        for slot in set(range(self._slots)) - {keep}:
            self._post(f"/slots/{slot}?action=erase", {})

    def close(self) -> None:
        """Free the model; further calls raise GenerationError."""
        self._server = None

    def _open(self) -> Any:
        if self._server is None:
            raise GenerationError("the model is closed", remedy="Make a new one.")
        return self._server

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self._open()
        connection = http.client.HTTPConnection(*self._address, timeout=60)
        try:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"}
            connection.request("POST", path, json.dumps(body), headers)
            return _checked(json.loads(connection.getresponse().read()))
        finally:
            connection.close()


def _checked(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer) if isinstance(answer, (str, bytes)) else answer
    if "error" in found:
        message = found["error"].get("message", "no reason given")
        raise GenerationError(f"llama.cpp refused: {message}", remedy="Report this with the input that caused it.")
    return found
