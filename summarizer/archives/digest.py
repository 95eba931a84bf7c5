"""A digest of an archive: the stories of the last days by weight, each told once and then only with what is new.

What earlier digests told stands in a file beside the output, so that a story comes back under the same id, and only
when articles that were not told before add something. A run may be killed at any moment: the same command goes on, and
after its end gives the same again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from summarizer.archives.batch import read, story_groups, summarize
from summarizer.archives.ledger import Group, Ledger
from summarizer.archives.news import Story, outlet
from summarizer.archives.output import whole
from summarizer.archives.pool import Workers
from summarizer.archives.stories import WINDOW_DAYS
from summarizer.archives.worker import Job, description, pack, unpack
from summarizer.errors import InputError
from summarizer.progress import Say
from summarizer.settings import Settings
from summarizer.types import Document

MOST_STORIES = 20
KEPT_DAYS = 60
"""Days after its last article for which a story is remembered."""


class Span(NamedTuple):
    """Which articles are news: published after ``until - since``, and not after ``until`` (the newest article's date
    when None)."""

    since: timedelta
    until: datetime | None = None


class Told(NamedTuple):
    """What a digest tells: its stories, heaviest first; all that are remembered, newest first; what could not be read
    or told, as lines of a side file; how many articles have no date, and so are not news."""

    begin: datetime
    end: datetime
    stories: list[Story]
    remembered: list[Story]
    failures: list[str]
    undated: int


def run(job: Job, span: Span, memory: Path, workers: Workers, say: Say, most: int = MOST_STORIES) -> Told:
    """Read, group, choose and tell. memory: what earlier digests told, JSONL; ``keep`` renews it.

    Raises InputError when the archive has no article with a date, or ``memory`` is broken.
    """
    earlier = remembered(memory)
    asked = [span.since.total_seconds(), span.until.isoformat() if span.until else None, most]
    with closing(Ledger(ledger_of(memory), {**description(job), "digest": asked})) as ledger:
        read(ledger, job, workers, say)
        begin, end = _days(ledger, span, job.source)
        if not ledger["grouped"]:
            _add_remembered(ledger, earlier)
            ledger.add_groups(_due(ledger, job.settings, begin, end, earlier, say), most)
        ledger.forget_failures()
        summarize(ledger, job, workers, say, method="tell", argument=lambda batch: (batch[0], earlier.get(batch[0].id)))
        told = [Story.model_validate_json(line) for line in ledger.lines() if line]
        stories = _edition(told, earlier, end)
        undated = sum(moment is None for _, moment in ledger.dates().values())
        kept = {story.id: story for story in [*earlier.values(), *stories]}
        recent = [s for s in kept.values() if end - s.updated <= timedelta(days=KEPT_DAYS)]
        recent.sort(key=lambda story: (story.updated, story.id), reverse=True)
        return Told(begin, end, stories, recent, list(ledger.failures()), undated)


def _edition(told: list[Story], earlier: Mapping[str, Story], end: datetime) -> list[Story]:
    """What this digest tells: given again, with nothing new in the archive, it is the same."""
    now = {story.id for story in told}
    again = sorted((s for s in earlier.values() if s.edition == end and s.id not in now), key=lambda s: s.place)
    return [s.model_copy(update={"edition": end, "place": place}) for place, s in enumerate([*again, *told])]


def keep(told: Told, memory: Path) -> None:
    """Remember what was told, and forget the run: the last step, when the digest is written."""
    with whole(memory) as path:
        path.write_text("".join(f"{story.model_dump_json()}\n" for story in told.remembered), encoding="utf-8")
    for suffix in ("", "-wal", "-shm"):
        ledger = ledger_of(memory)
        ledger.with_name(ledger.name + suffix).unlink(missing_ok=True)


def ledger_of(memory: Path) -> Path:
    """Where a run that is not finished keeps what it has done."""
    return memory.with_name(memory.name + ".ledger")


def remembered(memory: Path) -> dict[str, Story]:
    """Stories of earlier digests by their ids. Raises InputError."""
    if not memory.exists():
        return {}
    try:
        with memory.open(encoding="utf-8") as lines:  # which U+2028 in a text does not end
            stories = [Story.model_validate_json(line) for line in lines]
    except ValueError as error:
        raise InputError(
            f"Holds no stories of a digest: {str(error).splitlines()[0]}",
            remedy="Delete it to tell every story anew, or name another output",
            where=str(memory),
        ) from error
    return {story.id: story for story in stories}


def _days(ledger: Ledger, span: Span, source: str) -> tuple[datetime, datetime]:
    """Begin and end of what is news."""
    newest = max((moment for _, moment in ledger.dates().values() if moment is not None), default=None)
    if newest is None:
        raise InputError(
            "No article in it has a date", remedy="Give articles with dates: --field published=THEIRS", where=source
        )
    end = span.until or datetime.fromtimestamp(newest, UTC)
    return end - span.since, end


def _add_remembered(ledger: Ledger, earlier: Mapping[str, Story]) -> None:
    """The articles of earlier digests that the archive no longer holds: a story goes on where they are gone."""
    held = {name for name, _ in ledger.dates().values()}
    told = {document.id: document for story in earlier.values() for document in story.summary.documents}
    gone = [Document(**d.model_dump(exclude={"copy_of"})) for name, d in told.items() if name not in held]
    ledger.add_read(map(pack, gone), int(ledger["entries"] or 0))


def _due(
    ledger: Ledger, settings: Settings, begin: datetime, end: datetime, earlier: Mapping[str, Story], say: Say
) -> Iterator[Group]:
    """Stories with articles of these days that were not told before, heaviest first: more outlets, then more articles
    of these days, then the newer story. Articles of later days are left out."""
    dates = ledger.dates()
    told_in = {article.id: story.id for story in earlier.values() for article in story.articles}
    weighed, taken = [], set[str]()
    for group in story_groups(ledger, settings, WINDOW_DAYS, say):
        members = [n for n in group.documents if (dates[n][1] or 0.0) <= end.timestamp()]
        fresh = [n for n in members if (dates[n][1] or 0.0) > begin.timestamp() and dates[n][0] not in told_in]
        if not fresh:
            continue
        known = Counter(told_in[dates[n][0]] for n in members if dates[n][0] in told_in)
        name = next((story for story, _ in known.most_common() if story not in taken), group.id)
        taken.add(name)
        voices = len({outlet(unpack(dates[n][0], ledger.body(n))) for n in members if n not in group.copies})
        newest = max(dates[n][1] or 0.0 for n in fresh)
        weighed.append(((voices, len(fresh), newest), Group(name, members, group.copies)))
    weighed.sort(key=lambda one: one[0], reverse=True)
    yield from (group for _, group in weighed)
