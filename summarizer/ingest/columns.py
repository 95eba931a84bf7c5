"""The reading order of a PDF page of several columns, from where its text stands.

A PDF holds text in the order in which a program drew it, which for some newspapers is line by line across the columns.
This cuts the page at its gutters, after the recursive X-Y cut (Nagy and Seth, 1984): a gutter is a strip without text
that has columns of text on both sides over several lines. What stands above it is read first, then the left side, the
right side, and what stands below; each of them is cut likewise. pdfminer.six and pdfplumber order text too, at many
times PDFium's cost; PyMuPDF is under the AGPL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

LEAST_LINES = 5
"""Lines that a column has at least."""
LEAST_GUTTER = 7.0
"""Points between columns, and seven tenths of a line's height: more than between most words, and over several lines."""

_CELL = 1.0  # points of a cell of the grid
_HEIGHTS_OF_GUTTER, _HEIGHTS_OF_COLUMN, _HEIGHTS_OF_HEADING = 0.7, 8.0, 1.4
_OVERLAP = 2.0  # points by which letters reach into the next line
_DEEPEST, _MOST_CELLS = 12, 4_000_000


Grid: TypeAlias = npt.NDArray[np.bool_]


class Box(NamedTuple):
    """A part of a page, in points from its lower left corner, or the place of a piece of text."""

    left: float
    bottom: float
    right: float
    top: float


def reading_order(pieces: Sequence[Box]) -> list[Box]:
    """Parts of the page that hold all of ``pieces``, in the order in which they are read: columns, and headings alone.

    pieces: of text, each on one line.
    """
    pieces = [piece for piece in pieces if piece.right > piece.left and piece.top > piece.bottom]
    return list(_cut(pieces, _DEEPEST)) if pieces else []


def _cut(pieces: Sequence[Box], depth: int) -> Iterator[Box]:
    gutter = _gutter(pieces) if depth and len(pieces) >= 2 * LEAST_LINES else None
    if gutter is None:
        yield from _between_headings(pieces)
        return
    parts: tuple[list[Box], ...] = ([], [], [], [])
    for piece in pieces:
        middle = (piece.bottom + piece.top) / 2
        if middle > gutter.top or middle < gutter.bottom:
            parts[0 if middle > gutter.top else 3].append(piece)
        else:
            parts[1 if piece.left + piece.right < gutter.left + gutter.right else 2].append(piece)
    for part in parts:
        if part:
            yield from _cut(part, depth - 1)


def _between_headings(pieces: Sequence[Box]) -> Iterator[Box]:
    """Headings, which are in larger letters alone on their lines, apart from the text above and below them."""
    least = _HEIGHTS_OF_HEADING * float(np.median([piece.top - piece.bottom for piece in pieces]))
    for _, group in groupby(_lines(pieces), lambda line: _is_heading(line, least)):
        yield _around([piece for line in group for piece in line])


def _is_heading(line: Sequence[Box], least: float) -> bool:
    """All of it large, and longer than high: a first letter that is as high as three lines is none."""
    around = _around(line)
    height = around.top - around.bottom
    return min(piece.top - piece.bottom for piece in line) >= least and around.right - around.left >= 3 * height


def _lines(pieces: Sequence[Box]) -> Iterator[list[Box]]:
    """Pieces side by side, from the top down; what overlaps in height is one line."""
    line: list[Box] = []
    bottom = 0.0
    for piece in sorted(pieces, key=lambda piece: -piece.top):
        if line and piece.top <= bottom + _OVERLAP:
            yield line
            line = []
        bottom = min(bottom, piece.bottom) if line else piece.bottom
        line.append(piece)
    if line:
        yield line


def _around(pieces: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*pieces, strict=True)
    return Box(min(lefts), min(bottoms), max(rights), max(tops))


