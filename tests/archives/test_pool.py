"""Workers that die: what a task that kills its worker costs, here and on Ray."""

import pytest
from archives import Poison, json_line

from summarizer.archives.ledger import Pending
from summarizer.archives.pool import Died, Processes
from summarizer.archives.ray_actors import RayActors
from summarizer.archives.worker import Job, pack
from summarizer.errors import ModelError
from summarizer.ingest.base import Entry
from summarizer.settings import Settings
from summarizer.types import Document, SummaryOptions


@pytest.fixture(scope="module", params=["processes", pytest.param("ray", marks=pytest.mark.slow)])
def workers(request):
    """Two workers that have no model to write with."""
    job = Job(Settings(threads=1), SummaryOptions(model="hf:/no/such/folder"), "archive", {}, None)
    if request.param == "ray":
        pytest.importorskip("ray")
    team = RayActors(job, 2, "auto") if request.param == "ray" else Processes(job, 2)
    yield team
    team.close()


def test_a_task_that_kills_its_worker_is_given_up_and_the_others_are_done(workers):
    tasks = [[Entry(f"{n}", f"{n}", json_line(n), format="json")] for n in range(6)]
    found = dict(workers.run("read", [*tasks[:3], Poison(), *tasks[3:]]))
    assert sorted(found) == list(range(7))
    assert isinstance(found.pop(3), Died)
    assert [packed.id for _, (packed,) in sorted(found.items())] == [f"article-{n}" for n in range(6)]


def test_the_error_that_ends_a_run_comes_through_as_it_was_raised(workers):
    document = Document(id="a", text="The library in Ashby was reopened on Monday after eleven weeks of work.")
    packed = pack(document)
    with pytest.raises(ModelError):
        list(workers.run("summarize", [[Pending(1, "a", [(packed.id, packed.body)], {}, packed.tokens)]]))
