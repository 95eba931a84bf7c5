"""Where the work of a batch run is done: processes of this machine. ``ray_actors.py`` has those of a cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext
from typing import Any, Protocol, TypeVar, cast

from summarizer.archives.worker import Job, Worker
from summarizer.errors import SummarizerError

T = TypeVar("T")


class Died:
    """Stands for the result of a task that ended its worker twice: out of memory, or a crash in a library."""


class Workers(Protocol):
    """Calls a method of Worker on each of several arguments at once. count: how many write side by side."""

    count: int

    def run(self, method: str, arguments: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """(index of the argument, result or Died) of each, as they are ready."""

    def close(self) -> None:
        """Let the workers go."""


class Processes:
    """Worker processes of this machine, each with a pipe of its own: which task ended a worker is always known.

    A worker that dies is replaced, and its task tried once more, alone: two large tasks may need more memory than
    the machine has, where one after the other fits.
    """

    def __init__(self, job: Job, count: int) -> None:
        self._job, self.count = job, count
        self._context = multiprocessing.get_context("spawn")
        self._idle: list[_Process] = []

    def run(self, method: str, arguments: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """See Workers."""
        waiting, again = deque(range(len(arguments))), deque[int]()
        busy: dict[Connection, tuple[_Process, int]] = {}
        tried: set[int] = set()

        def begin() -> None:
            alone = bool(again) or any(index in tried for _, index in busy.values())
            while (again or waiting) and len(busy) < (1 if alone else self.count):
                index = (again or waiting).popleft()
                process = self._given((method, arguments[index]))
                busy[process.connection] = process, index

        try:
            begin()
            while busy:
                for connection in cast("list[Connection]", wait(list(busy))):
                    process, index = busy.pop(connection)
                    result = process.result()
                    if not isinstance(result, Died):
                        self._idle.append(process)
                    elif index not in tried:
                        tried.add(index)
                        again.append(index)
                        continue
                    begin()  # before the result is looked at, so that nobody waits for that
                    if isinstance(result, Exception):
                        raise result
                    yield index, result
                begin()
        finally:
            for process, _ in busy.values():
                process.end()

    def close(self) -> None:
        """See Workers."""
        while self._idle:
            self._idle.pop().end()

    def _given(self, task: tuple[str, Any]) -> _Process:
        """A process that has ``task``; those that died while they had nothing to do are dropped."""
        while self._idle:
            process = self._idle.pop()
            if process.takes(task):
                return process
        process = _Process(self._context, self._job)
        process.takes(task)  # one that has died already is found out by its result
        return process


class _Process:
    """A worker process and this end of its pipe."""

    def __init__(self, context: SpawnContext, job: Job) -> None:
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, job), daemon=True)
        self._process.start()
        theirs.close()  # so that its death ends the pipe

    def takes(self, task: tuple[str, Any]) -> bool:
        """Send a task; whether there was somebody to take it."""
        try:
            self.connection.send(task)
        except OSError:
            self.end()
            return False
        return True

    def result(self) -> Any:
        """What the task gave or raised; Died when the process ended instead."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            self.end()
            return Died()

    def end(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.join()


def _serve(connection: Connection, job: Job) -> None:
    """Do one task after another until the pipe ends."""
    # Ctrl-C is for the parent, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    worker = Worker(job)
    while True:
        try:
            method, argument = connection.recv()
        except EOFError:
            return
        try:
            result = getattr(worker, method)(argument)
        except Exception as error:  # it is raised again where the result is wanted
            if not isinstance(error, SummarizerError):
                error.add_note("".join(traceback.format_exception(error)))
            result = error
        connection.send(result)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def windows(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of ``size`` items, the last one shorter."""
    rest = iter(items)
    while window := list(islice(rest, size)):
        yield window
