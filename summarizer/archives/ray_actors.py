"""The workers of a batch run as actors on a Ray cluster, on its GPUs where the model runs on one.

Ray Data's actor pools would end, models and all, with every window of work; these actors stay for the whole run.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from summarizer.archives.pool import Died
from summarizer.archives.worker import Job, Worker
from summarizer.errors import ModelError


class RayActors:
    """Workers (see ``pool.py``). An actor that dies, alone or with its node, is replaced, and its task tried once more.

    address: ``auto`` (a cluster that runs, or else one of this machine's own) or ``host:port``; count: actors, 0 for as
    many as the cluster has room for; gpus: of each actor that writes, as Ray's ``num_gpus``; None for one where an
    ``hf:`` model meets a cluster with GPUs. Readers of an archive have none. Raises ModelError.
    """

    def __init__(self, job: Job, count: int, address: str, gpus: float | None = None) -> None:
        _connect(address, count)
        import ray

        there, model = ray.cluster_resources(), job.options.model or job.settings.model
        if gpus is None:
            gpus = 1.0 if model.startswith("hf:") and there.get("GPU") else 0.0
        if gpus > there.get("GPU", 0.0):
            raise ModelError(
                f"A worker wants {gpus:g} GPUs, and the cluster has {there.get('GPU', 0.0):g}",
                remedy="Start a node that has them, or lower --gpus-per-worker",
                where="--ray",
            )
        room = there["GPU"] / gpus if gpus else there.get("CPU", 1.0)
        self.count = count or max(1, int(room))
        self._readers = count or max(1, int(there.get("CPU", 1.0)))
        self._job, self._gpus = job, gpus
        self._held: float | None = None  # GPUs of each actor that there is now
        self._idle: list[Any] = []
        self._starting: dict[Any, Any] = {}  # call that waits for it -> actor

    def run(self, method: str, arguments: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """See Workers."""
        import ray
        from ray.exceptions import RayError, RayTaskError

        self._hold(0.0 if method == "read" else self._gpus)
        waiting, tried = deque(range(len(arguments))), set[int]()
        calls: dict[Any, tuple[Any, int]] = {}
        try:
            while waiting or calls:
                while waiting and self._idle:
                    actor, index = self._idle.pop(), waiting.popleft()
                    calls[getattr(actor, method).remote(arguments[index])] = actor, index
                [call], _ = ray.wait([*calls, *self._starting])
                if call in self._starting:
                    self._started(call)
                    continue
                actor, index = calls.pop(call)
                try:
                    result = ray.get(call)
                except RayTaskError as failure:
                    self._idle.append(actor)
                    raise failure.cause from failure
                except RayError:
                    self._replace(actor)
                    if index not in tried:
                        tried.add(index)
                        waiting.appendleft(index)
                        continue
                    result = Died()
                else:
                    self._idle.append(actor)
                yield index, result
        finally:
            for actor, _ in calls.values():
                self._replace(actor)

    def close(self) -> None:
        """See Workers."""
        import ray

        for actor in [*self._idle, *self._starting.values()]:
            ray.kill(actor)
        self._held, self._idle, self._starting = None, [], {}

    def _hold(self, gpus: float) -> None:
        """Have actors with so many GPUs each."""
        if gpus == self._held:
            return
        self.close()
        self._held = gpus
        for _ in range(self.count if gpus else self._readers):
            self._start()

    def _start(self) -> None:
        import ray

        actor = ray.remote(num_cpus=1, num_gpus=self._held)(Worker).remote(self._job)
        self._starting[actor.__ray_ready__.remote()] = actor

    def _replace(self, actor: Any) -> None:
        import ray

        ray.kill(actor)  # what was lost may be its answer alone
        self._start()

    def _started(self, call: Any) -> None:
        """It takes tasks from now on; one that died before that is replaced. Raises ModelError where none can run."""
        import ray
        from ray.exceptions import RayError

        actor = self._starting.pop(call)
        try:
            ray.get(call)
        except RayError as failure:
            if getattr(failure, "actor_init_failed", False):
                raise ModelError(
                    f"No worker runs on the cluster ({str(failure).strip().splitlines()[-1]})",
                    remedy="Install the same version of summarizer on its nodes",
                    where="--ray",
                ) from failure
            self._replace(actor)
        else:
            self._idle.append(actor)


def _connect(address: str, count: int) -> None:
    try:
        import ray
    except ImportError as error:
        raise ModelError("Ray is not installed", remedy="Run: pip install 'summarizer[ray]'", where="--ray") from error
    if ray.is_initialized():
        return
    try:
        ray.init(address=address, log_to_driver=False)
    except ConnectionError:
        if address != "auto":
            raise ModelError(
                "No Ray cluster answers", remedy="Check `ray status`, or use --ray auto", where=address
            ) from None
        ray.init(num_cpus=max(count, os.cpu_count() or 1), include_dashboard=False, log_to_driver=False)
