"""How llama.cpp is started inside this process: silent, with no signal handlers of its own, in little memory."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from summarizer.errors import ModelError

PROMPT_BATCH = 64
"""Tokens of a prompt between which a request can be stopped; also bounds the logits held (0.6 MB a token of it)."""


def parameters(path: Path, threads: int) -> Any:
    """xllamacpp's CommonParams for one model on the CPU; threads: 0 means all cores."""
    # Threads of libgomp spin while they wait for each other. Beside any other busy process that costs a time slice at
    # each of the hundreds of barriers a token: 1.4 tokens a second where sleeping threads write 20.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads or _cores()
    params.n_batch = params.n_ubatch = PROMPT_BATCH
    params.kv_unified = True
    params.no_extra_bufts = True  # weights stay as they are mapped: half a gigabyte less
    params.fit_params = params.warmup = params.cache_idle_slots = False
    params.cache_ram_mib = 0
    params.ui = params.endpoint_slots = False
    params.cors_origins = ""
    params.port = 0
    params.verbosity = -1
    return params


def silent_server(params: Any, name: str) -> Any:
    """xllamacpp's Server of ``params``, loaded and listening. Raises ModelError."""
    import xllamacpp

    try:
        with _signals_kept():
            return xllamacpp.Server(params)
    except Exception as failure:
        raise ModelError(
            f"llama.cpp does not load it ({str(failure).strip() or type(failure).__name__})",
            remedy="Its architecture may be newer than the installed xllamacpp (pip install -U xllamacpp), or the file "
            "is damaged, or it does not fit the memory.",
            where=name,
        ) from failure


def _cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep the C handlers of SIGINT and SIGTERM, over which the server writes its own; from any thread."""
    get, put = ctypes.pythonapi.PyOS_getsig, ctypes.pythonapi.PyOS_setsig
    get.restype, put.restype = ctypes.c_void_p, ctypes.c_void_p
    get.argtypes, put.argtypes = [ctypes.c_int], [ctypes.c_int, ctypes.c_void_p]
    kept = {number: get(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            put(number, handler)
