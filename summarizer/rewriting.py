"""Source sentences rewritten one by one.

This is how the embedded model writes: it loses its way over a whole story, but it was fine-tuned to say in fewer words
what one sentence says. Each sentence is asked for at several lengths. Of what the model leaves out, that goes which
may go; of the wordings that the check supports the best is taken, and where there is none the source's own sentence
stands, shortened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from summarizer.deletions import without_small_words
from summarizer.generation.base import Candidate, Generator, Limits, Passage, Prompt
from summarizer.pieces import TIGHT, Draft, Piece, verbatim
from summarizer.shorten import is_well_formed, shorten
from summarizer.sources import Sources
from summarizer.stand_in import shorter
from summarizer.types import Sentence, SummaryOptions, SummarySentence
from summarizer.verification.grounding import Grounded
from summarizer.verification.hard_checks import specifics
from summarizer.words import count_words

_LENGTHS = (0.6, 0.8)  # words asked for over those of the source
_FEWEST, _MOST = 9, 34  # words asked for
_READS_BEST = 0.8  # words of a rewriting over those of its source


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
    drawn = generator.generate([request.prompt for request in asked], Limits(seed=options.seed))
    made.count(drawn)
    best: dict[int, SummarySentence] = {}
    for row, sentence in offers(asked, drawn, sources):
        source = sources.sentences[row].text
        best[row] = max(best.get(row, sentence), sentence, key=lambda s: merit(s, source))
    plain = _plain([row for row in rows if row not in best], sources)
    return {row: Piece(row, best[row]) if row in best else plain[row] for row in rows}


def _plain(rows: Sequence[int], sources: Sources) -> dict[int, Piece]:
    """The sentences themselves, shortened, and without their small words where the check agrees."""
    found = verbatim(rows, sources, TIGHT)
    texts = [without_small_words(found[row].checked.text) for row in rows]
    for row, cut in zip(rows, sources.ground(texts), strict=True):
        if is_well_formed(cut.sentence.text) and _cites(cut, sources.sentences[row]):
            found[row] = Piece(row, cut.sentence)
    return found


def requests(row: int, sources: Sources) -> Iterator[Request]:
    """What is asked for sentence ``row``: itself, shortened, at several lengths."""
    text = shorten(sources.sentences[row].text)
    length = count_words(text)
    for words in dict.fromkeys(max(_FEWEST, round(share * length)) for share in _LENGTHS):
        if words < length:
            yield Request(row, text, _prompt(row, text, min(words, _MOST), sources))


def offers(asked: Sequence[Request], drawn: Sequence[Sequence[Candidate]], sources: Sources) -> list[Offer]:
    """What the candidates, one sequence a request, make of their sources that may stand for them; each wording once."""
    offered = dict.fromkeys(
        (request.row, text)
        for request, candidates in zip(asked, drawn, strict=True)
        for candidate in candidates
        if candidate.finished and (text := shorter(candidate.text, request.source))
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


def _prompt(row: int, text: str, max_words: int, sources: Sources) -> Prompt:
    passage = Passage(document=sources.sentences[row].document, sentences=(text,), salience=(1.0,))
    return Prompt(task="rewrite", passages=(passage,), max_words=max_words, language=sources.language)


def _cites(found: Grounded, sentence: Sentence) -> bool:
    return found.sentence.supported and any(
        c.document == sentence.document and c.start <= sentence.start and sentence.end <= c.end
        for c in found.sentence.citations
    )
