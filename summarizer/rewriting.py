"""Source sentences rewritten one by one, or two that tell one fact fused (Barzilay & McKeown 2005).

This is how the embedded model writes: it loses its way over a whole story, but it was fine-tuned to say in fewer words
what one or two sentences say. Each sentence is asked for at several lengths; of the wordings that the check supports
the best is taken, and where there is none the source's own sentence stands, shortened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from summarizer.alignment import matched
from summarizer.cohesion import opens_dangling
from summarizer.generation.base import Candidate, Generator, Limits, Passage, Prompt
from summarizer.grounding import Evidence, Grounded, ground
from summarizer.pieces import Draft, Piece, tidy, verbatim
from summarizer.reading import Reading
from summarizer.segment import split_sentences
from summarizer.shorten import is_well_formed, shorten
from summarizer.sources import Encode, Sources
from summarizer.specifics import specifics
from summarizer.types import Document, Sentence, SummaryOptions, SummarySentence
from summarizer.words import count_words

_LENGTHS = (0.6, 0.8)  # words asked for over those of the source
_FUSED = 0.6  # the same of two sentences
_FEWEST, _MOST = 9, 34  # words asked for
_SAME, _COPY = 0.6, 0.92  # cosines between which two articles tell one fact in two ways
_SHORTEST, _READS_BEST, _LONGEST = 0.35, 0.7, 1.0  # words of a rewriting over those of its source
_MOVED = 2  # content words of a rewriting that its source lacks, or has elsewhere
_REDRAWS = Limits(candidates=4, temperature=0.8)
_SPEAKER = r"[^,.;:“”\"]{2,60}"
_SAID = re.compile(rf", (?:{_SPEAKER} said|{_SPEAKER} told {_SPEAKER}|according to {_SPEAKER})\.$")
_FRONTED = re.compile(r"(?:On|In|Early|Late|Last) [^,.]{3,20},")
_TIGHT = 25  # words to which a sentence that stands unwritten is shortened, where that is safe


class _Asked(NamedTuple):
    """A prompt, and the source row that its answer may stand for."""

    row: int
    source: str
    prompt: Prompt


def rewritten(
    rows: Sequence[int],
    sources: Sources,
    evidence: Evidence,
    generator: Generator,
    options: SummaryOptions,
    encode: Encode,
    made: Draft,
) -> list[Piece]:
    """One piece for each row: its best supported rewriting, else the sentence itself, shortened."""
    asked = [one for row in rows for one in _asked(row, sources)]
    best: dict[int, SummarySentence] = {}
    for limits in (Limits(seed=options.seed), _REDRAWS.model_copy(update={"seed": options.seed})):
        open_ones = [one for one in asked if one.row not in best]
        drawn = generator.generate([one.prompt for one in open_ones], limits)
        made.count(drawn)
        best |= _best(open_ones, drawn, sources, evidence, encode)
    plain = verbatim([row for row in rows if row not in best], sources, evidence, encode, _TIGHT)
    return [Piece(row, best[row]) if row in best else plain[row] for row in rows]


def _best(
    asked: Sequence[_Asked],
    drawn: Sequence[Sequence[Candidate]],
    sources: Sources,
    evidence: Evidence,
    encode: Encode,
) -> dict[int, SummarySentence]:
    """The best supported answer for each row that has one."""
    offered = dict.fromkeys(
        (one.row, text)
        for one, candidates in zip(asked, drawn, strict=True)
        for candidate in candidates
        if candidate.finished and _may_stand_for(text := _mended(candidate.text, one.source), one.source)
    )
    checked = ground([text for _, text in offered], evidence, encode)
    best: dict[int, SummarySentence] = {}
    for (row, _), found in zip(offered, checked, strict=True):
        if _cites(found, sources.sentences[row]):
            source = sources.sentences[row].text
            best[row] = max(best.get(row, found.sentence), found.sentence, key=lambda s: _merit(s, source))
    return best


def _asked(row: int, sources: Sources) -> Iterator[_Asked]:
    text = shorten(sources.sentences[row].text)
    length = count_words(text)
    for words in dict.fromkeys(max(_FEWEST, round(share * length)) for share in _LENGTHS):
        if words < length:
            yield _Asked(row, text, _prompt((row,), (text,), min(words, _MOST), sources))
    other = _told_elsewhere(row, sources)
    if other is not None:
        both = (text, shorten(sources.sentences[other].text))
        words = min(_MOST, round(_FUSED * sum(map(count_words, both))))
        yield _Asked(row, " ".join(both), _prompt((row, other), both, max(_FEWEST, words), sources))


def _told_elsewhere(row: int, sources: Sources) -> int | None:
    """The sentence of another article that tells the same fact in other words, if there is one."""
    cosines = sources.vectors @ sources.vectors[row]
    cosines[(sources.voices == sources.voices[row]) | (cosines > _COPY)] = 0.0
    best = int(cosines.argmax())
    return best if cosines[best] >= _SAME else None


def _prompt(rows: Sequence[int], texts: Sequence[str], max_words: int, sources: Sources) -> Prompt:
    passages = tuple(
        Passage(document=sources.sentences[row].document, sentences=(text,), salience=(1.0,))
        for row, text in zip(rows, texts, strict=True)
    )
    return Prompt(task="rewrite", passages=passages, max_words=max_words, language=sources.language)


def _mended(text: str, source: str) -> str:
    """``text`` with the marks of ``source``, where small models write the typewriter's, and with who said it, which
    they leave out when it stands at the end."""
    text = tidy(text)
    said = _SAID.search(source)
    if said and "say" not in Reading(text).content and text.endswith("."):
        text = text[:-1] + said[0]
    if "’" in source and "'" not in source:
        text = text.replace("'", "’")
    if "“" in source and '"' not in source:
        text = re.sub(r'"([^"]*)"', r"“\1”", text)
    return text


def _may_stand_for(text: str, source: str) -> bool:
    """Whether ``text`` is a rewriting at all: one whole sentence, other words than the source's, and no more."""
    if not is_well_formed(text) or (opens_dangling(text) and not opens_dangling(source)):
        return False
    if len(split_sentences(Document(id="draft", text=text, language="en"))) != 1:
        return False
    written, read = Reading(text), Reading(source)
    if written.norms == read.norms or ("say" in read.content and "say" not in written.content):
        return False
    # A small model likes to open with an article, or with the day, which then is the day of the wrong thing.
    if written.norms[1:2] == read.norms[:1] or (_FRONTED.match(text) and not _FRONTED.match(source)):
        return False
    return _SHORTEST <= count_words(text) / max(1, count_words(source)) <= _LONGEST and _keeps_order(written, read)


def _keeps_order(written: Reading, read: Reading) -> bool:
    """Whether names and numbers stand where they stood, and few other words are new or moved.

    A name that moves is a name given to something else: "foreign troops … a US exit" is not "US troops".
    """
    kept = {place for place, _ in matched(written.content, read.content)}
    moved = [place for place in range(len(written.content)) if place not in kept]
    return len(moved) <= _MOVED and not any(written.is_specific(place) for place in moved)


def _cites(found: Grounded, sentence: Sentence) -> bool:
    return found.sentence.supported and any(
        c.document == sentence.document and c.start <= sentence.start and sentence.end <= c.end
        for c in found.sentence.citations
    )


def _merit(written: SummarySentence, source: str) -> tuple[int, float, float]:
    """Keeping names, numbers and dates of its source comes first, then support, then the length that reads best."""
    kept = len(specifics(written.text)) - len(specifics(source))
    return min(0, kept), written.support, -abs(count_words(written.text) / count_words(source) - _READS_BEST)
