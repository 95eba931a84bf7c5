"""Outputs and their references, line by line: of text files, or fields of JSON Lines."""

from __future__ import annotations

from collections.abc import Sequence

from eval.data.text_files import STDIN, broken_row, named, read_lines, read_rows
from eval.types import Record
from summarizer.errors import InputError

_LINE = "a line"
Rows = list[tuple[int, Record]]


def read_parallel(
    outputs: str, references: Sequence[str], output_field: str | None = None, reference_field: str | None = None
) -> list[tuple[str, tuple[str, ...]]]:
    """(output, its references) of each line of ``outputs``, in order. Raises InputError.

    references: files with a reference for each output on the same line; an empty one is none. None of them: both fields
    are those of ``outputs``. Fields: files are then JSON Lines; a reference field may hold a list. ``-`` is standard
    input, for one of the files.
    """
    if [outputs, *references].count(STDIN) > 1:
        raise InputError("standard input is read once", remedy="Give only one file as -.", where=STDIN)
    if not references and not (output_field and reference_field):
        remedy = "Name a file of them, or with --output-field and --reference-field two fields of one file."
        raise InputError("no references", remedy=remedy, where=outputs)
    written = _rows(outputs, output_field, "--output-field")
    columns = [(path, _rows(path, reference_field, "--reference-field")) for path in references] or [(outputs, written)]
    for path, rows in columns:
        if len(rows) != len(written):
            problem = f"{len(written)} outputs in {named(outputs)}, but {len(rows)} references in {named(path)}"
            remedy = "Give a line for each, in the same order; an empty line stands for an empty text."
            raise InputError(problem, remedy=remedy)
    texts = [_texts(outputs, row, output_field or _LINE) for row in written]
    if bad := next((row for row, found in zip(written, texts, strict=True) if len(found) != 1), None):
        raise broken_row(outputs, bad[0], "not one output", f"a JSON object with one text as {output_field}")
    lines = zip(*([_texts(path, row, reference_field or _LINE) for row in rows] for path, rows in columns), strict=True)
    told = [tuple(text for found in line for text in found if text.strip()) for line in lines]
    return [(found[0], kept) for found, kept in zip(texts, told, strict=True)]


def _rows(source: str, field: str | None, option: str) -> Rows:
    if field:
        return list(read_rows(source, f"a JSON object with the field {field}"))
    if source.removesuffix(".gz").endswith(".jsonl"):
        raise InputError("JSON Lines, but no field is named", remedy=f"Add {option} NAME.", where=source)
    return [(number, {_LINE: line}) for number, line in enumerate(read_lines(source), 1)]


def _texts(source: str, row: tuple[int, Record], field: str) -> list[str]:
    number, record = row
    held = record.get(field)
    texts = [held] if isinstance(held, str) else held
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        form = f"a JSON object with a text, or a list of texts, as {field}"
        raise broken_row(source, number, f"no text as {field}; its fields are {', '.join(record)}", form)
    return texts
