"""Stories that a model drafts in one call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from archives import article, write_archive

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("rensa")

from tiny_models import save_seq2seq

from summarizer.archives.batch import Plan, grouped
from summarizer.archives.ledger import BATCH_GROUPS, Pending
from summarizer.archives.pool import Processes
from summarizer.archives.together import BatchSummarizer
from summarizer.archives.worker import Job, Worker, pack
from summarizer.errors import GenerationError
from summarizer.settings import Settings
from summarizer.types import Document, SummaryOptions

pytestmark = [pytest.mark.torch, pytest.mark.slow]
SETTINGS = Settings(threads=1, verifier="rules")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"hf:{save_seq2seq('t5', tmp_path_factory.mktemp('tiny') / 't5')}"


@pytest.fixture(scope="module")
def job(model: str, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Twenty-four articles by the tiny model."""
    source = write_archive(tmp_path_factory.mktemp("archive") / "a.jsonl", 24)
    return Job(SETTINGS, SummaryOptions(model=model, max_words=30, key_points=2), str(source), {}, None)


def silent(*_: Any) -> None:
    """Says nothing of how far a run is."""


def test_a_batch_is_one_call_and_has_the_lines_of_each_story_alone(job: Job) -> None:
    worker, alone = Worker(job), Worker(job)
    packed = [pack(Document.model_validate(article(number))) for number in range(6)]
    groups = [Pending(number, one.id, [(one.id, one.body)], {}, one.tokens) for number, one in enumerate(packed)]
    calls = [rows_of_each_call(of) for of in (worker, alone)]
    lines = [done.line for done in worker.summarize(groups)]
    assert lines == [done.line for group in groups for done in alone.summarize([group])]
    assert all(json.loads(line)["summary"]["usage"]["completion_tokens"] for line in lines if line)
    assert sum(calls[0]) == sum(calls[1]), "rows"
    assert len(calls[0]) < len(calls[1]), "calls"


def rows_of_each_call(worker: Worker) -> list[int]:
    """How many rows the encoder of its model reads, call by call, from now on."""
    rows: list[int] = []
    model: Any = worker._model().generator(worker._job.options.model)
    model._runner.model.get_encoder().register_forward_pre_hook(
        lambda _, arguments, named: rows.append(len(named["input_ids"])), with_kwargs=True
    )
    return rows


def test_a_story_that_fails_or_asks_for_nothing_keeps_no_other_waiting(model: str) -> None:
    summarizer = BatchSummarizer(settings=SETTINGS)

    def write(text: str) -> str:
        if text == "broken":
            raise GenerationError("no", remedy="none")
        return summarizer.summarize(text, SummaryOptions(model="extractive" if text == "Quoted." else model)).text

    assert summarizer.each(write, ["Quoted.", "The bridge is closed. " * 3], model)[0] == "Quoted."
    with pytest.raises(GenerationError):
        summarizer.each(write, ["broken", "The bridge is closed. " * 3], model)


def test_a_batch_holds_so_many_tokens(job: Job, tmp_path: Path) -> None:
    team = Processes(job, 1)
    with grouped(tmp_path / "ledger", job, Plan(batch_tokens=500), team, silent) as ledger:
        tokens = ledger.batch_tokens()
        batches = ledger.pending(100)
        assert [sum(group.tokens for group in batch) for batch in batches] == tokens
        assert all(250 < size <= 500 for size in tokens[:-1])
        assert max(map(len, batches)) <= BATCH_GROUPS
        assert sorted(group.number for batch in batches for group in batch) == list(range(1, 25))
        first = batches[0][0]
        assert ledger.record(first.number, b"{}", None, again=False)
        assert not ledger.record(first.number, b"other", None, again=False), "it has its line"
        assert ledger.pending(1) == batches[:1], "a batch is always whole"
    team.close()
