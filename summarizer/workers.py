"""Where the work of a batch run is done: processes of this machine, or actors of a Ray cluster. Both give the same."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from typing import Any, Protocol, TypeVar

from summarizer.errors import ModelError, SummarizerError
from summarizer.work import Job, Worker

T = TypeVar("T")

_AHEAD = 2  # tasks that wait for each process, so that none is ever idle
_worker: Worker | None = None


class Died:
    """Stands for the result of a task that ended its worker twice: out of memory, or a crash in a library."""


class Workers(Protocol):
    """Calls a method of Worker on each of several arguments at once."""

    def run(self, method: str, arguments: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """(index of the argument, result or Died) of each, as they are ready."""

    def close(self) -> None:
        """Let the workers go."""


class Processes:
    """Worker processes of this machine; one that dies is replaced, and its task tried once more, alone."""

    def __init__(self, job: Job, count: int) -> None:
        self._job, self._count = job, count
        self._others = set(multiprocessing.active_children())
        self._pool = self._start()

    def run(self, method: str, arguments: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """See Workers."""
        waiting, suspects = deque(range(len(arguments))), deque[int]()
        running: dict[Future[Any], int] = {}
        while waiting or suspects or running:
            # A task that was under way when a worker died runs alone: if one dies again, it is known which did it.
            alone = bool(suspects)
            while (suspects if alone else waiting) and len(running) < (1 if alone else self._count * _AHEAD):
                index = (suspects if alone else waiting).popleft()
                running[self._submit(method, arguments[index])] = index
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            if any(isinstance(future.exception(), BrokenExecutor) for future in done):
                self._pool.shutdown(wait=False, cancel_futures=True)
                # A worker that was being started when the pool broke is told nothing, and would be waited for for ever.
                for process in set(multiprocessing.active_children()) - self._others:
                    process.kill()
                self._pool = self._start()
                lost = sorted(running.pop(future) for future in list(running) if not _succeeded(future))
                if alone and lost:
                    yield lost.pop(), Died()
                suspects.extend(lost)
            for future in [future for future in running if future in done or _succeeded(future)]:
                yield running.pop(future), future.result()

    def close(self) -> None:
        """See Workers."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, method: str, argument: Any) -> Future[Any]:
        try:
            return self._pool.submit(_call, method, argument)
        except BrokenExecutor as error:  # it died between two tasks
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed

    def _start(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=context, initializer=_begin, initargs=(self._job,))


def _succeeded(future: Future[Any]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _begin(job: Job) -> None:
    global _worker
    # Ctrl-C is for the parent, which lets the workers finish what they have in hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _worker = Worker(job)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _call(method: str, argument: Any) -> Any:
    return getattr(_worker, method)(argument)


class RayActors:
    """Ray Data with the worker as an actor in a pool. Ray itself replaces workers and nodes that die.

    address: ``auto`` (a cluster that runs, or else one of this machine's own) or ``host:port``; count: actors.
    """

    def __init__(self, job: Job, count: int, address: str) -> None:
        try:
            import ray
        except ImportError as error:
            raise ModelError(
                "Ray is not installed", remedy="Run: pip install 'summarizer[ray]'", where="--ray"
            ) from error
        self._job, self._count = job, count
        if not ray.is_initialized():
            try:
                ray.init(address=address, log_to_driver=False)
            except ConnectionError:
                if address != "auto":
                    raise ModelError(
                        "No Ray cluster answers", remedy="Check `ray status`, or use --ray auto", where=address
                    ) from None
                ray.init(num_cpus=max(count, os.cpu_count() or 1), log_to_driver=False)
        ray.data.DataContext.get_current().enable_progress_bars = False

    def run(self, method: str, arguments: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """See Workers."""
        import ray

        rows = [{"index": index, "argument": pickle.dumps(argument)} for index, argument in enumerate(arguments)]
        results = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
            _ACTORS[method],
            fn_constructor_args=(self._job,),
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=self._count),
        )
        for row in results.iter_rows():
            result = pickle.loads(row["result"])  # noqa: S301 - our own
            if isinstance(result, SummarizerError):
                raise result
            yield row["index"], result

    def close(self) -> None:
        """See Workers."""
        import ray

        ray.shutdown()


class _Actor:
    """A worker on Ray, in a process of its own: Ray would try a task that kills its actor again for ever.

    An error is a result as well, so that it is raised as it is here, and not as one of Ray's.
    """

    method: str

    def __init__(self, job: Job) -> None:
        self._process = Processes(job, 1)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        result: Any
        try:
            [(_, result)] = self._process.run(self.method, [pickle.loads(row["argument"])])  # noqa: S301 - our own
        except SummarizerError as error:
            result = error
        return {"index": row["index"], "result": pickle.dumps(result)}


class Read(_Actor):
    """Reads entries. Ray names its processes after this class and the next."""

    method = "read"


class Summarize(_Actor):
    """Summarises groups."""

    method = "summarize"


_ACTORS: dict[str, type[_Actor]] = {"read": Read, "summarize": Summarize}


def windows(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of ``size`` items, the last one shorter."""
    window: list[T] = []
    for item in items:
        window.append(item)
        if len(window) == size:
            yield window
            window = []
    if window:
        yield window
