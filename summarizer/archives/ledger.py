"""What a batch run has done so far: one SQLite file beside the output, safe against being killed at any moment."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from summarizer.errors import InputError

_SCHEMA = """
CREATE TABLE run (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, published REAL, tokens INTEGER NOT NULL, key TEXT,
    body BLOB NOT NULL);
CREATE INDEX by_date ON documents (published);
CREATE TABLE failures (number INTEGER PRIMARY KEY, line TEXT NOT NULL);
CREATE TABLE groups (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, tokens INTEGER NOT NULL, newest REAL, batch INTEGER, line BLOB,
    failure TEXT, again INTEGER NOT NULL DEFAULT 0, turn INTEGER);
CREATE INDEX batches ON groups (batch);
CREATE INDEX waiting ON groups (batch) WHERE line IS NULL AND failure IS NULL;
CREATE TABLE members (
    grouped INTEGER NOT NULL, document INTEGER NOT NULL, copy_of INTEGER, PRIMARY KEY (grouped, document)
) WITHOUT ROWID;
"""

BATCH_GROUPS = 32
"""Groups of a batch, at most."""


class Packed(NamedTuple):
    """A document as a reader hands it over. published: seconds since 1970; tokens: about how many a model reads; key:
    what groups it."""

    id: str
    published: float | None
    tokens: int
    key: str | None
    body: bytes


class Group(NamedTuple):
    """Documents that one output line is about, by their numbers; of near-copies the original's number."""

    id: str
    documents: Sequence[int]
    copies: dict[int, int]


class Pending(NamedTuple):
    """A group to write of; documents: (id, body) of each in order; copies: id of a near-copy -> its original; tokens:
    of all its documents."""

    number: int
    id: str
    documents: list[tuple[str, bytes]]
    copies: dict[str, str]
    tokens: int


