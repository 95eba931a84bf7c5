"""One run: every system on every example, then every metric on every output; each step is on disk before the next."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from eval.data.dataset_card import describe
from eval.data.datasets import Dataset
from eval.metrics import load_metric
from eval.metrics.base import Metric, MetricOptions
from eval.run.aggregation import summarise
from eval.run.costs import measured
from eval.run.run_folder import Log, Made, RunFolder, write_json
from eval.run.signature import environment
from eval.systems import NOT_RUN, System, load_system
from eval.types import Example, Output, Record
from summarizer.errors import InputError, SummarizerError
from summarizer.progress import Say, steps_bar

_SCORED_AT_ONCE = 16


@dataclass(frozen=True)
class RunOptions:
    """What a run does. max_words: words a summary, None for the mean reference length; resamples: of the bootstrap."""

    systems: tuple[str, ...]
    metrics: tuple[str, ...]
    limit: int | None = None
    seed: int = 13
    max_words: int | None = None
    scoring: MetricOptions = field(default_factory=MetricOptions)
    resamples: int = 10_000
    retry_failed: bool = False


@dataclass(frozen=True)
class RunResult:
    """``metrics`` is what metrics.json holds; ``costs`` holds what may differ between runs; ``unusable`` maps the name
    of a system that did not load to the reason."""

    metrics: Record
    costs: Record
    unusable: Mapping[str, str]


def run(dataset: Dataset, options: RunOptions, folder: RunFolder) -> RunResult:
    """Do what is not yet done in ``folder``, and write metrics.json and costs.json there.

    Raises InputError for a folder that holds another run, or that another process writes to, and for unknown metrics.
    """
    with folder.locked():
        return _run(dataset, options, folder)


def _run(dataset: Dataset, options: RunOptions, folder: RunFolder) -> RunResult:
    metrics = [load_metric(name, options.scoring) for name in options.metrics]
    chosen = dataset.limited(options.limit, options.seed)
    budget = options.max_words or round(dataset.mean_reference_words)
    if budget <= 0:
        remedy = "Say how long summaries shall be, with --max-words N."
        raise InputError("--max-words auto is the mean reference length, and there are no references", remedy=remedy)
    folder.begin(_manifest(chosen, options, budget))
    folder.keep(chosen.examples)
    unusable = {}
    with steps_bar() as say:
        for name in options.systems:
            try:
                _generate(name, chosen.examples, budget, options, folder, say)
            except SummarizerError as error:
                unusable[name] = str(error)
        usable = [name for name in options.systems if name not in unusable]
        for metric in metrics:
            _score(usable, metric, chosen.examples, folder, say)
    card = describe(chosen, options.scoring.language)
    figures, costs = summarise(folder, chosen, card, usable, metrics, options.resamples)
    write_json(folder.path / "metrics.json", figures)
    write_json(folder.path / "costs.json", costs)
    return RunResult(figures, costs, unusable)


def _manifest(dataset: Dataset, options: RunOptions, budget: int) -> Record:
    return {
        "data": {
            "data": dataset.name,
            "digest": dataset.digest,
            "n": len(dataset.examples),
            "of": dataset.total,
            "limit": options.limit,
        },
        "options": {
            "words": f"auto={budget}" if options.max_words is None else str(budget),
            "seed": options.seed,
            "lang": options.scoring.language,
        },
    }


def _generate(
    name: str, examples: Sequence[Example], budget: int, options: RunOptions, folder: RunFolder, say: Say
) -> None:
    with folder.log(name, "outputs") as outputs:
        if options.retry_failed and any(record.get("error") for record in outputs.records):
            outputs.rewrite([record for record in outputs.records if not record.get("error")])
        done = {record["id"] for record in outputs.records}
        left = [example for example in examples if example.id not in done]
        known = folder.described(name)
        if known and not left and not name.startswith(NOT_RUN):
            _tell_if_older(known, folder)
            return
        system = load_system(name, options.seed, options.scoring.language)
        folder.describe(Made(name, dict(system.options), {} if name.startswith(NOT_RUN) else environment()))
        with folder.log(name, "costs") as costs:
            for count, example in enumerate(left, start=len(done) + 1):
                with measured() as cost:
                    output = _attempt(system, example, budget)
                record = {"missing": True} if output is None else output.model_dump(mode="json", exclude_defaults=True)
                costs.append({"id": example.id, "seconds": cost.seconds, "peak_mb": cost.peak_mb})
                outputs.append({**record, "id": example.id})
                say(name, count, len(examples))


def _tell_if_older(known: Made, folder: RunFolder) -> None:
    """Finished outputs stay when the code changes, so that systems can be added to a run; nobody should miss it."""
    now = Made(known.system, known.options, environment())
    if known != now:
        sys.stderr.write(
            f"{known.system}: its outputs are kept, though made otherwise ({known.difference(now)}); "
            f"remove the folder {folder.folder(known.system)} to make them anew\n"
        )


def _attempt(system: System, example: Example, budget: int) -> Output | None:
    """One failing example must not end a run: whatever it raises becomes an output with an error."""
    try:
        return system.summarize(example, budget)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{where.filename.rsplit('/', 1)[-1]}:{where.lineno}"
        sys.stderr.write(f"\n{system.name}, example {example.id}: {type(error).__name__}: {error} ({place})\n")
        return Output(text="", error=f"{type(error).__name__}: {error}")


def _score(names: Sequence[str], metric: Metric, examples: Sequence[Example], folder: RunFolder, say: Say) -> None:
    """All systems on one batch of examples before the next, so that sources are read once."""
    outputs = {name: folder.outputs(name) for name in names}
    with ExitStack() as opened:
        logs = {name: opened.enter_context(folder.log(name, metric.name)) for name in names}
        done = {name: _begin(log, metric) for name, log in logs.items()}
        total = sum(output is not None for of in outputs.values() for output in of.values())
        count = sum(map(len, done.values()))
        for start in range(0, len(examples), _SCORED_AT_ONCE):
            some = examples[start : start + _SCORED_AT_ONCE]
            for name in names:
                pairs = [(e, o) for e in some if e.id not in done[name] and (o := outputs[name].get(e.id)) is not None]
                figures = metric.score([example for example, _ in pairs], [output for _, output in pairs])
                logs[name].append(*({**row, "id": e.id} for (e, _), row in zip(pairs, figures, strict=True)))
                count += len(pairs)
                say(metric.name, count, total)


def _begin(log: Log, metric: Metric) -> set[str]:
    """Ids scored before with the same options and code; other scores are dropped, so that one code scores them all."""
    head = {"options": dict(metric.options), "environment": environment()}
    if log.records and log.records[0] != head:
        log.rewrite([])
    if not log.records:
        log.append(head)
    return {record["id"] for record in log.records[1:]}
