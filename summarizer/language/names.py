"""Proper names in running text, told by capitals, and whether other text holds them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from summarizer.cached import cached_property
from summarizer.interruption import interruptible
from summarizer.language.lexicon import by_form, months, weekdays, words_of
from summarizer.language.words import FUNCTION_WORDS, Token, stem, tokens

_CONNECTORS = words_of("connectors")
_TITLES = words_of("titles")
_OPENERS = words_of("function_words", "openers")
_COURTESIES = words_of("courtesies")
_INSTITUTIONS = words_of("institutions")
_CALENDAR = words_of("weekdays_short").union(weekdays(), months())
_ALIASES = by_form("aliases")
# Endings that make an adjective or inhabitant of a place: Iraq-i, Iran-ian, Syri-a/-an, Leban-on/-ese.
_PLACE_ENDINGS = frozenset({"", "a", "e", "ia", "o", "on", "y"})
_DEMONYM_ENDINGS = frozenset({"i", "is", "an", "ans", "n", "ns", "ian", "ians", "ese", "ish"})
_FALSE_DEMONYMS = (
    ("niger", "nigeria"),
    ("guine", "guinea"),
    ("dominic", "dominica"),
    ("mali", "malia"),
)
_LONG_ENOUGH = 4
_LONGEST_SHORT = 5
_HEADLINE, _HEADLINE_WORDS = 0.9, 5
_COMMON = re.compile(r".{2,}(?:[^s]s|ly|ness|tion|ity|ous|ive|ed|ful|ical|able|ent|est)$")


@dataclass(frozen=True)
class Name:
    """A run of capitalised words at ``start:end``; ``words`` are its normalised words, connectors included."""

    start: int
    end: int
    words: tuple[str, ...]


class NameSource:
    """Text in which names are looked up. cased: whether its capitals mean anything."""

    def __init__(self, texts: Sequence[str], *, cased: bool = True) -> None:
        self.cased = cased
        words: list[str] = []
        self.capitals: set[str] = set()
        self.lower: set[str] = set()
        self._initials: set[str] = set()
        self._demonyms: dict[str, set[str]] = {}
        self._short: set[str] = set()
        for text in texts:
            found = tokens(text)
            words += ["|", *(token.norm for token in found)]
            # "Gary D. Cohn" is also "Gary Cohn".
            short = [token.norm for token in found if len(token.norm) > 1 or not token.surface.isupper()]
            words += ["|", *short] if len(short) < len(found) else []
            self._short |= {token.norm for token in found if text[token.end : token.end + 1] == "."}
            for token in interruptible(found):
                (self.lower if token.surface[0].islower() else self.capitals).add(token.norm)
            self._initials |= {initials for name in names(text) for initials in _initials(name.words)}
        self._words = words
        self._text = f" {' '.join(words)} "
        # "US" has the norm "usa"; "us" is the pronoun, unless nothing has capitals.
        known = (alias for alias in _ALIASES if not cased or alias != "us")
        self._aliases = {_ALIASES[alias] for alias in known if f" {alias} " in self._text}
        if not cased:
            self.capitals |= self.lower

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            places.setdefault(word, []).append(place)
        return places

    def has_phrase(self, words: Sequence[str]) -> bool:
        """Whether the words stand there one after another, by their own form, an alias, initials or a demonym."""
        phrase = " ".join(words)
        if f" {phrase} " in self._text:
            return len(words) > 1 or words[0] in self.capitals or words[0] in _INSTITUTIONS
        if _ALIASES.get(phrase, phrase) in self._aliases or "".join(words) in self._initials:
            return True
        if len(words) == 1:
            return self._has_relative(words[0]) or any(_is_short_for(short, words[0]) for short in self._short)
        return bool(_initials(words) & self.capitals)

    def has_near(self, words: Sequence[str]) -> bool:
        """Whether all the words, connectors aside, stand there within one word more, in any order: "University of
        Sydney" for "Sydney University"."""
        wanted = {word for word in words if word not in _CONNECTORS}
        for place in self._places.get(min(wanted), ()) if len(wanted) > 1 else ():
            near = self._words[max(0, place - len(wanted)) : place + len(wanted) + 1]
            middle = min(place, len(wanted))
            for first in range(middle + 1):
                window = near[first : first + len(wanted) + 1]
                if wanted <= set(window) and "|" not in window:
                    return True
        return False

    def _has_relative(self, word: str) -> bool:
        """A plural or a demonym of a capitalised word there."""
        if len(word) < _LONG_ENOUGH:
            return False
        near = self._demonyms.get(word[:3])
        if near is None:
            near = self._demonyms[word[:3]] = {other for other in self.capitals if other[:3] == word[:3]}
        return any(_are_relatives(word, other) for other in near)


