"""A summary of the articles' own sentences: the salient ones, shortened where that is safe, in reading order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from summarizer.interruption import interruptible
from summarizer.language.words import count_words
from summarizer.selection.cohesion import adds_little, opens_dangling, order, repeats
from summarizer.selection.mentions import stems
from summarizer.selection.mmr import extract
from summarizer.selection.shorten import shorten
from summarizer.selection.vocabulary import Phrases
from summarizer.types import SummaryOptions, SummarySentence
from summarizer.writing.chosen_points import can_stand_alone
from summarizer.writing.draft import TIGHT, Draft, Piece, verbatim
from summarizer.writing.story import Story

ROOM = 1.7
"""Words of the sentences that are shortened over ``max_words``."""

_POOL = 200  # most salient sentences that the summary is chosen from; bounds the cost on very long input
_MIN_WORDS = 8  # a shorter sentence says little away from its place
_WITH_ANTECEDENT = 0.5  # of max_words: the most for a sentence together with the one it points back to
_MUCH_ROOM = 0.5  # of max_words


def extracts(story: Story, options: SummaryOptions, made: Draft) -> list[SummarySentence]:
    """The summary's sentences, each cited, at most ``options.max_words`` together."""
    rows, antecedents = worth_telling(story, options.max_words)
    made.rows = with_antecedents(rows, antecedents)
    pieces = verbatim(made.rows, story, TIGHT)
    # Best first; before each the one it points back to, if it does.
    groups = [[pieces[r] for r in ([antecedents[row], row] if row in antecedents else [row])] for row in rows]
    return assemble(groups, story, options.max_words)


def worth_telling(story: Story, max_words: int) -> tuple[list[int], dict[int, int]]:
    """Rows that a summary of ``max_words`` may be made of, best first, and of each that needs it the row before."""
    rows = salient(story, int(max_words * ROOM))
    antecedents = {row: row - 1 for row in interruptible(rows) if _points_back(row, story)}
    return [row for row in rows if story.quotable[antecedents.get(row, row)]], antecedents


def with_antecedents(rows: Sequence[int], antecedents: Mapping[int, int]) -> list[int]:
    """``rows``, then those before them that they need."""
    return list(dict.fromkeys([*rows, *(antecedents[row] for row in rows if row in antecedents)]))


def assemble(pieces: Sequence[Sequence[Piece]], story: Story, max_words: int) -> list[SummarySentence]:
    """The summary that ``pieces`` make, best first: as many as fit, none twice, what points back after what it points
    to, the words left used, in reading order."""
    chosen = _filled(_fitting(pieces, max_words, story), story, max_words)
    chosen = _given_back(chosen, story, max_words)
    return [piece.checked for piece in _introduced(_ordered(chosen, story), story, max_words)]


def salient(story: Story, budget: int) -> list[int]:
    """Rows worth a sentence of the summary, best first, about ``budget`` words of them."""
    ranked = np.argsort(-story.relevance, kind="stable")
    pool = np.sort([row for row in ranked[story.quotable[ranked]][:_POOL].tolist() if row not in story.passed])
    words = np.array([count_words(shorten(story.sentences[row].text)) for row in interruptible(pool)], dtype=np.int64)
    phrases = Phrases([story.phrases.of[row] for row in pool], story.phrases.weight)
    return [int(pool[i]) for i in extract(story.vectors[pool], story.relevance[pool], words, budget, phrases)]


def _points_back(row: int, story: Story) -> bool:
    """Whether a sentence needs the one before it in its article."""
    follows = row > 0 and story.voices[row - 1] == story.voices[row]
    text = shorten(story.sentences[row].text)
    return bool(follows) and (opens_dangling(text) or bool(story.mentions.needs(text, row)))


def _fitting(pieces: Sequence[Sequence[Piece]], max_words: int, story: Story) -> list[Piece]:
    """Pieces in turn, as far as the words reach; none that repeats an earlier one.

    The last of each sequence is wanted; what stands before it comes along when it cannot stand without.
    """
    chosen: list[Piece] = []
    left = max_words
    # Twice: what a later one tells may be what an earlier one needs.
    for *before, wanted in interruptible((*pieces, *pieces)):
        taken = {piece.row for piece in chosen}
        needed = [piece for piece in before if piece.row not in taken and not _stand([wanted], chosen, story)]
        group = [*needed, wanted]
        length = sum(count_words(piece.checked.text) for piece in group)
        if (
            wanted.row not in taken
            and length <= (min(left, max_words * _WITH_ANTECEDENT) if needed else left)
            and count_words(wanted.checked.text) >= _MIN_WORDS
            and _stand(group, chosen, story)
            and not any(_repeats_any(piece, chosen, story) for piece in group)
        ):
            chosen += group
            left -= length
    return chosen


