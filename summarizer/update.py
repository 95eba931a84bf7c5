"""A running story: what today's articles add to yesterday's summary, and the summary of both (TAC's update task)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from summarizer.errors import InputError
from summarizer.language.words import content_stems, tokens
from summarizer.reading.segment import split_sentences
from summarizer.summarizer import Summarizer
from summarizer.types import Document, Sentence, Summary, SummaryOptions, Update

KNOWN_COSINE = 0.75
"""A sentence closer than this to an earlier one, and without new words, says the same."""
KNOWN_WORDS = 0.8
"""Share of its content words that a known sentence has from the earlier articles."""


class _Kept(NamedTuple):
    """Where a new sentence stands in the shortened article, and in the article itself."""

    start: int
    end: int
    sentence: Sentence


def update(
    summarizer: Summarizer, earlier: Summary, documents: Sequence[Document], options: SummaryOptions | None = None
) -> Update:
    """What ``documents`` add to the story that ``earlier`` sums up, and the summary of all articles together.

    Citations of both point into the articles as they are given. An article that ``earlier`` lists already is not new.
    Raises InputError when ``earlier`` was written without the texts of its articles, or there is no new article.
    """
    before = [Document(**d.model_dump(exclude={"copy_of"})) for d in earlier.documents]
    missing = next((d.id for d in before if not d.text), None)
    if missing:
        raise InputError(
            "The earlier summary lacks the text of its articles", remedy="Write it with the texts", where=missing
        )
    listed = {d.id for d in before}
    after = [d for d in documents if d.id not in listed]
    if not after:
        raise InputError("No new article", remedy="Give articles that the earlier summary does not list")
    split = {d.id: split_sentences(d) for d in after}
    told = [s.text for d in before for s in split_sentences(d)] + [s.text for s in earlier.sentences]
    novel = _novel([s for some in split.values() for s in some], told, summarizer)
    shortened = [_shortened(d, [s for s in split[d.id] if s in novel]) for d in after]
    kept = {d.id: places for d, places in shortened}
    written = [d for d, places in shortened if places]
    new = _replaced(summarizer.summarize(written, options), after, kept) if written else None
    return Update(
        new=new,
        merged=summarizer.summarize([*before, *after], options),
        new_sentences=len(novel),
        sentences=sum(map(len, split.values())),
    )


def _novel(sentences: Sequence[Sentence], told: Sequence[str], summarizer: Summarizer) -> set[Sentence]:
    """Those that are far from every earlier sentence, or hold a number or too many words that were not told before."""
    encode = summarizer.encoder().encode
    nearest = (encode([s.text for s in sentences]) @ encode(told).T).max(axis=1) if told else np.zeros(len(sentences))
    words = {stem for text in told for stem in content_stems(tokens(text))}
    novel = set()
    for sentence, cosine in zip(sentences, nearest, strict=True):
        stems = content_stems(tokens(sentence.text))
        unheard = [stem for stem in stems if stem not in words]
        has_new_number = any(stem[0].isdigit() for stem in unheard)
        if cosine < KNOWN_COSINE or has_new_number or len(unheard) > (1 - KNOWN_WORDS) * len(stems):
            novel.add(sentence)
    return novel


def _shortened(document: Document, sentences: Sequence[Sentence]) -> tuple[Document, list[_Kept]]:
    """The article without what was told before, one sentence a paragraph, and where each stands."""
    places, text = [], ""
    for sentence in sentences:
        start = len(text)
        text += f"{sentence.text}\n\n"
        places.append(_Kept(start, start + len(sentence.text), sentence))
    return document.model_copy(update={"text": text.rstrip()}), places


def _replaced(summary: Summary, documents: Sequence[Document], kept: dict[str, list[_Kept]]) -> Summary:
    """``summary`` with its citations moved from the shortened articles to the whole ones."""
    whole = {d.id: d.text for d in documents}

    def moved(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [moved(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "start" in value:  # a citation
            cited = [k.sentence for k in kept[value["document"]] if k.start < value["end"] and value["start"] < k.end]
            return value | {"start": cited[0].start, "end": cited[-1].end}
        return {name: moved(inner) for name, inner in value.items()}

    told = moved(summary.model_dump())
    for document in told["documents"]:
        document["text"] = whole[document["id"]] if document["text"] else ""
    return Summary.model_validate(told)


def load_summary(path: Path) -> Summary:
    """A summary from a JSON file: one itself, an Update (its merged one), or a line of a batch run."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return Summary.model_validate(value.get("merged") or value.get("summary") or value)
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(
            f"Holds no summary: {str(error).splitlines()[0]}",
            remedy="Give what `summarizer summarize --format json` printed",
            where=str(path),
        ) from error