class Ledger:
    """Opens or makes the file; one process at a time. ``run`` describes the work, and must be the same on each opening.

    Raises InputError when the file belongs to another run, or is in use.
    """

    def __init__(self, path: Path, run: dict[str, Any]) -> None:
        self._path = path
        self._db = sqlite3.connect(path, isolation_level=None, timeout=1.0)
        try:
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("BEGIN EXCLUSIVE")
            self._open(json.dumps(run, sort_keys=True))
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise self._refused(f"Cannot be used: {error}", "Wait for the run that uses it, or stop that") from error
        except sqlite3.DatabaseError as error:
            raise self._refused("Not a ledger of summarizer", "Delete it, or write elsewhere") from error
        self._turn = int(self._db.execute("SELECT coalesce(max(turn), 0) FROM groups").fetchone()[0])

    def _open(self, run: str) -> None:
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'").fetchone():
            for statement in _SCHEMA.split(";"):
                self._db.execute(statement)
            self["run"] = run
        elif self["run"] != run:
            raise self._refused(
                "It belongs to a run with other options, archive or version",
                f"Repeat those options, or delete it to begin anew. They were: {self['run']}",
            )

    def _refused(self, problem: str, remedy: str) -> InputError:
        self._db.close()
        return InputError(problem, remedy=remedy, where=str(self._path))

    def __getitem__(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM run WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def __setitem__(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (name, value))

    def close(self) -> None:
        """Give the file free."""
        self._db.close()

    def add_read(self, found: Iterable[Packed | str], entries: int) -> None:
        """What a stretch of the archive holds, failures as their lines; ``entries``: how many are read by now."""
        self._db.execute("BEGIN")
        for item in found:
            if isinstance(item, str):
                self._db.execute("INSERT INTO failures (line) VALUES (?)", (item,))
            else:
                row = (self._unique(item.id), *item[1:])
                self._db.execute("INSERT INTO documents (id, published, tokens, key, body) VALUES (?, ?, ?, ?, ?)", row)
        self["entries"] = str(entries)
        self._db.execute("COMMIT")

    def _unique(self, name: str) -> str:
        unique, count = name, 1
        while self._db.execute("SELECT 1 FROM documents WHERE id = ?", (unique,)).fetchone():
            count += 1
            unique = f"{name}-{count}"
        return unique

    def by_date(self) -> Iterator[tuple[int, str, bytes]]:
        """(number, id, body) of all documents: those with a date in its order, then the rest."""
        # Two queries, because the index answers each of them without sorting.
        dated = "SELECT number, id, body FROM documents WHERE published NOT NULL ORDER BY published, number"
        undated = "SELECT number, id, body FROM documents WHERE published IS NULL ORDER BY number"
        yield from self._db.execute(dated)
        yield from self._db.execute(undated)

    def dates(self) -> dict[int, tuple[str, float | None]]:
        """(id, seconds since 1970 or None) of every document by its number."""
        return {
            number: (name, told)
            for number, name, told in self._db.execute("SELECT number, id, published FROM documents")
        }

    def has_undated(self) -> bool:
        """Whether any document has no date."""
        return self._db.execute("SELECT 1 FROM documents WHERE published IS NULL").fetchone() is not None

    def body(self, number: int) -> bytes:
        """The packed document with this number."""
        return bytes(self._db.execute("SELECT body FROM documents WHERE number = ?", (number,)).fetchone()[0])

    def by_key(self) -> Iterator[tuple[int, str, str]]:
        """(number, id, key) of all documents in the order of the archive; their own id where they have no key."""
        yield from self._db.execute("SELECT number, id, coalesce(key, id) FROM documents ORDER BY number")

    def add_groups(self, groups: Iterable[Group], limit: int | None, batch_tokens: int = 0) -> None:
        """All groups of the archive, in the order of the output; of more than ``limit`` only the first.

        Batches go from the longest groups to the shortest, several in one as long as they have ``batch_tokens``.
        """
        self._db.execute("BEGIN")
        for count, group in enumerate(groups):
            if count == limit:
                break
            number = self._db.execute("INSERT INTO groups (id, tokens) VALUES (?, 0)", (group.id,)).lastrowid
            rows = [(number, document, group.copies.get(document)) for document in group.documents]
            self._db.executemany("INSERT INTO members VALUES (?, ?, ?)", rows)
        self._db.execute(
            "UPDATE groups SET (tokens, newest) = (SELECT sum(d.tokens), max(d.published) FROM members m"
            " JOIN documents d ON d.number = m.document WHERE m.grouped = groups.number)"
        )
        self._db.executemany("UPDATE groups SET batch = ? WHERE number = ?", self._batched(batch_tokens))
        self["grouped"] = "yes"
        self._db.execute("COMMIT")

    def _batched(self, most: int) -> Iterator[tuple[int, int]]:
        """(batch, number) of each group."""
        batch, count, total = 0, 0, 0
        found = self._db.execute("SELECT number, tokens FROM groups ORDER BY tokens DESC, number").fetchall()
        for number, tokens in found:
            if count and (total + tokens > most or count == BATCH_GROUPS):
                batch, count, total = batch + 1, 0, 0
            count, total = count + 1, total + tokens
            yield batch, number

    def pending(self, most: int, *, newest_first: bool = False) -> list[list[Pending]]:
        """Batches, ``most`` at most, in which a group has no line: the longest first, so that no worker ends late, or
        the newest. A batch is always whole: what is written of a group may depend on those beside it."""
        order = "max(newest) IS NULL, max(newest) DESC, batch" if newest_first else "batch"
        query = (
            "SELECT batch FROM groups WHERE line IS NULL AND failure IS NULL"  # noqa: S608 - one of two
            f" GROUP BY batch ORDER BY {order} LIMIT ?"
        )
        return [self.batch(number) for (number,) in self._db.execute(query, (most,)).fetchall()]

    def batch(self, number: int) -> list[Pending]:
        """The groups of a batch."""
        query = "SELECT number, id, tokens FROM groups WHERE batch = ? ORDER BY number"
        return [self._pending(*row) for row in self._db.execute(query, (number,)).fetchall()]

    def batch_tokens(self) -> list[int]:
        """Tokens of every batch; its place is its number."""
        return [row[0] for row in self._db.execute("SELECT sum(tokens) FROM groups GROUP BY batch ORDER BY batch")]

    def tokens_done(self) -> tuple[int, int]:
        """Tokens of the groups that are done, and of all."""
        query = """SELECT coalesce(sum(tokens) FILTER (WHERE line NOT NULL OR failure NOT NULL), 0),
            coalesce(sum(tokens), 0) FROM groups"""
        done, total = self._db.execute(query).fetchone()
        return int(done), int(total)

    def all_groups(self) -> Iterator[Pending]:
        """Every group with its documents, in the order of the output."""
        for row in self._db.execute("SELECT number, id, tokens FROM groups ORDER BY number"):
            yield self._pending(*row)

    def _pending(self, number: int, name: str, tokens: int) -> Pending:
        query = """SELECT d.id, d.body, o.id FROM members m JOIN documents d ON d.number = m.document
            LEFT JOIN documents o ON o.number = m.copy_of WHERE m.grouped = ?
            ORDER BY d.published IS NULL, d.published, d.number"""
        rows = self._db.execute(query, (number,)).fetchall()
        copies = {row[0]: row[2] for row in rows if row[2] is not None}
        return Pending(number, name, [row[:2] for row in rows], copies, tokens)

    def record(self, number: int, line: bytes | None, failure: str | None, again: bool) -> bool:
        """The output line of a group, or the line of its failure; again: whether a resumed run should retry it. False
        where the group has one already."""
        row = (line, failure, again, self._turn + 1, number)
        query = """UPDATE groups SET line = ?, failure = ?, again = ?, turn = ?
            WHERE number = ? AND line IS NULL AND failure IS NULL"""
        new = self._db.execute(query, row).rowcount > 0
        self._turn += new
        return new

    def forget_failures(self) -> None:
        """Make pending again what another try may summarise."""
        self._db.execute("UPDATE groups SET failure = NULL, again = 0 WHERE again")

    def lines(self, *, by_completion: bool = False) -> Iterator[bytes]:
        """Output lines in the order of the archive, or in that in which they were recorded."""
        order = "turn" if by_completion else "number"
        query = f"SELECT line FROM groups WHERE line NOT NULL ORDER BY {order}"  # noqa: S608 - one of two words
        yield from (row[0] for row in self._db.execute(query))

    def failures(self) -> Iterator[str]:
        """Lines of the side file: what could not be read, in the archive's order, then what could not be summarised."""
        yield from (row[0] for row in self._db.execute("SELECT line FROM failures ORDER BY number"))
        yield from (
            row[0] for row in self._db.execute("SELECT failure FROM groups WHERE failure NOT NULL ORDER BY number")
        )

    def documents(self) -> int:
        """How many documents there are, without counting them."""
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM documents").fetchone()[0])

    def reasons(self) -> dict[str, int]:
        """Of all failures the reasons, each with how often it was the reason, most often first."""
        found = Counter(str(json.loads(line)["reason"]) for line in self.failures())
        return dict(found.most_common())

    def counts(self) -> dict[str, int]:
        """Documents, failures (of both kinds), groups, and groups that are done."""
        query = """SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM failures)
            + (SELECT count(*) FROM groups WHERE failure NOT NULL), (SELECT count(*) FROM groups),
            (SELECT count(*) FROM groups WHERE line NOT NULL OR failure NOT NULL)"""
        return dict(zip(("documents", "failures", "groups", "done"), self._db.execute(query).fetchone(), strict=True))
