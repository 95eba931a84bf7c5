"""Hard checks: a name, number, date or quotation of a claim that its evidence does not hold in any form.

They need no model and know no grammar. What two texts mean is left to the judge; here it counts whether the same thing
stands in both: "36%" is "36 per cent", "the US" is "the United States", "Gary Cohn" is "Gary D. Cohn".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from summarizer.language.lexicon import weekdays, words_of
from summarizer.language.names import Name, NameSource, is_headline, is_held, names
from summarizer.language.quantities import Quantity, holds, quantities
from summarizer.language.words import UNSPACED, flat, joined_initials, tokens

Kind = Literal["name", "number", "date", "quotation"]
_DATES = frozenset({"date", "weekday", "relative", "year", "decade", "time"})
_NOUNS_HAVE_CAPITALS = frozenset({"de", "lb"})
_QUOTED = re.compile(
    r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|„([^„“”]+)[“”]|「([^「」]+)」|『([^『』]+)』"
    r"|(?<!\w)[‘']([^‘’']+(?:\w['’]\w[^‘’']*)*)[’'](?!\w)"
)
_OPEN = re.compile(r"“([^“”]+)$|«([^«»]+)$|„([^„“”]+)$")
_CLOSE = re.compile(r"^([^“”]+)”|^([^«»]+)»")
_PARTED = re.compile(r"(?<=\d)([.,]) (?=\d)")
_GAP = re.compile(r"…|\.\s?\.\s?\.|\[[^\]]*\]|\([^)]*\)")
_ACCORDING_TO = frozenset({"segundo", "secondo"})
_AWAY = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
_WEEK = [day[:3] for day in weekdays()]


@dataclass(frozen=True)
class Specific:
    """A checkable detail: ``sentence[start:end] == text``."""

    kind: Kind
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.text}"


class Evidenced:
    """What some evidence texts hold, parsed once and asked many times.

    cased: whether their capitals mean anything; story: the names of all articles, by which one that the evidence gives
    in part may be given in full; around: texts in which quotations are looked up too; days: when each of the texts was
    published, as far as is known; years: those that the articles name, for days told without one; language: ISO 639-1
    code.
    """

    def __init__(
        self,
        evidence: Sequence[str],
        *,
        cased: bool | None = None,
        story: NameSource | None = None,
        around: Sequence[str] = (),
        days: Sequence[datetime | None] = (),
        years: frozenset[str] = frozenset(),
        language: str = "en",
    ) -> None:
        self.cased = is_cased(evidence) if cased is None else cased
        self.names = NameSource([joined_initials(text) for text in evidence], cased=self.cased)
        found = [_quantities(text, language) for text in evidence]
        told = [_told_on(some, day) if day else [] for some, day in zip(found, days, strict=False)]
        every = {(q.unit, q.value): q for some in (*found, *told) for q in some}
        self._quantities = every.keys()
        self._dates = [q for q in every.values() if q.unit in {"date", "year"}]
        self._quoted = [_words(text) for text in (*evidence, *around)]
        self._years = years
        self._story = story
        self._language = language
        self._openers = words_of("openers", language=language) if language != "en" else frozenset[str]()

    def holds_quantity(self, claim: Quantity) -> bool:
        """Whether the number or date stands in the evidence with the same unit."""
        if (claim.unit, claim.value) in self._quantities:
            return True
        if claim.unit == "year" and claim.value in self._years:
            return True
        day, _, year = claim.value.partition(" y")
        if claim.unit == "date" and year in self._years:
            claim = replace(claim, value=day)
        return claim.unit in {"date", "year", "ordinal"} and any(holds(claim, date) for date in self._dates)

    def holds_quotation(self, quoted: str) -> bool:
        """Whether the quoted words stand there in that order, case, punctuation and marked omissions aside."""
        parts = [part for part in map(_words, _GAP.split(quoted)) if part.strip()]
        return any(_in_order(parts, text) for text in self._quoted)

    def holds_name(self, name: Name) -> bool:
        """Whether the evidence holds the name in one of its forms, or in part and the story in full.

        Of "Ida Moe of the Greens" it may hold both parts by themselves: what they have to do with one another is for
        the judge.
        """
        if is_held(name.words, self.names):
            return True
        person, belongs = _parts(name.words)
        if belongs and is_held(person, self.names) and is_held(belongs, self.names):
            return True
        if self._story is None or not is_held(name.words, self._story):
            return False
        return any(word in self.names.capitals for word in name.words)

    def unsupported(self, text: str) -> list[Specific]:
        """The specifics of ``text`` that the evidence does not hold, in order."""
        plain = joined_initials(text)
        missing = [
            _of_quantity(plain, q)
            for q in quantities(plain, self._language)
            if _is_hard(plain, q) and not self.holds_quantity(q)
        ]
        missing += [_of_name(plain, n) for n in self._names(plain) if not self.holds_name(n)]
        missing += [quoted for quoted in quotations(plain) if not self.holds_quotation(quoted.text)]
        return sorted(missing, key=lambda specific: (specific.start, specific.kind))

    def _names(self, text: str) -> Iterator[Name]:
        """Those of ``text`` that capitals tell for sure. In German nearly every noun has one, so that one word of a run
        is enough to be held, and "Anklage der Untreue" is no name."""
        if is_headline(text):
            return
        first = next((place for place, char in enumerate(text) if char.isalnum()), 0)
        for name in names(text, self.names if self._story is None else self._story):
            opens = name.start == first
            words = name.words[opens and name.words[0] in self._openers :]
            if self._language in _NOUNS_HAVE_CAPITALS:
                written = text[name.start : name.end].split()
                if len(words) > 1 and all(w[0].isupper() for w in written) and not self.names.capitals & set(words):
                    yield name
                continue
            unsure = opens and words == name.words and self._language != "en"
            if len(words) > 1 or (words and len(words[0]) > 1 and not unsure):
                yield replace(name, words=words)


def _parts(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name of two words and more before "of", and what follows, without "the"; nothing follows in other names."""
    at = words.index("of") if "of" in words else 0
    return words[:at], tuple(word for word in words[at + 1 :] if word != "the") if at >= 2 else ()


