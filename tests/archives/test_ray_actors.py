"""Actors of a Ray cluster: they hold its GPUs where a model runs on one, are replaced, and write the same bytes."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from archives import write_archive
from chat_server import Server
from faults import descendants

pytest.importorskip("ray")
pytest.importorskip("rensa")

import ray

from summarizer.archives.batch import Plan, run
from summarizer.archives.pool import Processes, Workers
from summarizer.archives.ray_actors import RayActors
from summarizer.archives.worker import Job
from summarizer.errors import ModelError
from summarizer.settings import Settings
from summarizer.types import SummaryOptions

pytestmark = pytest.mark.slow
PLAN = Plan(batch_tokens=500)


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Any:
    """Ray on this machine, told that it has two GPUs: it hands them out, and PyTorch finds none."""
    ray.shutdown()
    yield ray.init(num_cpus=3, num_gpus=2, include_dashboard=False, log_to_driver=False)
    ray.shutdown()


def job(source: Path, model: str) -> Job:
    options = SummaryOptions(model=model, max_words=30, key_points=2)
    return Job(Settings(threads=1, verifier="rules"), options, str(source), {}, None)


def written(job: Job, output: Path, team: Workers, say: Any = lambda *_: None) -> bytes:
    """The output of a run without a failure."""
    assert run(job, PLAN, output, team, say)["failures"] == 0
    team.close()
    return output.read_bytes()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, bytes]:
    """Twenty-four articles by a tiny model, and what a process of this machine writes of them."""
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from tiny_models import save_seq2seq

    folder = tmp_path_factory.mktemp("tiny")
    one = job(write_archive(folder / "a.jsonl", 24), f"hf:{save_seq2seq('t5', folder / 't5')}")
    return one, written(one, folder / "out.jsonl", Processes(one, 1))


@pytest.mark.torch
@pytest.mark.parametrize("kill", [False, True])
def test_actors_hold_the_gpus_and_one_that_is_killed_is_replaced(
    tiny: tuple[Job, bytes], tmp_path: Path, kill: bool
) -> None:
    one, expected = tiny
    team = RayActors(one, 0, "auto")
    assert team.count == 2
    dead, free = [], list[float]()

    def say(step: str, done: int, total: int | None, work: tuple[int, int] | None = None) -> None:
        free.append(ray.available_resources().get("GPU", 0.0))
        busy = [pid for pid, told in descendants(os.getpid()) if told.startswith("ray::Worker.summarize")]
        if step == "Summarising" and kill and not dead and busy:
            os.kill(busy[0], signal.SIGKILL)
            dead.append(busy[0])

    assert written(one, tmp_path / "out.jsonl", team, say) == expected
    assert bool(dead) is kill
    assert max(free) == 2.0, "readers hold none"
    assert min(free) < 2.0, "writers do"


def test_more_gpus_than_there_are_is_an_error_and_none_waits(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="the cluster has 2"):
        RayActors(job(tmp_path, "hf:any"), 0, "auto", 3.0)
    assert RayActors(job(tmp_path, "hf:any"), 0, "auto", 0.5).count == 4
    assert RayActors(job(tmp_path, "hf:any"), 0, "auto", 0.0).count == 3
    assert RayActors(job(tmp_path, "extractive"), 0, "auto").count == 3, "no model, no GPU"


def test_several_servers_share_the_stories_and_the_file_is_the_same(tmp_path: Path) -> None:
    source = write_archive(tmp_path / "a.jsonl", 8)
    with Server() as first, Server() as second:
        one = job(source, f"openai:tiny-chat@{first.url},{second.url}")
        here = written(one, tmp_path / "here.jsonl", Processes(one, 1))
        asked = [len(server.bodies) for server in (first, second)]
        assert min(asked) >= 4, "a story goes to one, the next to the other"
        assert written(one, tmp_path / "ray.jsonl", RayActors(one, 2, "auto")) == here
        assert all(len(server.bodies) > before for server, before in zip((first, second), asked, strict=True))