def _is_short_for(short: str, word: str) -> bool:
    """ "Calif." for California, "Md." for Maryland: the same first letter, and the others in order."""
    if not 2 <= len(short) <= min(_LONGEST_SHORT, len(word) - 2) or short[0] != word[0]:
        return False
    letters = iter(word)
    return (
        word.startswith(short)
        or (len(short) == 2 and short[1] == word[-1])
        or (len(short) > 2 and all(letter in letters for letter in short) and short[-1] == word[-1])
    )


def is_headline(text: str) -> bool:
    """Whether all words have a capital, or nearly all longer ones, so that capitals tell no names."""
    words = [token.surface for token in tokens(text) if token.surface[0].isalpha()]
    capital = [word[0].isupper() for word in words]
    longer = [word[0].isupper() for word in words if len(word) >= _LONG_ENOUGH]
    return (len(words) >= _HEADLINE_WORDS and all(capital)) or (
        len(longer) > _HEADLINE_WORDS and sum(longer) > _HEADLINE * len(longer)
    )


def names(text: str, source: NameSource | None = None) -> list[Name]:
    """Names of ``text``, in order. A capitalised word that opens a sentence or quotation counts unless it is an
    ordinary opener, or ``source`` writes it in lower case; calendar words never count."""
    found: list[Name] = []
    run: list[Token] = []
    words = tokens(text)
    for i, token in enumerate(words):
        capital = _is_capital(token) and not _is_ordinary(text, words, i, source)
        gap = text[run[-1].end : token.start] if run else ""
        possessive = bool(run) and run[-1].surface.endswith(("'s", "’s"))
        if run and (possessive or not _joins(gap, run[-1]) or not (capital or token.norm in _CONNECTORS)):
            _close(run, found)
            run = []
        if capital or (run and token.norm in _CONNECTORS):
            run.append(token)
    _close(run, found)
    return found


def _joins(gap: str, last: Token) -> bool:
    return gap in {" ", "-", "‑", " & "} or (
        gap == ". " and (len(last.norm) == 1 or last.norm in _TITLES | {"st", "jr"})
    )


def _is_capital(token: Token) -> bool:
    return token.surface[0].isupper() and token.norm not in _CALENDAR and token.norm not in {"i", "i'm", "i've", "i'll"}


def _is_ordinary(text: str, words: Sequence[Token], i: int, source: NameSource | None) -> bool:
    token = words[i]
    if token.surface[1:].lower() != token.surface[1:]:
        return False
    if i and not re.search(r"[.!?:;“”\"‘«»„—–•|\n(\[]|(?<!\w)'", text[words[i - 1].end : token.start]):
        return token.norm in FUNCTION_WORDS
    if token.norm in _ALIASES:
        return False
    if token.norm in _OPENERS or token.norm.endswith("ing") or "'" in token.norm or _COMMON.match(token.norm):
        return True
    return source is not None and token.norm in source.lower


def _close(run: list[Token], found: list[Name]) -> None:
    while run and run[-1].norm in _CONNECTORS:
        run.pop()
    if run:
        found.append(Name(run[0].start, run[-1].end, tuple(token.norm for token in run)))


def _initials(words: Sequence[str]) -> set[str]:
    """ "international criminal court" -> {"icc"}; with and without connectors; three letters at least."""
    kinds = {"".join(w[0] for w in words), "".join(w[0] for w in words if w not in _CONNECTORS)}
    return {letters for letters in kinds if len(letters) > 2}