def _gutter(pieces: Sequence[Box]) -> Box | None:
    """The strip without text beside which most lines stand on both sides; None where there is none."""
    around = _around(pieces)
    height = float(np.median([piece.top - piece.bottom for piece in pieces]))
    if (around.top - around.bottom) * (around.right - around.left) > _MOST_CELLS * _CELL * _CELL:
        return None
    taken, near = _grids(pieces, around)
    text: Grid = np.asarray(taken.any(axis=1))
    has_left = np.maximum.accumulate(taken, axis=1)
    has_right = np.maximum.accumulate(taken[:, ::-1], axis=1)[:, ::-1]
    both = has_left & has_right & ~near
    least = LEAST_LINES * height / _CELL
    best: tuple[int, Box] | None = None
    for x in np.flatnonzero(both.sum(axis=0) >= least):
        for low, high in _runs(~near[:, x], both[:, x], text, int(height / _CELL)):
            count = int(both[low : high + 1, x].sum())
            if count < least or (best and count <= best[0]):
                continue
            place = around.left + (x + 0.5) * _CELL
            strip = Box(place, around.bottom + low * _CELL, place, around.bottom + (high + 1) * _CELL)
            if _parts_columns(strip, pieces, height):
                best = count, strip
    return best[1] if best else None


def _grids(pieces: Sequence[Box], around: Box) -> tuple[Grid, Grid]:
    """Cells of the page (rows from below) that hold text, and those that are too near to text for a gutter."""
    shape = int((around.top - around.bottom) / _CELL) + 1, int((around.right - around.left) / _CELL) + 1
    taken, near = np.zeros(shape, bool), np.zeros(shape, bool)
    for piece in pieces:
        low, high = (int((y - around.bottom) / _CELL) for y in (piece.bottom, piece.top))
        left, right = (int((x - around.left) / _CELL) for x in (piece.left, piece.right))
        taken[low : high + 1, left : right + 1] = True
        margin = int(max(LEAST_GUTTER, _HEIGHTS_OF_GUTTER * (piece.top - piece.bottom)) / 2 / _CELL)
        near[low : high + 1, max(0, left - margin) : right + margin + 1] = True
    return taken, near


def _runs(free: Grid, both: Grid, text: Grid, gap: int) -> Iterator[tuple[int, int]]:
    """First and last row of each run of free rows: those with text on both sides, and what goes on without a gap.

    The last lines of a column stand alone where the next one is shorter.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free.view(np.int8), [0]))))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        within = np.flatnonzero(both[start:end])
        if within.size:
            low, high = int(start + within[0]), int(start + within[-1])
            yield _extended(text, low, int(start), -1, gap), _extended(text, high, int(end) - 1, 1, gap)


def _extended(text: Grid, row: int, last: int, step: int, gap: int) -> int:
    """The row up to which text goes on from ``row`` to ``last``, with fewer than ``gap`` empty rows between lines."""
    reached = row
    while row != last and abs(row - reached) <= gap:
        row += step
        if text[row]:
            reached = row
    return reached


def _parts_columns(strip: Box, pieces: Sequence[Box], height: float) -> bool:
    """Whether there are lines of text on both sides, and not bullets, figures or the cells of a table."""
    beside = [piece for piece in pieces if strip.bottom <= (piece.bottom + piece.top) / 2 <= strip.top]
    left = _widths([piece for piece in beside if piece.right <= strip.left], height)
    right = _widths([piece for piece in beside if piece.left >= strip.right], height)
    return all(len(widths) >= LEAST_LINES and max(widths) >= _HEIGHTS_OF_COLUMN * height for widths in (left, right))


def _widths(pieces: Sequence[Box], height: float) -> list[float]:
    """Widths of the lines that ``pieces`` make up; a gap as wide as a gutter ends a line."""
    widths: list[float] = []
    line, right = None, 0.0
    for piece in sorted(pieces, key=lambda piece: (round((piece.bottom + piece.top) / height), piece.left)):
        middle = round((piece.bottom + piece.top) / height)
        if middle != line or piece.left - right >= max(LEAST_GUTTER, _HEIGHTS_OF_GUTTER * height):
            widths.append(0.0)
            right = piece.left
        widths[-1] += max(0.0, piece.right - right)
        line, right = middle, max(right, piece.right)
    return widths
