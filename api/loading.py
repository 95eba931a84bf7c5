"""The default model: loaded in the background, and again when that failed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from api.tables import said
from summarizer.errors import SummarizerError

_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0
_log = logging.getLogger("api")


class Loading:
    """Calls ``load`` in a thread until it succeeds, with growing pauses."""

    def __init__(self, load: Callable[[], None]) -> None:
        self._load = load
        self._failure: str | None = None
        self._next = 0.0
        self._stopping = threading.Event()
        threading.Thread(target=self._run, name="load", daemon=True).start()

    @property
    def state(self) -> str:
        """Where it stands, in words; of use until the model is loaded."""
        if self._failure is None:
            return "it is loading"
        left = self._next - time.monotonic()
        return f"{self._failure} " + (f"It is tried again in {left:.0f} s." if left > 0 else "It is tried again now.")

    def stop(self) -> None:
        """Try no more."""
        self._stopping.set()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                self._load()
            except SummarizerError as error:
                self._failure = str(error)
                _log.error("the model does not load: %s", error)
            except Exception as error:
                self._failure = f"it failed ({said(error)})."
                _log.exception("the model does not load")
            else:
                return
            self._next = time.monotonic() + pause
            self._stopping.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
