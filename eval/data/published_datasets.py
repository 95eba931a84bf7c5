"""The field's published data sets by name, read through ``datasets`` with their published splits.

``NAME:SPLIT`` reads from the Hugging Face hub; ``NAME:SPLIT@FOLDER`` reads a local copy of the same files. Sets whose
repository is a loading script, which ``datasets`` 4 no longer runs, are read from the hub's own Parquet conversion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer.errors import InputError

Row = Mapping[str, Any]
_CONVERTED = "refs/convert/parquet"


@dataclass(frozen=True)
class Published:
    """Where a set is and how a row of it becomes ours. ``quirks``: what the conversion puts right, or leaves alone."""

    repository: str
    convert: Callable[[Row], dict[str, Any]]
    quirks: str
    configuration: str | None = None
    revision: str | None = None
    splits: tuple[str, ...] = ("train", "validation", "test")


def is_named(source: str) -> bool:
    """Whether ``source`` begins with the name of a published set."""
    return source.partition(":")[0] in PUBLISHED


def load_rows(source: str) -> list[dict[str, Any]]:
    """Rows in the local format, ids being positions in the split. Raises InputError."""
    name, _, rest = source.partition(":")
    split, _, folder = rest.partition("@")
    published = PUBLISHED[name]
    if split not in published.splits:
        remedy = f"Write {name}:SPLIT with one of {', '.join(published.splits)}."
        raise InputError(f"no split '{split}'", remedy=remedy, where=source)
    rows = [published.convert(row) for row in _read(source, published, split, folder)]
    return [{"id": f"{name}-{split}-{index}", **row} for index, row in enumerate(rows)]


def _read(source: str, published: Published, split: str, folder: str) -> list[Row]:
    try:
        import datasets
    except ImportError as error:
        remedy = "Install it with: pip install 'summarizer[datasets]'."
        raise InputError("published sets need the package datasets", remedy=remedy, where=source) from error
    if folder and not Path(folder).is_dir():
        raise InputError("no such folder", remedy="Give the folder of a local copy after @.", where=source)
    place = folder or published.repository
    revision = None if folder else published.revision
    configuration = None if folder else published.configuration
    try:
        loaded = datasets.load_dataset(place, configuration, split=split, revision=revision)
    except Exception as error:  # datasets raises whatever its readers and its network layer do
        remedy = "Check the network, or give a local copy as NAME:SPLIT@FOLDER."
        problem = f"datasets could not load it ({type(error).__name__}: {error})"
        raise InputError(problem, remedy=remedy, where=source) from error
    return list(loaded)


def multi_news(row: Row) -> dict[str, Any]:
    """Documents are joined by ``|||||``, often with an empty one at the end; a summary opens with an en dash."""
    documents = str(row["document"]).replace("NEWLINE_CHAR", "\n").split("|||||")
    summary = re.sub(r"^\s*[–—-]\s+", "", str(row["summary"]).replace("NEWLINE_CHAR", "\n"))
    return {"documents": [{"text": text.strip()} for text in documents], "references": [summary.strip()]}


def wcep(row: Row) -> dict[str, Any]:
    """WCEP-10: at most ten articles an event, as a list, or as one text with ``</s>`` between them."""
    given = row["document"]
    documents = given if isinstance(given, list) else str(given).split("</s>")
    return {"documents": [{"text": str(text).strip()} for text in documents], "references": [str(row["summary"])]}


def cnn_dailymail(row: Row) -> dict[str, Any]:
    """Highlights are lines without a full stop between them; the agency mark "(CNN)" opens many articles."""
    article = re.sub(r"^\s*(?:[A-Z]{2}[\w .,']{0,40})?\(CNN\)\s*(?:--\s*)?", "", str(row["article"]))
    lines = (line.strip().removesuffix(" .").rstrip(".") for line in str(row["highlights"]).splitlines())
    return {"documents": [{"text": article}], "references": ["\n".join(f"{line}." for line in lines if line)]}


def ms2(row: Row) -> dict[str, Any]:
    """Parallel lists of titles and abstracts, some abstracts empty; the test split has no target."""
    pairs = zip(row["title"], row["abstract"], strict=True)
    target = str(row.get("target") or "")
    return {"documents": [{"title": t, "text": a} for t, a in pairs], "references": [target] if target else []}


def columns(document: str, summary: str) -> Callable[[Row], dict[str, Any]]:
    """One document and one reference, in two columns."""
    return lambda row: {"documents": [{"text": str(row[document])}], "references": [str(row[summary])]}


PUBLISHED: dict[str, Published] = {
    "multi_news": Published(
        "alexfabbri/multi_news",
        multi_news,
        "separator split, NEWLINE_CHAR undone, opening dash of the summary removed, "
        "empty documents left out; dead pages stay",
        revision=_CONVERTED,
    ),
    "wcep": Published(
        "ccdv/WCEP-10", wcep, "the ten-article version that PRIMERA and others report on", "list", _CONVERTED
    ),
    "cnn_dailymail": Published(
        "abisee/cnn_dailymail",
        cnn_dailymail,
        "non-anonymised 3.0.0; '(CNN)' openings removed, highlights end in full stops",
        "3.0.0",
    ),
    "xsum": Published(
        "EdinburghNLP/xsum",
        columns("document", "summary"),
        "none; the first sentence of an article is its reference, so lead is no baseline",
        revision=_CONVERTED,
    ),
    "samsum": Published("knkarthick/samsum", columns("dialogue", "summary"), "turns are lines 'Name: text'"),
    "dialogsum": Published("knkarthick/dialogsum", columns("dialogue", "summary"), "turns are lines '#Person1#: text'"),
    "ms2": Published(
        "allenai/mslr2022", ms2, "empty abstracts left out; the test split is unlabelled", "ms2", _CONVERTED
    ),
}
