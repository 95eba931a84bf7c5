"""Data sets: local JSON Lines, or the field's own by name (see published_datasets.py), as one Dataset of Examples.

A local row is ``{id, documents: [{text, title?}], references: [...], systems?: {name: output}}``, gzipped or not. A
``.story`` of CNN/DailyMail, or a folder of them, is one example a file, with its highlights as the reference.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.data.text_files import broken_row, read_rows
from eval.data.tokenization import word_count
from eval.types import Example, Record
from summarizer.errors import InputError
from summarizer.ingest.corpora import without_highlights
from summarizer.ingest.encoding import decode
from summarizer.types import Document


@dataclass(frozen=True)
class Dataset:
    """Examples in file order. ``digest``: 12 hex digits over what was read; ``notes``: quirks put right, with counts;
    ``total``: examples before any limit; ``mean_reference_words``: over all of them, which is what ``auto`` means."""

    name: str
    examples: tuple[Example, ...]
    digest: str
    notes: tuple[str, ...]
    total: int
    mean_reference_words: float

    def limited(self, limit: int | None, seed: int) -> Dataset:
        """``limit`` examples drawn without replacement by ``random.Random(seed)``, kept in file order."""
        if limit is None or limit >= len(self.examples):
            return self
        chosen = sorted(random.Random(seed).sample(range(len(self.examples)), limit))  # noqa: S311
        return replace(self, examples=tuple(self.examples[index] for index in chosen))


def load(source: str, language: str | None = None) -> Dataset:
    """A path to JSON Lines or ``.story`` files, or ``<name>:<split>`` of a published set, such as ``wcep:test``.

    Raises InputError.
    """
    path = Path(source).expanduser()
    if path.is_dir() or path.suffix == ".story":
        return _load_stories(path, language)
    if path.is_file():
        return _build(_local_name(path), _local_rows(path), path.read_bytes(), language)
    from eval.data.published_datasets import is_named, load_rows

    if is_named(source):
        rows = load_rows(source)
        content = json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()
        return _build(source.partition("@")[0].replace(":", "-"), rows, content, language)
    raise InputError(
        "no such file, and no data set of that name",
        remedy="Give a .jsonl or .jsonl.gz file, or a name that 'python -m eval datasets' lists.",
        where=source,
    )


def _load_stories(path: Path, language: str | None) -> Dataset:
    files = sorted(path.glob("*.story")) if path.is_dir() else [path]
    if not files:
        raise InputError("no .story file in this folder", remedy="Give a folder that holds some.", where=str(path))
    rows, content = [], bytearray()
    try:
        for file in files:
            data = file.read_bytes()
            content += data
            text, highlights = without_highlights(decode(data, where=str(file)))
            rows.append({"id": file.stem, "documents": [{"text": text}], "references": ["\n".join(highlights)]})
    except OSError as error:
        remedy = "Give a .story file, or a folder that holds some."
        raise InputError(f"cannot be read ({error.strerror})", remedy=remedy, where=str(path)) from error
    return _build(path.resolve().stem, rows, bytes(content), language)


def _local_name(path: Path) -> str:
    stem = path.name.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".json")
    folder = path.resolve().parent.name
    return stem if folder in ("", stem) else f"{folder}-{stem}"


def _local_rows(path: Path) -> Iterator[Record]:
    form = "{id, documents: [{text, title?}], references: [...]}"
    for number, row in read_rows(path, form):
        if not isinstance(row.get("documents"), list):
            raise broken_row(path, number, "no list of documents in it", form)
        yield {"id": str(number), **row}


def _build(name: str, rows: Iterable[Mapping[str, Any]], content: bytes, language: str | None) -> Dataset:
    seen: Counter[str] = Counter()
    examples = tuple(_example(row, language, seen) for row in rows)
    ids = Counter(example.id for example in examples)
    if repeated := [key for key, count in ids.items() if count > 1]:
        raise InputError(f"{len(repeated)} ids occur twice", remedy="Make ids unique.", where=f"{name}: {repeated[0]}")
    if not examples:
        raise InputError("it holds no examples", remedy="Give a file with at least one line.", where=name)
    words = [word_count(reference) for example in examples for reference in example.references]
    notes = tuple(f"{count} {what} left out" for what, count in sorted(seen.items()))
    mean = sum(words) / len(words) if words else 0.0
    return Dataset(name, examples, hashlib.sha256(content).hexdigest()[:12], notes, len(examples), mean)


def _example(row: Mapping[str, Any], language: str | None, seen: Counter[str]) -> Example:
    """Empty documents and references are left out and counted; recorded outputs may be text or ``{summary: text}``."""
    documents: list[Document] = []
    for source in row["documents"]:
        text = source["text"] if isinstance(source, Mapping) else str(source)
        title = source.get("title") if isinstance(source, Mapping) else None
        if not str(text).strip():
            seen["empty documents"] += 1
            continue
        documents.append(Document(id=f"d{len(documents) + 1}", text=text, title=title or None, language=language))
    references = tuple(str(reference) for reference in row.get("references") or ())
    kept = tuple(reference for reference in references if reference.strip())
    if len(kept) < len(references):
        seen["empty references"] += len(references) - len(kept)
    recorded = {
        str(name): output["summary"] if isinstance(output, Mapping) else output
        for name, output in (row.get("systems") or {}).items()
        if output
    }
    return Example(id=str(row["id"]), documents=tuple(documents), references=kept, recorded=recorded)
