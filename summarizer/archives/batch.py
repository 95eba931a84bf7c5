"""An archive to a file of summaries: read, group, summarise, write; each step is in the ledger as soon as it is done.

A run that was killed at any moment continues to the same bytes: entries are read in a fixed order, groups are numbered
before any is summarised, each summary depends on its group alone, and the output is written last, in that order.
Written by completion it has the same lines, each as soon as it is done.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from functools import cache
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from summarizer.archives.features import Article
from summarizer.archives.ledger import Group, Ledger, Pending
from summarizer.archives.output import growing, whole, write, write_lines
from summarizer.archives.pool import Died, Workers, windows
from summarizer.archives.stories import WINDOW_DAYS, group_articles
from summarizer.archives.worker import Done, Job, description, failure_line, unpack
from summarizer.errors import GenerationError, InputError
from summarizer.ingest import archive
from summarizer.ingest.base import Entry
from summarizer.progress import Say
from summarizer.reading.embedding import SentenceEncoder
from summarizer.settings import Settings

READ_CHUNK, READ_CHUNKS = 16, 32
"""Entries that go to a worker at once, and how many such chunks lie between two commits."""
WINDOW = 512
"""Groups that are taken from the ledger at once."""


class Plan(NamedTuple):
    """What the output lines are about. limit: output lines at most; window_days: see ``stories.py``; since: only what
    has an article of so many seconds before the newest one; changed: path of an earlier output, whose lines about the
    same articles are not written again; batch_tokens: of the groups that a model writes of in one call, 0 for one
    group."""

    stories: bool = False
    limit: int | None = None
    window_days: float = WINDOW_DAYS
    since: float | None = None
    changed: str | None = None
    batch_tokens: int = 0


def read(ledger: Ledger, job: Job, workers: Workers, say: Say, most: int | None = None) -> None:
    """Read the archive into the ledger, from where it was left; ``most``: documents that are enough."""
    if ledger["read"]:
        return
    count = int(ledger["entries"] or 0)
    entries = islice(archive.entries(job.source, job.settings.max_document_bytes), count, None)
    for window in windows(windows(entries, READ_CHUNK), READ_CHUNKS):
        found: dict[int, list[Any]] = {}
        for index, result in workers.run("read", window):
            found[index] = [_unread(e, job) for e in window[index]] if isinstance(result, Died) else result
        count += sum(map(len, window))
        ledger.add_read((item for index in sorted(found) for item in found[index]), count)
        say("Reading", ledger.documents(), None)
        if most is not None and ledger.documents() >= most:
            break
    ledger["read"] = "yes"


def _unread(entry: Entry | InputError, job: Job) -> str:
    if isinstance(entry, Entry):
        entry = InputError(
            "Its reader died", remedy="Look at the pages here, and leave the broken one out", where=entry.where
        )
    return failure_line(entry, job.source)


def group(ledger: Ledger, job: Job, plan: Plan, say: Say) -> None:
    """Decide what each output line is about: a story, the documents with one key, or one document."""
    if ledger["grouped"]:
        return
    if plan.stories:
        groups = story_groups(ledger, job.settings, plan.window_days, say)
    elif job.group_by:
        members: dict[str, list[int]] = defaultdict(list)
        for number, _, key in ledger.by_key():
            members[key].append(number)
        groups = (Group(key, numbers, {}) for key, numbers in members.items())
    else:
        groups = (Group(name, [number], {}) for number, name, _ in ledger.by_key())
    ledger.add_groups(_wanted(groups, ledger, plan), plan.limit, plan.batch_tokens)


def length_of_time(text: str) -> timedelta:
    """``12h``, ``1d``, ``2w``. Raises InputError."""
    units = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.isdigit() or not int(number):
        raise InputError(f"'{text}' is no length of time", remedy="Write 12h, 1d or 2w", where="--since")
    return int(number) * units[unit]


def _wanted(groups: Iterable[Group], ledger: Ledger, plan: Plan) -> Iterator[Group]:
    """Those that are new enough, and not told by an earlier run of the same articles."""
    if plan.since is None and plan.changed is None:
        yield from groups
        return
    dates = ledger.dates()
    newest = max((moment for _, moment in dates.values() if moment is not None), default=0.0)
    told = _told(Path(plan.changed)) if plan.changed else {}
    for found in groups:
        moments = [moment for number in found.documents if (moment := dates[number][1]) is not None]
        if plan.since is not None and (not moments or max(moments) < newest - plan.since):
            continue
        if told.get(found.id) != {dates[number][0] for number in found.documents}:
            yield found


def _told(output: Path) -> dict[str, set[str]]:
    """Ids of the articles of each line of an earlier output. Raises InputError."""
    try:
        with output.open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        return {row["id"]: set(row["documents"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"Is no output of a batch run: {error}", remedy="Give its JSONL file", where=str(output)
        ) from error


def story_groups(ledger: Ledger, settings: Settings, window_days: float, say: Say) -> Iterator[Group]:
    """Stories in the order of their first articles, under ids that stay when later articles are added."""
    total = ledger.documents()
    ids: dict[int, str] = {}
    members: dict[int, list[int]] = defaultdict(list)
    copies: dict[int, dict[int, int]] = defaultdict(dict)
    encoder = cache(lambda: SentenceEncoder(settings))  # which an archive without briefs does not need
    places = group_articles(
        map(_article, ledger.by_date()),
        window_days,
        undated=ledger.has_undated(),
        encode=lambda texts: encoder().encode(texts),
    )
    for count, place in enumerate(places):
        if count % 500 == 0:
            say("Grouping", count, total)
        members[place.story].append(place.number)
        if place.copy_of is not None:
            copies[place.story][place.number] = place.copy_of
        if place.story == place.number:
            ids[place.story] = story_id(place.name)
    yield from (Group(ids[story], numbers, copies[story]) for story, numbers in members.items())


def _article(row: tuple[int, str, bytes]) -> Article:
    number, name, body = row
    document = unpack(name, body)
    return Article(number, name, document.text, document.published, document.language, document.title)


def story_id(first_article: str) -> str:
    """The id of a story whose first article has this id."""
    return "story-" + blake2b(first_article.encode(), digest_size=8).hexdigest()


def summarize(
    ledger: Ledger,
    job: Job,
    workers: Workers,
    say: Say,
    done_line: Callable[[bytes], object] | None = None,
    *,
    method: str = "summarize",
    argument: Callable[[list[Pending]], Any] = lambda batch: batch,
    newest_first: bool = False,
) -> None:
    """Summarise what has no line yet, the longest groups first, or the newest; ``done_line`` takes each line once it is
    recorded.

    method, argument: what a worker is asked to do with a batch of groups, and in what form it gets the batch.
    """
    counts = ledger.counts()
    done, (tokens, all_tokens) = counts["done"], ledger.tokens_done()
    while ahead := ledger.pending(WINDOW, newest_first=newest_first):
        for index, result in workers.run(method, [argument(batch) for batch in ahead]):
            batch = ahead[index]
            for group, one in zip(batch, _lost(batch, job) if isinstance(result, Died) else result, strict=True):
                if not ledger.record(*one):
                    continue
                if done_line and one.line:
                    done_line(one.line)
                done, tokens = done + 1, tokens + group.tokens
                say("Summarising", done, counts["groups"], (tokens, all_tokens))


def _lost(batch: list[Pending], job: Job) -> list[Done]:
    died = GenerationError("The worker that wrote it died twice", remedy="Give it more memory")
    return [Done(g.number, None, failure_line(died, job.source, group=g.id), again=True) for g in batch]


def run(
    job: Job,
    plan: Plan,
    output: Path,
    workers: Workers,
    say: Say,
    *,
    resume: bool = False,
    by_completion: bool = False,
    newest_first: bool = False,
) -> dict[str, Any]:
    """Everything in order; counts of documents, failures, groups and those done, and the ``reasons`` of failures.

    The ledger is ``<output>.ledger``, the side file ``<output>.failures.jsonl``; what is returned stands in
    ``<output>.report.json`` too. by_completion: a JSONL file grows line by line, a Parquet file is written at the end.
    Raises InputError when a ledger is there already and ``resume`` is not set.
    """
    path = output.with_name(output.name + ".ledger")
    if path.exists() and not resume:
        raise InputError("This run was begun before", remedy="Continue with --resume, or delete it", where=str(path))
    with grouped(path, job, plan, workers, say) as ledger:
        ledger.forget_failures()
        grows = by_completion and output.suffix != ".parquet"
        with growing(output, ledger) if grows else nullcontext() as done_line:
            summarize(ledger, job, workers, say, done_line, newest_first=newest_first)
        if not grows:
            write(ledger, output, by_completion=by_completion)
        with whole(output.with_name(output.name + ".failures.jsonl")) as failures:
            write_lines(failures, (line.encode() for line in ledger.failures()))
        report = {**ledger.counts(), "reasons": ledger.reasons()}
        with whole(output.with_name(output.name + ".report.json")) as told:
            told.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return report


def stories(
    job: Job, workers: Workers, say: Say, window_days: float = WINDOW_DAYS
) -> Generator[Pending | str, None, None]:
    """The stories of an archive, after what could not be read, as lines of a side file. Nothing is kept."""
    plan = Plan(stories=True, window_days=window_days)
    with TemporaryDirectory() as folder, grouped(Path(folder, "ledger"), job, plan, workers, say) as ledger:
        yield from ledger.failures()
        yield from ledger.all_groups()


@contextmanager
def grouped(path: Path, job: Job, plan: Plan, workers: Workers, say: Say) -> Iterator[Ledger]:
    """The ledger of a run, new or continued, up to where only summaries are missing."""
    run = {**description(job), "group_by": job.group_by, "plan": plan._asdict()}
    with closing(Ledger(path, run)) as ledger:
        read(ledger, job, workers, say, most=None if plan.stories or job.group_by else plan.limit)
        group(ledger, job, plan, say)
        yield ledger
