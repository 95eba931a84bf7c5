"""The commands for archives: ``batch``, ``stories`` and ``digest``."""

from __future__ import annotations

import os
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from summarizer.cli.options import SOME_FAILED, Language, Model, Points, Query, Seed, Words, options_of, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.archives.batch import Plan
    from summarizer.archives.pool import Workers
    from summarizer.archives.worker import Job


class Order(StrEnum):
    """Of the lines of a batch run's output."""

    ARCHIVE = "archive"
    COMPLETION = "completion"
    NEWEST = "newest"


Archive = Annotated[
    str, typer.Argument(metavar="ARCHIVE", help="A folder, a file or a URL (s3://…, gs://…).", show_default=False)
]
Field = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="OURS=THEIRS", help="text=story.body: names in other people's JSON."),
]
Count = Annotated[int, typer.Option("--workers", help="Processes (or Ray actors); 0 for one a core.", min=0)]
Window = Annotated[float, typer.Option(help="Days after which an article no longer draws others to its story.", min=0)]
Gpus = Annotated[
    float | None, typer.Option(help="Of each Ray actor that writes, as num_gpus; 1 for hf:… by default.", min=0)
]
Ray = Annotated[str | None, typer.Option("--ray", metavar="auto|ADDRESS", help="Run on Ray instead of here.")]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model", help="embedded, extractive, hf:…, openai:…@…; see 'summarizer models'. Several for --dry-run."
    ),
]


