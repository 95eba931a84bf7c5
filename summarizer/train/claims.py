"""Claims with their evidence, true or not: what the embedded judge learns from.

True are the sentences of references that their articles state, and the articles' own, whole and shortened; false are
minimal pairs of these. Labelled sets add what people wrote and marked: where a false summary differs from a true one of
the same document in one sentence, that sentence is the false one, and the words that differ are the false words.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from summarizer.errors import InputError
from summarizer.reading.embedding import Encode
from summarizer.reading.segment import split_sentences
from summarizer.selection.shorten import shorten
from summarizer.train.minimal_pairs import Span, Story, differences, edits, phrases_of, story_of
from summarizer.types import Document, Sentence
from summarizer.verification.evidence import Evidence, choose
from summarizer.verification.grounding import lacking

_STATED, _UNSTATED = 0.72, 0.35  # cover of a reference sentence that counts as stated, and as not stated
_LENGTHS = range(6, 46)  # words of a claim
_ALIKE = 0.55  # likeness below which an edit is no minimal pair
_EDITS = {"reference": 3, "source": 1}


class LabelledClaim(NamedTuple):
    """wrong: spans of ``claim`` that make it false, where known; kind: how it came about; group: a digest of its
    articles: claims that share one are never trained on and reported."""

    evidence: str
    claim: str
    label: bool
    wrong: tuple[Span, ...]
    kind: str
    group: str


def rows(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a JSONL(.gz) file. Raises InputError."""
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"not JSON lines ({error})", remedy="Give JSONL, gzipped or not.", where=str(path)) from error


def group_of(document: str) -> str:
    """Digest of a document. The half whose first hex digit is even is trained on; the other half reports."""
    return hashlib.sha256(document.encode("utf-8", errors="surrogatepass")).hexdigest()


def is_trained_on(group: str) -> bool:
    """Whether documents with this digest belong to the half that judges learn from."""
    return int(group[0], 16) % 2 == 0


def from_clusters(clusters: Sequence[Mapping[str, Any]], encode: Encode, rng: Random) -> Iterator[LabelledClaim]:
    """Claims made by rule from stories with references: rows of {documents: [{text, title?}], references: […]}."""
    phrases: list[str] = []
    for cluster in clusters:
        documents, sentences = articles_of(cluster)
        told = [s.text for s in sentences if len(s.text.split()) in _LENGTHS]
        phrases = [*phrases, *(p for text in told for p in phrases_of(text))][-5_000:]
        if len(told) < 4:
            continue
        evidence = Evidence(documents, sentences, encode([s.text for s in sentences]))
        group = group_of("".join(document.text for document in documents))
        yield from _claims(_references(cluster), told, evidence, encode, story_of(told, phrases), group, rng)


def articles_of(cluster: Mapping[str, Any]) -> tuple[list[Document], list[Sentence]]:
    """The documents of a row {documents: [{text, title?}]} that are not empty, and their sentences."""
    documents = [
        Document(id=str(place), text=each["text"], title=each.get("title"), language="en")
        for place, each in enumerate(cluster["documents"])
        if each["text"].strip()
    ]
    return documents, [sentence for document in documents for sentence in split_sentences(document)]


def _claims(
    references: Sequence[str],
    told: Sequence[str],
    evidence: Evidence,
    encode: Encode,
    story: Story,
    group: str,
    rng: Random,
) -> Iterator[LabelledClaim]:
    own = rng.choice(told)
    texts = [*references, shorten(own, rng.choice([12, 18, 25])) if rng.random() < 0.85 else own]
    for text, chosen in zip(texts, choose(texts, evidence, encode), strict=True):
        kind = "source" if text is texts[-1] else "reference"
        if chosen.cover < _UNSTATED:
            yield LabelledClaim(chosen.text, text, False, (), "unstated", group)
        if kind == "reference" and (chosen.cover < _STATED or lacking(text, chosen, evidence)):
            continue
        yield LabelledClaim(chosen.text, text, True, (), kind, group)
        made = [e for e in edits(text, story, rng) if SequenceMatcher(None, text, e.text).ratio() > _ALIKE]
        made = made[: _EDITS[kind]]
        found = choose([e.text for e in made], evidence, encode)
        for edit, seen in zip(made, found, strict=True):
            if not seen.verbatim:
                yield LabelledClaim(seen.text, edit.text, False, edit.wrong, edit.kind, group)


def _references(cluster: Mapping[str, Any]) -> list[str]:
    texts = [each["text"] if isinstance(each, dict) else each for each in cluster["references"]]
    sentences = [s.text for text in texts for s in split_sentences(Document(id="reference", text=text, language="en"))]
    return [text for text in sentences if len(text.split()) in _LENGTHS]


def from_labelled(labelled: Sequence[Mapping[str, Any]], encode: Encode, kind: str) -> Iterator[LabelledClaim]:
    """Claims of rows {document, summary, label, original_summary?}, those of the half that is trained on."""
    by_document: dict[str, list[Mapping[str, Any]]] = {}
    for row in labelled:
        by_document.setdefault(row["document"], []).append(row)
    for text, own in by_document.items():
        group = group_of(text)
        if not is_trained_on(group):
            continue
        document = Document(id="d", text=text, language="en")
        sentences = split_sentences(document)
        if not sentences:
            continue
        evidence = Evidence([document], sentences, encode([s.text for s in sentences]))
        claims = list(dict.fromkeys(claim for row in own for claim in _sentences_of(row, own)))
        found = choose([claim for claim, _, _ in claims], evidence, encode)
        for (claim, label, wrong), chosen in zip(claims, found, strict=True):
            yield LabelledClaim(chosen.text, claim, label, wrong, kind, group)


def _sentences_of(
    row: Mapping[str, Any], own: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, bool, tuple[Span, ...]]]:
    """(claim, label, wrong spans) of one labelled summary; nothing where a false one does not tell which sentence."""
    sentences = _split(row["summary"])
    if int(row["label"]):
        yield from ((sentence, True, ()) for sentence in sentences)
        return
    truths = [row["original_summary"]] if "original_summary" in row else [r["summary"] for r in own if int(r["label"])]
    true = [sentence for truth in truths for sentence in _split(truth)]
    changed = [sentence for sentence in sentences if sentence not in true]
    if len(changed) != 1:
        return
    near = max(true, key=lambda text: SequenceMatcher(None, text, changed[0]).ratio(), default="")
    alike = SequenceMatcher(None, near, changed[0]).ratio() > _ALIKE
    yield changed[0], False, differences(near, changed[0]) if alike else ()


def _split(summary: str) -> list[str]:
    return [s.text for s in split_sentences(Document(id="summary", text=summary, language="en"))] if summary else []
