"""A sentence read once: its content words, names, and the cues that bend what it asserts, each with its scope."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from summarizer.names import name_keys
from summarizer.quantities import quantities
from summarizer.words import Token, is_content, is_irregular, stem, tokens

_NEGATIONS = frozenset(
    """no not never none nobody nothing neither nor without cannot deny denied denies denying refuse refused refuses
    refusing reject rejected rejects rejecting decline declined declines declining fail failed fails failing
    unable lack lacks lacked unlikely hardly barely stop stopped prevent prevented halt halted avoid avoided
    cancel canceled cancelled false falsely dismiss dismissed oppose opposed opposes opposing
    against ban banned""".split()
)
_HEDGES = frozenset(
    """may might could would should maybe possible possibly likely perhaps alleged allegedly allege alleges reportedly
    apparently suspect suspected suspects accused accuses accuse accusing claim claims claimed claiming believe
    believes believed suggest suggests suggested appear appears appeared seem seems seemed if whether unless argue
    argues argued warn warns warned warning fear fears feared potential potentially rumored purported supposedly
    probably think thinks thought charged charges concern concerns former formerly some partly predict predicts
    predicted imply""".split()
)
_INTENTS = frozenset(
    """will 'll shall plan plans planned planning expect expects expected intend intends intended aim aims aimed
    consider considers considered considering propose proposes proposed hope hopes hoped hoping want wants
    wanted seek seeks sought seeking threaten threatens threatened threatening urge urges urged urging ask asks
    asked asking call calls called calling promise promises promised pledge pledges pledged vow vows vowed
    commit commits committed agree agrees agreed scheduled slated set poised upcoming demand demands demanded try tries
    tried trying attempt attempts attempted request requests requested recommend recommends recommended bid
    offer offers offered ready prepare prepares prepared preparing about going nominee nominate nominated due""".split()
)
REPORTING = frozenset(
    """said say says told tell tells announced announces announce stated states added adds reported reports according
    noted notes wrote writes declared declares confirmed confirms explained""".split()
)
_ACCUSING = frozenset("accuse accused accuses accusing suspect suspected suspects convicted".split())
_CONNECTIVES = frozenset(
    "and but while as after before who which when where because although though since that".split()
)
# "suggested Wednesday that …": the day is not what is suggested.
_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow morning afternoon evening night
    late early""".split()
)
_BREAKS = frozenset(
    "but although though while whereas because however who which where after before when following".split()
)
_WIDE, _HEADS, _PAIR, _LEAP = 6, 2, 2, 4


@dataclass(frozen=True)
class Cue:
    """A negation or modal word; ``heads`` are the first content stems after it, ``scope`` the first few."""

    word: str
    heads: tuple[str, ...]
    scope: frozenset[str]


class Reading:
    """A sentence read once for all checks; cheap until asked."""

    def __init__(self, text: str, language: str = "en") -> None:
        self.text = text
        self.language = language
        self.tokens = tokens(text)
        self.norms = [_expand(token) for token in self.tokens]
        self.stems = [stem(token.norm, language) if is_content(token.norm) else "" for token in self.tokens]

    @cached_property
    def content(self) -> list[str]:
        """Stems of the content words in order; reporting verbs are one."""
        return ["say" if n in REPORTING else s for n, s in zip(self.norms, self.stems, strict=True) if s]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct content stems."""
        return frozenset(self.content)

    @cached_property
    def negations(self) -> list[Cue]:
        """Negating words with their scopes."""
        return self._cues(_NEGATIONS)

    @cached_property
    def hedges(self) -> list[Cue]:
        """Words that leave open whether something is so."""
        return self._cues(_HEDGES)

    @cached_property
    def intents(self) -> list[Cue]:
        """Words that say something is planned, wanted or asked for."""
        return self._cues(_INTENTS)

    @cached_property
    def keys(self) -> list[tuple[int, str]]:
        """(token index, key) of each name."""
        starts = {token.start: i for i, token in enumerate(self.tokens)}
        return [(starts[offset], key) for offset, key in name_keys(self.text) if offset in starts]

    def is_capital(self, place: int) -> bool:
        """Whether content word ``place`` is written with a capital."""
        return self.tokens[self._spots[place]].surface[0].isupper()

    @cached_property
    def _spots(self) -> list[int]:
        return [i for i, found in enumerate(self.stems) if found]

    def breaks_before(self, place: int) -> bool:
        """Whether a clause may begin before content word ``place``: a mark or connective since the one before it."""
        spots = self._spots
        before, after = self.tokens[spots[place - 1]], self.tokens[spots[place]]
        between = self.norms[spots[place - 1] + 1 : spots[place]]
        marked = re.search(r"[,;:—–()]|\s-\s", self.text[before.end : after.start])
        return bool(marked) or any(norm in _CONNECTIVES for norm in between)

    def parts(self, left: int, right: int) -> bool:
        """Whether a clause ends between content words ``left`` and ``right`` and no pair of marks encloses the rest."""
        spots = self._spots
        between = range(spots[left] + 1, spots[right])
        if right - left <= _LEAP and not any(self.norms[i] in _CONNECTIVES for i in between):
            return False
        stretch = self.text[self.tokens[spots[left]].end : self.tokens[spots[right]].start]
        return len(re.findall(r"[,;:—–()]|\s-\s", stretch)) < _PAIR

    def is_compound(self, place: int) -> bool:
        """Whether token ``place`` goes on a phrase: a content word straight after another, no adverb, number or day."""
        gap = self.text[self.tokens[place - 1].end : self.tokens[place].start]
        norm = self.norms[place]
        if gap != " " or not self.stems[place] or not self.stems[place - 1] or norm.endswith(("ly", "ed", "ing")):
            return False
        days = [quantity for quantity in quantities(self.text) if quantity.start <= self.tokens[place].start]
        near = any(quantity.end >= self.tokens[place - 1].start for quantity in days)
        return not near and not is_irregular(norm) and norm not in REPORTING

    def _cues(self, words: frozenset[str]) -> list[Cue]:
        found = []
        for i, norm in enumerate(self.norms):
            if norm in words and not (norm == "may" and i and self.tokens[i].surface[0].isupper()):
                accused = norm in _ACCUSING and "of" in self.norms[i + 1 : i + 1 + _WIDE]
                scope = self._scope(self.norms.index("of", i) + 1 if accused else i + 1)
                found.append(Cue(norm, tuple(scope[:_HEADS]), frozenset(scope)))
        return found

    def _scope(self, begin: int) -> list[str]:
        scope: list[str] = []
        for i in range(begin, len(self.tokens)):
            gap = self.text[self.tokens[i - 1].end : self.tokens[i].start] if i else ""
            if len(scope) >= _WIDE or self.norms[i] in _BREAKS or re.search(r"[,;:—–”\"]", gap):
                break
            if self.stems[i] and self.norms[i] not in _CALENDAR:
                scope.append(self.stems[i])
        return scope


def _expand(token: Token) -> str:
    if token.norm.endswith(("n't", "nt")) and token.norm not in {"want", "went"} and "'" in token.norm:
        return "not"
    return "will" if token.norm.endswith("'ll") else token.norm