def _are_relatives(word: str, other: str) -> bool:
    shared = 0
    while shared < min(len(word), len(other)) and word[shared] == other[shared]:
        shared += 1
    if word in {other + "s", other + "es"} or other in {word + "s", word + "es"}:
        return True
    if any({word, other} <= {w + e for w in pair for e in ("", "n", "ns", "an", "ans", "ien", "iens")}
           and not (word.startswith(pair[1]) and other.startswith(pair[1])) for pair in _FALSE_DEMONYMS):  # fmt: skip
        return False
    for cut in range(shared, max(_LONG_ENOUGH, shared - 1) - 1, -1):
        rests = word[cut:], other[cut:]
        if any(a in _DEMONYM_ENDINGS and b in _PLACE_ENDINGS | _DEMONYM_ENDINGS for a, b in (rests, rests[::-1])):
            return True
    return False


def is_held(words: Sequence[str], source: NameSource) -> bool:
    """Whether ``source`` holds the name: whole, as part of a longer one, or after titles and nationalities.

    "Iraqi Foreign Minister Fuad Hussein" may be put together from "Iraqi", titles and "Fuad Hussein"; "Antony Hussein"
    may not be put together from "Antony Blinken" and "Fuad Hussein".
    """
    words = tuple(words)
    if source.has_phrase(words):
        return True
    plain = [word for word in words if len(word) > 1]
    if len(plain) > 1 and ((len(plain) < len(words) and source.has_phrase(plain)) or source.has_near(plain)):
        return True
    for cut in range(len(words) - 1, 0, -1):
        left, right = words[:cut], words[cut:]
        apart = _may_precede(left, source) or (right[0] in _TITLES and source.has_phrase(left)) or _seated(left, right)
        if (
            apart
            and is_held(_without_connector(right), source)
            and (_may_precede(left, source) or is_held(left, source))
        ):
            return True
    return False


def _seated(left: Sequence[str], right: Sequence[str]) -> bool:
    """ "President Omar al-Bashir" + "of Sudan": a titled person and a place."""
    return right[0] == "of" and len(left) > 1 and left[0] in _TITLES


def _may_precede(words: Sequence[str], source: NameSource) -> bool:
    """Titles that the source uses, and places or peoples standing before a name."""
    words = words[:-1] if words[-1] in _CONNECTORS else words
    if not words:
        return True
    if all(word in _TITLES for word in words):
        return all(word in _COURTESIES or f" {word} " in source._text for word in words)
    return (
        " ".join(words) in _ALIASES
        or words == ("democratic",)
        or (len(words) == 1 and words[0].endswith(("i", "an", "ese")))
    ) and (source.has_phrase(words))


def _without_connector(words: Sequence[str]) -> Sequence[str]:
    return words[1:] if len(words) > 1 and words[0] in _CONNECTORS else words


def person_key(words: Sequence[str]) -> str:
    """The word by which a name is repeated: its last ("blinken"), stemmed nowhere, titles skipped."""
    rest = [word for word in words if word not in _TITLES]
    return rest[-1] if rest else words[-1]


def full_name(name: Name) -> tuple[str, ...]:
    """The given and last names of a person named in full, titles skipped; empty for what cannot be one."""
    rest = name.words
    while rest and rest[0] in _TITLES:
        rest = rest[1:]
    person = 2 <= len(rest) <= 3 and all(word.replace("'", "").isalpha() and word not in _CONNECTORS for word in rest)
    return rest if person and not set(rest) & (_INSTITUTIONS | _TITLES) and " ".join(rest) not in _ALIASES else ()


def bare_name(name: Name) -> str:
    """The last name of somebody named by nothing else, "Mr." aside; empty for any other name."""
    rest = [word for word in name.words if word not in _COURTESIES]
    known = _TITLES | _INSTITUTIONS | _ALIASES.keys()
    return rest[0] if len(rest) == 1 and rest[0].isalpha() and rest[0] not in known else ""


def name_keys(text: str) -> frozenset[str]:
    """A key for each name, aliases folded, for comparing who is named."""
    keys = set()
    for name in names(text):
        last = person_key(name.words)
        keys.add(stem(_ALIASES.get(" ".join(name.words), _ALIASES.get(last, last))))
    return frozenset(keys)
