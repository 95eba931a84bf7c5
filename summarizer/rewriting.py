"""Source sentences rewritten one by one, or two that tell one fact fused (Barzilay & McKeown 2005).

This is how the embedded model writes: it loses its way over a whole story, but it was fine-tuned to say in fewer words
what one or two sentences say. Each sentence is asked for at several lengths; of the wordings that the check supports
the best is taken, and where there is none the source's own sentence stands, shortened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from summarizer.generation.base import Candidate, Generator, Limits, Passage, Prompt
from summarizer.grounding import Grounded
from summarizer.pieces import TIGHT, Draft, Piece, tidy, verbatim
from summarizer.shorten import shorten
from summarizer.sources import Sources
from summarizer.specifics import specifics
from summarizer.stand_in import may_stand_for, with_speaker
from summarizer.types import Sentence, SummaryOptions, SummarySentence
from summarizer.words import count_words

_LENGTHS = (0.6, 0.8)  # words asked for over those of the source
_FUSED = 0.6  # the same of two sentences
_FEWEST, _MOST = 9, 34  # words asked for
_SAME, _COPY = 0.6, 0.92  # cosines between which two articles tell one fact in two ways
_READS_BEST = 0.7  # words of a rewriting over those of its source
_REDRAWS = Limits(candidates=4, temperature=0.8)


class _Asked(NamedTuple):
    """A prompt, and the source row that its answer may stand for."""

    row: int
    source: str
    prompt: Prompt


def rewritten(
    rows: Sequence[int],
    sources: Sources,
    generator: Generator,
    options: SummaryOptions,
    made: Draft,
) -> dict[int, Piece]:
    """For each row its best supported rewriting, else the sentence itself, shortened."""
    asked = [one for row in rows for one in _asked(row, sources)]
    best: dict[int, SummarySentence] = {}
    for limits in (Limits(seed=options.seed), _REDRAWS.model_copy(update={"seed": options.seed})):
        open_ones = [one for one in asked if one.row not in best]
        drawn = generator.generate([one.prompt for one in open_ones], limits)
        made.count(drawn)
        best |= _best(open_ones, drawn, sources)
    plain = verbatim([row for row in rows if row not in best], sources, TIGHT)
    return {row: Piece(row, best[row]) if row in best else plain[row] for row in rows}


def _best(
    asked: Sequence[_Asked],
    drawn: Sequence[Sequence[Candidate]],
    sources: Sources,
) -> dict[int, SummarySentence]:
    """The best supported answer for each row that has one."""
    offered = dict.fromkeys(
        (one.row, text)
        for one, candidates in zip(asked, drawn, strict=True)
        for candidate in candidates
        if candidate.finished and may_stand_for(text := _mended(candidate.text, one), one.source)
    )
    checked = sources.ground([text for _, text in offered])
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


def _mended(text: str, asked: _Asked) -> str:
    """``text`` with the marks of its source, where small models write the typewriter's, and with who said it, which
    they leave out when it stands at the end. Of two sources it is not known whose words were taken."""
    text, source = tidy(text), asked.source
    if len(asked.prompt.passages) == 1:
        text = with_speaker(text, source)
    if "’" in source and "'" not in source:
        text = text.replace("'", "’")
    if "“" in source and '"' not in source:
        text = re.sub(r'"([^"]*)"', r"“\1”", text)
    return text


def _cites(found: Grounded, sentence: Sentence) -> bool:
    return found.sentence.supported and any(
        c.document == sentence.document and c.start <= sentence.start and sentence.end <= c.end
        for c in found.sentence.citations
    )


def _merit(written: SummarySentence, source: str) -> tuple[int, float, float]:
    """Keeping names, numbers and dates of its source comes first, then support, then the length that reads best."""
    kept = len(specifics(written.text)) - len(specifics(source))
    return min(0, kept), written.support, -abs(count_words(written.text) / count_words(source) - _READS_BEST)
