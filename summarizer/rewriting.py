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
REDRAWS = Limits(candidates=4, temperature=0.8)
"""For sentences of which no first answer may stand."""


class Request(NamedTuple):
    """A prompt, and the source row that its answer may stand for, with the text that it is shown."""

    row: int
    source: str
    prompt: Prompt


class Offer(NamedTuple):
    """A wording that the check supports and that may stand for source row ``row``."""

    row: int
    sentence: SummarySentence


def rewritten(
    rows: Sequence[int], sources: Sources, generator: Generator, options: SummaryOptions, made: Draft
) -> dict[int, Piece]:
    """For each row its best supported rewriting, else the sentence itself, shortened."""
    asked = [request for row in rows for request in requests(row, sources)]
    best: dict[int, SummarySentence] = {}
    for limits in (Limits(), REDRAWS):
        open_ones = [request for request in asked if request.row not in best]
        drawn = generator.generate(
            [request.prompt for request in open_ones], limits.model_copy(update={"seed": options.seed})
        )
        made.count(drawn)
        found: dict[int, SummarySentence] = {}
        for row, sentence in offers(open_ones, drawn, sources):
            source = sources.sentences[row].text
            found[row] = max(found.get(row, sentence), sentence, key=lambda s: merit(s, source))
        best |= found
    plain = verbatim([row for row in rows if row not in best], sources, TIGHT)
    return {row: Piece(row, best[row]) if row in best else plain[row] for row in rows}


def requests(row: int, sources: Sources) -> Iterator[Request]:
    """What is asked for sentence ``row``: itself at several lengths, and fused with what another article tells."""
    text = shorten(sources.sentences[row].text)
    length = count_words(text)
    for words in dict.fromkeys(max(_FEWEST, round(share * length)) for share in _LENGTHS):
        if words < length:
            yield Request(row, text, _prompt((row,), (text,), min(words, _MOST), sources))
    other = _told_elsewhere(row, sources)
    if other is not None:
        both = (text, shorten(sources.sentences[other].text))
        words = min(_MOST, round(_FUSED * sum(map(count_words, both))))
        yield Request(row, " ".join(both), _prompt((row, other), both, max(_FEWEST, words), sources))


def offers(asked: Sequence[Request], drawn: Sequence[Sequence[Candidate]], sources: Sources) -> list[Offer]:
    """The candidates, one sequence a request, that may stand for their source; each wording once."""
    offered = dict.fromkeys(
        (request.row, text)
        for request, candidates in zip(asked, drawn, strict=True)
        for candidate in candidates
        if candidate.finished and may_stand_for(text := _mended(candidate.text, request), request.source)
    )
    checked = sources.ground([text for _, text in offered])
    return [
        Offer(row, found.sentence)
        for (row, _), found in zip(offered, checked, strict=True)
        if _cites(found, sources.sentences[row])
    ]


def merit(written: SummarySentence, source: str) -> tuple[int, float, float]:
    """Keeping names, numbers and dates of its source comes first, then support, then the length that reads best."""
    kept = len(specifics(written.text)) - len(specifics(source))
    return min(0, kept), written.support, -abs(count_words(written.text) / count_words(source) - _READS_BEST)


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


def _mended(text: str, asked: Request) -> str:
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