def _stand(group: Sequence[Piece], chosen: Sequence[Piece], story: Story) -> bool:
    """Whether each has what it needs told before it: the sentence that stood there, or what names its subject."""
    for place, piece in enumerate(group):
        others = [*chosen, *group[:place]]
        if any(o.row == piece.row - 1 and story.voices[o.row] == story.voices[piece.row] for o in others):
            continue
        told = frozenset[str]().union(*(stems(other.checked.text) for other in others))
        if opens_dangling(piece.checked.text) or story.mentions.needs(piece.checked.text, piece.row) - told:
            return False
    return True


def _repeats_any(piece: Piece, chosen: Sequence[Piece], story: Story) -> bool:
    """Whether one of ``chosen`` has told it, or all of them together."""
    return adds_little(piece.checked.text, [other.checked.text for other in chosen]) or any(
        repeats(other.checked.text, piece.checked.text, float(story.vectors[other.row] @ story.vectors[piece.row]))
        for other in chosen
    )


def _filled(chosen: list[Piece], story: Story, max_words: int) -> list[Piece]:
    """Use the words that are left for further salient sentences, shortened to fit."""
    left = max_words - sum(count_words(piece.checked.text) for piece in chosen)
    taken = {piece.row for piece in chosen}
    for row in interruptible(np.argsort(-story.relevance, kind="stable")[:_POOL].tolist()):
        if left < _MIN_WORDS:
            break
        text = shorten(story.sentences[row].text, left)
        if (
            row in taken
            or row in story.passed
            or not story.quotable[row]
            or not _MIN_WORDS <= count_words(text) <= left
            or not can_stand_alone(text)
        ):
            continue
        piece = verbatim([row], story, left)[row]
        length = count_words(piece.checked.text)
        if length <= left and _stand([piece], chosen, story) and not _repeats_any(piece, chosen, story):
            chosen = [*chosen, piece]
            left -= length
    return chosen or _shortest(story)


def _given_back(pieces: Sequence[Piece], story: Story, max_words: int) -> list[Piece]:
    """The same, with what was left out of them put back, best first, while much of ``max_words`` is unused."""
    left = max_words - sum(count_words(piece.checked.text) for piece in pieces)
    if left < max_words * _MUCH_ROOM:
        return list(pieces)
    whole = verbatim([piece.row for piece in pieces], story)
    made: list[Piece] = []
    for piece in pieces:
        longer = count_words(whole[piece.row].checked.text) - count_words(piece.checked.text)
        taken = left >= max_words * _MUCH_ROOM and 0 < longer <= left
        made.append(whole[piece.row] if taken else piece)
        left -= longer if taken else 0
    return made


def _shortest(story: Story) -> list[Piece]:
    """When nothing fits: the most salient of the shortest sentences, whole. It is the one case beyond max_words."""
    lengths = [count_words(shorten(s.text, 0)) for s in interruptible(story.sentences)]
    row = min(range(len(lengths)), key=lambda row: (lengths[row], -float(story.relevance[row]), row))
    return [verbatim([row], story, 0)[row]]


def _ordered(pieces: list[Piece], story: Story) -> list[Piece]:
    places = [
        story.sentences[p.row].model_copy(update={"text": p.checked.text}) for p in pieces
    ]  # the order looks at how the written sentence opens, not at how its source did
    lengths = {d.id: sum(s.document == d.id for s in story.sentences) for d in story.independent}
    published = {d.id: d.published for d in story.independent if d.published}
    rows = np.array([p.row for p in pieces], dtype=np.int64)
    needs = [story.mentions.needs(p.checked.text, p.row) for p in pieces]
    # What introduces itself opens before what does not, however salient that is; where nothing tells, the earliest.
    weight = [
        float(story.relevance[p.row]) + (can_stand_alone(p.checked.text) and not need)
        for p, need in zip(pieces, needs, strict=True)
        if story.language == "en"
    ]
    found = order(places, lengths, vectors=story.vectors[rows], published=published, weight=weight, needs=needs)
    return [pieces[i] for i in found]


def _introduced(pieces: Sequence[Piece], story: Story, max_words: int) -> list[Piece]:
    """The same, with people named in full where they are first met, as far as the words reach."""
    left = max_words - sum(count_words(piece.checked.text) for piece in pieces)
    made: list[Piece] = []
    for piece in pieces:
        own = piece.checked.text
        text = story.mentions.introduced(own, piece.row, " ".join(before.checked.text for before in made))
        longer = count_words(text) - count_words(own)
        if text != own and longer <= left:
            [found] = story.ground([text])
            if found.sentence.supported:
                piece, left = Piece(piece.row, found.sentence), left - longer
        made.append(piece)
    return made
