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
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, published REAL, size INTEGER NOT NULL, key TEXT,
    body BLOB NOT NULL);
CREATE INDEX by_date ON documents (published);
CREATE TABLE failures (number INTEGER PRIMARY KEY, line TEXT NOT NULL);
CREATE TABLE groups (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, size INTEGER NOT NULL, newest REAL, line BLOB, failure TEXT,
    again INTEGER NOT NULL DEFAULT 0, turn INTEGER);
CREATE INDEX waiting ON groups (size DESC, number) WHERE line IS NULL AND failure IS NULL;
CREATE TABLE members (
    grouped INTEGER NOT NULL, document INTEGER NOT NULL, copy_of INTEGER, PRIMARY KEY (grouped, document)
) WITHOUT ROWID;
"""


class Packed(NamedTuple):
    """A document as a reader hands it over. published: seconds since 1970; size: characters; key: what groups it."""

    id: str
    published: float | None
    size: int
    key: str | None
    body: bytes


class Group(NamedTuple):
    """Documents that one output line is about, by their numbers; of near-copies the original's number."""

    id: str
    documents: Sequence[int]
    copies: dict[int, int]


class Pending(NamedTuple):
    """A group without a line yet; documents: (id, body) of each in order; copies: id of a near-copy -> its original."""

    number: int
    id: str
    documents: list[tuple[str, bytes]]
    copies: dict[str, str]


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
                self._db.execute("INSERT INTO documents (id, published, size, key, body) VALUES (?, ?, ?, ?, ?)", row)
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

    def add_groups(self, groups: Iterable[Group], limit: int | None) -> None:
        """All groups of the archive, in the order of the output; of more than ``limit`` only the first."""
        self._db.execute("BEGIN")
        for count, group in enumerate(groups):
            if count == limit:
                break
            number = self._db.execute("INSERT INTO groups (id, size) VALUES (?, 0)", (group.id,)).lastrowid
            rows = [(number, document, group.copies.get(document)) for document in group.documents]
            self._db.executemany("INSERT INTO members VALUES (?, ?, ?)", rows)
        self._db.execute(
            "UPDATE groups SET (size, newest) = (SELECT sum(d.size), max(d.published) FROM members m"
            " JOIN documents d ON d.number = m.document WHERE m.grouped = groups.number)"
        )
        self["grouped"] = "yes"
        self._db.execute("COMMIT")

    def pending(self, most: int, *, newest_first: bool = False) -> list[Pending]:
        """Groups without a line, ``most`` at most: the longest first, so that no worker ends late, or the newest."""
        order = "newest IS NULL, newest DESC" if newest_first else "size DESC"
        query = f"SELECT number, id FROM groups WHERE line IS NULL AND failure IS NULL ORDER BY {order}, number LIMIT ?"  # noqa: S608 - one of two
        return [self._pending(number, name) for number, name in self._db.execute(query, (most,)).fetchall()]

    def spread(self, most: int) -> list[Pending]:
        """Groups at even steps from the longest to the shortest."""
        found = self._db.execute("SELECT number, id FROM groups ORDER BY size DESC, number").fetchall()
        return [self._pending(*found[(2 * step + 1) * len(found) // (2 * most)]) for step in range(most)]

    def all_groups(self) -> Iterator[Pending]:
        """Every group with its documents, in the order of the output."""
        for number, name in self._db.execute("SELECT number, id FROM groups ORDER BY number"):
            yield self._pending(number, name)

    def _pending(self, number: int, name: str) -> Pending:
        query = """SELECT d.id, d.body, o.id FROM members m JOIN documents d ON d.number = m.document
            LEFT JOIN documents o ON o.number = m.copy_of WHERE m.grouped = ?
            ORDER BY d.published IS NULL, d.published, d.number"""
        rows = self._db.execute(query, (number,)).fetchall()
        return Pending(number, name, [row[:2] for row in rows], {row[0]: row[2] for row in rows if row[2] is not None})

    def record(self, number: int, line: bytes | None, failure: str | None, again: bool) -> None:
        """The output line of a group, or the line of its failure; again: whether a resumed run should retry it."""
        self._turn += 1
        row = (line, failure, again, self._turn, number)
        self._db.execute("UPDATE groups SET line = ?, failure = ?, again = ?, turn = ? WHERE number = ?", row)

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