def batch(
    source: Archive,
    output: Annotated[Path, typer.Option("-o", "--output", help="OUT.jsonl or OUT.parquet.", show_default=False)],
    stories: Annotated[bool, typer.Option("--stories", help="One summary for each story.")] = False,
    group_by: Annotated[
        str | None, typer.Option(help="One for each value of a field, or of: folder, day, cluster.", show_default=False)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue a run that was stopped.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and estimate the time; write nothing.")] = False,
    limit: Annotated[int | None, typer.Option(help="Summaries at most.", min=1)] = None,
    order: Annotated[
        Order,
        typer.Option(help="Of the lines; by completion OUT.jsonl grows as they are done, newest first if so asked."),
    ] = Order.ARCHIVE,
    since: Annotated[
        str | None, typer.Option(help="Only what has articles of the last 12h, 1d, 2w before the newest one.")
    ] = None,
    changed: Annotated[
        Path | None,
        typer.Option(
            "--only-changed", metavar="EARLIER.jsonl", help="Leave out what this output tells of the same articles."
        ),
    ] = None,
    workers: Count = 0,
    ray: Ray = None,
    gpus_per_worker: Gpus = None,
    batch_tokens: Annotated[
        int, typer.Option(help="Of stories that an hf: seq2seq model drafts in one call; 0 for one story.", min=0)
    ] = 0,
    field: Field = None,
    window_days: Window = 7.0,
    texts: Annotated[bool, typer.Option("--texts/--no-texts", help="Write the articles' texts too.")] = True,
    max_words: Words = 80,
    key_points: Points = 5,
    query: Query = None,
    model: Models = None,
    language: Language = None,
    seed: Seed = 0,
) -> None:
    """Summarise an archive: each article, each group, or each story; one line of output for each.

    Beside OUT stand OUT.failures.jsonl (what could not be read or written, and why), OUT.report.json (how many of what)
    and OUT.ledger (what is done).

    Example: summarizer batch pages.warc.gz --stories -o summaries.jsonl --model extractive
    """
    if stories and group_by:
        raise typer.BadParameter("give --stories or --group-by, not both")
    if len(model or ()) > 1 and not dry_run:
        raise typer.BadParameter("several --model are for --dry-run")
    from summarizer.archives.batch import Plan, length_of_time, run

    include = ["key_points", "disagreements", *(["text"] if texts else [])]
    options = {
        "max_words": max_words, "key_points": key_points, "query": query, "language": language, "seed": seed,
        "include": include,
    }  # fmt: skip
    jobs = [_job(source, field, group_by, {**options, "model": name}) for name in model or (None,)]
    recent = length_of_time(since).total_seconds() if since else None
    plan = Plan(stories, limit, window_days, recent, str(changed) if changed else None, batch_tokens)
    what = "stories" if stories else "groups" if group_by else "articles"
    if dry_run:
        _estimate(jobs, plan, what, workers, ray, gpus_per_worker)
        return
    begun = time.monotonic()
    with _workers(jobs[0], workers, ray, gpus_per_worker) as (team, say):
        grows, newest_first = order is not Order.ARCHIVE, order is Order.NEWEST
        report = run(jobs[0], plan, output, team, say, resume=resume, by_completion=grows, newest_first=newest_first)
    found = _found(report, what)
    tell(f"{found} ({output.name}.failures.jsonl); {output} is written, after {time.monotonic() - begun:.0f} s")
    for reason, count in list(report["reasons"].items())[:5]:
        tell(f"  {count:,} x {reason}")
    if report["failures"]:
        raise typer.Exit(SOME_FAILED)


def _estimate(jobs: list[Job], plan: Plan, what: str, workers: int, ray: str | None, gpus: float | None) -> None:
    """Print the counts, and a line for each model."""
    from summarizer.archives.estimate import rehearse
    from summarizer.progress import steps_bar

    teams = {job.options.model or job.settings.model: _team(job, workers, ray, gpus) for job in jobs}
    with steps_bar() as say:
        counts, estimates = rehearse(jobs[0], plan, teams, say)
    typer.echo(_found(counts, what))
    for name, seconds, low, high, failures in estimates:
        typer.echo(f"{name}: about {_duration(seconds)} ({_duration(low)} to {_duration(high)})")
        for line in failures[:3]:
            tell(f"  {line}")


def _found(counts: dict[str, Any], what: str) -> str:
    return (
        f"{counts['documents']:,} articles, {counts['groups']:,} {what} to summarise, {counts['failures']:,} failures"
    )


def _duration(seconds: float) -> str:
    unit, name = next(((u, n) for u, n in ((3600, "hours"), (60, "minutes")) if seconds >= 2 * u), (1, "seconds"))
    return f"{seconds / unit:.1f} {name}" if unit > 1 else f"{seconds:.0f} {name}"


def stories(
    source: Archive,
    min_articles: Annotated[int, typer.Option(help="Leave out stories with fewer articles.", min=1)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines with all that is known.")] = False,
    workers: Count = 0,
    field: Field = None,
    window_days: Window = 7.0,
) -> None:
    """Which articles of an archive tell one story: id, days, number of articles, title, sources.

    A story's id stays the same when later articles are added.

    Example: summarizer stories pages/ --min-articles 3
    """
    import json

    from summarizer.archives import batch
    from summarizer.archives.worker import describe, unpack

    job, failures = _job(source, field, None, {}), 0
    with _workers(job, workers, None) as (team, say), closing(batch.stories(job, team, say, window_days)) as found:
        for pending in found:
            if isinstance(pending, str):
                failures += 1
                tell(pending)
            elif len(pending.documents) >= min_articles:
                told = {
                    "id": pending.id,
                    **describe([unpack(*d) for d in pending.documents], pending.copies),
                    "copies": pending.copies,
                }
                typer.echo(json.dumps(told, ensure_ascii=False) if as_json else _row(told))
    if failures:
        raise typer.Exit(SOME_FAILED)


def _row(story: dict[str, Any]) -> str:
    days = " to ".join(dict.fromkeys(filter(None, (story["first"], story["last"])))) or "no date"
    count = len(story["documents"])
    counted = f"{count} article{'s' if count > 1 else ''}"
    return f"{story['id']}  {days}  {counted:<12} {story['title']}  ({', '.join(story['sources']) or 'no source'})"


def digest(
    source: Archive,
    output: Annotated[
        list[Path], typer.Option("-o", "--output", help="OUT.html, OUT.md or OUT.atom; may be given several times.")
    ],
    since: Annotated[str, typer.Option(help="How far back: 12h, 1d, 2w.")] = "1d",
    until: Annotated[
        datetime | None, typer.Option(help="Up to when; the newest article's date by default.", show_default=False)
    ] = None,
    most: Annotated[int, typer.Option(help="Stories at most, heaviest first.", min=1)] = 20,
    title: Annotated[str, typer.Option(help="Headline of the digest.")] = "The day's stories",
    memory: Annotated[
        Path | None,
        typer.Option(help="What earlier digests told; OUT.told.jsonl of the first OUT by default.", show_default=False),
    ] = None,
    workers: Count = 0,
    ray: Ray = None,
    field: Field = None,
    max_words: Words = 80,
    key_points: Points = 5,
    model: Model = None,
) -> None:
    """The stories of the last day or days on one page: brief, points, quotations, who differs, sources.

    A story that an earlier digest told comes back only when new articles add something, and says what. A run that was
    stopped goes on when the same command is given again.

    Example: summarizer digest pages/ --since 1d -o digest.html -o digest.atom
    """
    from summarizer.archives import editions
    from summarizer.archives.batch import length_of_time
    from summarizer.archives.digest import Span, keep, run
    from summarizer.archives.output import whole

    span = Span(length_of_time(since), until if until is None or until.tzinfo else until.replace(tzinfo=UTC))
    job = _job(source, field, None, {"max_words": max_words, "key_points": key_points, "model": model})
    memory = memory or output[0].with_name(output[0].name + ".told.jsonl")
    editions.check(output)
    with _workers(job, workers, ray) as (team, say):
        told = run(job, span, memory, team, say, most)
    for path in output:
        with whole(path) as partial:
            editions.write(told, partial, path.suffix, title)
    keep(told, memory)
    for line in told.failures:
        tell(line)
    undated = f"; articles without a date, left out: {told.undated:,}" if told.undated else ""
    tell(f"stories: {len(told.stories):,}; failures: {len(told.failures):,}{undated}")
    if told.failures:
        raise typer.Exit(SOME_FAILED)


def _job(source: str, field: list[str] | None, group_by: str | None, options: dict[str, Any]) -> Job:
    from summarizer.archives.worker import Job
    from summarizer.settings import Settings

    pairs = [pair.partition("=")[::2] for pair in field or ()]
    if any(not ours or not theirs for ours, theirs in pairs):
        raise typer.BadParameter("--field wants OURS=THEIRS, as in text=story.body")
    # One thread a worker: how many there are must not change a bit of the output.
    settings = Settings()
    settings = settings.model_copy(update={"threads": settings.threads or 1})
    return Job(settings, options_of(options), source, dict(pairs), group_by)


def _team(job: Job, count: int, ray: str | None, gpus: float | None = None) -> Workers:
    if ray:
        from summarizer.archives.ray_actors import RayActors

        return RayActors(job, count, ray, gpus)
    from summarizer.archives.pool import Processes

    return Processes(job, count or os.cpu_count() or 1)


@contextmanager
def _workers(job: Job, count: int, ray: str | None, gpus: float | None = None) -> Iterator[tuple[Workers, Any]]:
    from summarizer.progress import steps_bar

    with closing(_team(job, count, ray, gpus)) as team, steps_bar() as say:
        yield team, say