def _quantities(text: str, language: str) -> list[Quantity]:
    """Those of a source, also where a tokenizer has parted a number: "2. 4 miles", "735, 000"."""
    joined = _PARTED.sub(r"\1", text)
    return [quantity for form in dict.fromkeys((text, joined)) for quantity in quantities(form, language)]


def _is_hard(text: str, quantity: Quantity) -> bool:
    """Whether a missing quantity tells: "first" and "last year" may be said of what is not called so, the digit of "Q4"
    is no number, and "segundo a polícia" is no second."""
    if text[quantity.start : quantity.end].lower() in _ACCORDING_TO:
        return False
    part = bool(re.search(r"[A-Za-z]$", text[: quantity.start][-1:]))
    return not part and quantity.unit != "relative" and (quantity.unit, quantity.value) != ("ordinal", "1")


def _told_on(found: Sequence[Quantity], day: datetime) -> list[Quantity]:
    """The days that "today", "on Tuesday" and a date without a year mean in a text published on ``day``."""
    meant = [day]
    for quantity in found:
        if quantity.unit == "relative" and quantity.value in _AWAY:
            meant.append(day + timedelta(days=_AWAY[quantity.value]))
        elif quantity.unit == "weekday":
            back = (day.weekday() - _WEEK.index(quantity.value[:3])) % 7
            meant += [day - timedelta(days=back), day + timedelta(days=7 - back)]
    told = []
    for one in meant:
        told.append(Quantity(0, 0, f"m{one.month} d{one.day} y{one.year}", "date"))
        told.append(Quantity(0, 0, _WEEK[one.weekday()], "weekday"))
    return told


def quotations(sentence: str) -> list[Specific]:
    """Quoted passages; one that the sentence opens or closes only is taken to its edge."""
    plain = sentence.replace("’’", "” ").replace("''", '" ')
    found: list[Specific] = []
    taken = bytearray(len(sentence) + 1)
    for pattern in (_QUOTED, _OPEN, _CLOSE):
        for match in pattern.finditer(plain):
            group = next(i for i, text in enumerate(match.groups(), start=1) if text is not None)
            start, end = match.span(group)
            if not taken[start] and tokens(sentence[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Specific("quotation", sentence[start:end], start, end))
    return found


def is_cased(texts: Sequence[str]) -> bool:
    """False when the texts are lower-cased: hardly a capital after the first word of a sentence."""
    inner = capital = 0
    for text in texts:
        for match in re.finditer(r"(?<=[\w,] )[^\W\d_]", text):
            inner += 1
            capital += match.group().isupper()
    return inner == 0 or capital / inner > 0.005


def _in_order(parts: Sequence[str], text: str) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part) - 1
    return True


def _words(text: str) -> str:
    """The words of ``text`` between blanks, or, in scripts without blanks, its characters."""
    found = [token.norm for token in tokens(joined_initials(flat(text)))]
    return "".join(found) if UNSPACED.search(text) else f" {' '.join(found)} " if found else ""


def _of_quantity(text: str, quantity: Quantity) -> Specific:
    kind: Kind = "date" if quantity.unit in _DATES else "number"
    return Specific(kind, text[quantity.start : quantity.end], quantity.start, quantity.end)


def _of_name(text: str, name: Name) -> Specific:
    return Specific("name", text[name.start : name.end], name.start, name.end)
