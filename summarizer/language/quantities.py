"""Numbers and dates in running text, brought to one form: "2,500" = "twenty-five hundred", "Jan. 15" = "15 January"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from summarizer.language.lexicon import by_form, either_of, months, table, weekdays, words_of
from summarizer.language.words import flat

_SCALES: dict[str, int] = table("scales")
_SHORT_SCALES: dict[str, int] = table("short_scales")
_CURRENCY = by_form("currencies")
_ATOM = re.compile(r"[$€£¥%]|(?<!\d)\d{1,3}(?:, ?\d{3})+(?:\.\d+)?(?!\d)|\d+:\d\d\b|\d+(?:\.\d+)?|[^\W\d_]+")
_UNSURE = re.compile(r"\d{1,3}\.\d\d0")  # "16.000" is 16 or 16,000, as it was written where it comes from
_SPOKEN = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})
"""Languages whose number words text2num knows."""
_NO_NUMBERS = words_of("no_numbers")

_CAPITAL_MONTHS = words_of("months_with_capital")
_UNSURE_MONTHS = _CAPITAL_MONTHS | words_of("months_after_preposition")
_SHORT = 4  # letters of a month that may well be another word
_BEFORE_MONTH = re.compile(rf"\b{either_of('before_a_month')}[ -]$", re.I)
_RELATIVE = re.compile(rf"\b{either_of('relative_days')}\b", re.I)


@dataclass(frozen=True)
class Quantity:
    """A number or date at ``start:end``; ``value`` is its canonical form, and what is compared.

    unit: "%", a currency sign, "ordinal", "year", "decade", "time", "date", "weekday", "relative" or "".
    """

    start: int
    end: int
    value: str
    unit: str


def quantities(text: str, language: str = "en") -> list[Quantity]:
    """Every number and date of ``text``, in order; their words may be of English or of ``language``."""
    plain = flat(text)
    dates = _dates(plain, _Calendar.of(language))
    masked = list(plain)
    for date in dates:
        masked[date.start : date.end] = ";" * (date.end - date.start)
    spoken = language if language in _SPOKEN else "en"
    return sorted([*dates, *_Numbers("".join(masked), spoken)], key=lambda quantity: quantity.start)


def holds(claim: Quantity, source: Quantity) -> bool:
    """Whether ``source`` says what ``claim`` says: a date may be told less exactly, never more."""
    if claim.unit == "date" and source.unit == "date":
        return all(part in source.value.split() for part in claim.value.split())
    if claim.unit == "year" and source.unit == "date":
        return f"y{claim.value}" in source.value.split()
    if claim.unit == "ordinal" and source.unit == "date":
        return f"d{claim.value}" in source.value.split()
    if claim.unit == "date" and source.unit == "year":
        return claim.value == f"y{source.value}"
    return claim.value == source.value and claim.unit == source.unit


@dataclass(frozen=True)
class _Calendar:
    """How days are written: patterns, numbers of the months, days of the week by their first English letters."""

    forms: tuple[re.Pattern[str], ...]
    month: re.Pattern[str]
    weekday: re.Pattern[str]
    months: dict[str, int]
    days: dict[str, str]

    @classmethod
    @cache
    def of(cls, language: str) -> _Calendar:
        names = months(language) | months()
        days = {
            day: en[:3] for own in (weekdays(language), weekdays()) for day, en in zip(own, weekdays(), strict=True)
        }
        month = f"(?P<month>{'|'.join(names)})\\b\\.?"
        nth, of, year = r"(?:st|nd|rd|th)?\b", "(?:of )?", r"(?P<year>[12]\d{3})\b(?![,.]\d)"
        if language != "en":
            nth, of, year = r"(?:st|nd|rd|th|er|[.º])?(?!\w)", "(?:of |de |di )?", f"(?:de |del )?{year}"
        day = rf"(?P<day>\d{{1,2}}){nth}(?![:.,]\d)"
        forms = (
            r"\b(?P<year>[12]\d{3})-(?P<month>\d\d)-(?P<day>\d\d)\b",
            rf"\b{month} {day}(?:,? {year})?",
            rf"\b{day} {of}{month}(?:,? {year})?",
            rf"\b{month},? (?:of )?{year}",
        )
        short = "|".join(words_of("weekdays_short"))
        of_week = rf"\b({'|'.join(map(re.escape, days))})s?\b|\b({short})\. "
        *dates, lone, weekday = (re.compile(form, re.I) for form in (*forms, rf"\b{month}", of_week))
        return cls(tuple(dates), lone, weekday, names, days)


def _dates(plain: str, calendar: _Calendar) -> list[Quantity]:
    found: list[Quantity] = []
    taken = [False] * (len(plain) + 1)

    def take(match: re.Match[str]) -> None:
        found.append(Quantity(match.start(), match.end(), _date(match, calendar), "date"))
        taken[match.start() : match.end()] = [True] * (match.end() - match.start())

    for form in calendar.forms:
        for match in form.finditer(plain):
            if not taken[match.start()] and not taken[match.end() - 1]:
                take(match)
    for match in calendar.month.finditer(plain):
        if not taken[match.start()] and _is_month(plain, match):
            take(match)
    for match in calendar.weekday.finditer(plain):
        day = (match.group(1) or match.group(2)).lower()
        end = match.start() + len(match.group().rstrip())
        found.append(Quantity(match.start(), end, calendar.days.get(day, day[:3]), "weekday"))
    relative = [match for match in _RELATIVE.finditer(plain) if not taken[match.start()]]
    return found + [Quantity(m.start(), m.end(), m.group().lower().removesuffix("s"), "relative") for m in relative]


def _date(match: re.Match[str], calendar: _Calendar) -> str:
    groups = match.groupdict()
    month = groups["month"].lower()
    parts = [f"m{int(month) if month.isdigit() else calendar.months[month]}"]
    if groups.get("day"):
        parts.append(f"d{int(groups['day'])}")
    if groups.get("year"):
        parts.append(f"y{groups['year']}")
    return " ".join(parts)


def _is_month(plain: str, match: re.Match[str]) -> bool:
    """A month standing alone: "May", "March" and short forms are also names and verbs, so they need a preposition."""
    word = match.group("month").lower()
    if word in _UNSURE_MONTHS or len(word) <= _SHORT:
        preposition = _BEFORE_MONTH.search(plain[max(0, match.start() - 12) : match.start()])
        return bool(preposition) and (word not in _CAPITAL_MONTHS or match.group()[0].isupper())
    return True


class _Word:
    """An atom as text2num wants it; to what is no word it is blind."""

    def __init__(self, before: str, text: str, joined: bool) -> None:
        figure = before[:1].isdigit()
        self._apart = figure or not joined
        self._text = "," if text in _NO_NUMBERS or not text[0].isalpha() or (figure and text in _SCALES) else text

    def text(self) -> str:
        return self._text

    def nt_separated(self, _: _Word) -> bool:
        return self._apart

    def not_a_number_part(self) -> bool:
        return self._text == ","


class _Numbers:
    """The numbers of a text: its figures, and its number words as text2num finds them."""

    def __init__(self, plain: str, language: str) -> None:
        from text_to_num import find_numbers

        self._plain = plain
        self._atoms = list(_ATOM.finditer(plain))
        words = [_Word(self._before(i), atom.group().lower(), self._joined(i)) for i, atom in enumerate(self._atoms)]
        self._spoken = {number.start: number for number in find_numbers(words, language, 0)}

    def __iter__(self) -> Iterator[Quantity]:
        i = 0
        while i < len(self._atoms):
            quantity, i = self._read(i)
            if quantity is not None:
                yield quantity

    def _joined(self, i: int, gaps: str = " -") -> bool:
        """Whether atom ``i`` follows its predecessor with at most one separator of ``gaps`` between."""
        if not 0 < i < len(self._atoms):
            return False
        gap = self._plain[self._atoms[i - 1].end() : self._atoms[i].start()]
        return gap == "" or (len(gap) == 1 and gap in gaps)

    def _after(self, i: int) -> str:
        """Atom ``i`` in small letters, where it is joined to its predecessor."""
        return self._atoms[i].group().lower() if self._joined(i) else ""

    def _before(self, i: int) -> str:
        """The atom to which atom ``i`` is joined, in small letters."""
        return self._atoms[i - 1].group().lower() if self._joined(i) else ""

    def _read(self, i: int) -> tuple[Quantity | None, int]:
        first, unit = i, ""
        if self._atoms[i].group() in "$€£¥" and self._joined(i + 1, " "):
            unit, i = self._atoms[i].group(), i + 1
        read = self._figures if self._atoms[i].group()[0].isdigit() else self._words
        value, unit, i = read(i, unit)
        if value is None:
            return None, i
        unit, i = self._unit(i, unit)
        written = value if isinstance(value, str) else format(value.normalize(), "f")
        return Quantity(self._atoms[first].start(), self._atoms[i - 1].end(), written, unit), i

    def _figures(self, i: int, unit: str) -> tuple[Decimal | str | None, str, int]:
        written, after = self._atoms[i].group(), self._after(i + 1)
        if ":" in written:
            return written, "time", i + 1
        if _UNSURE.fullmatch(written):
            return written, unit, i + 1
        value = Decimal(written.replace(",", "").replace(" ", ""))
        attached = bool(after) and self._joined(i + 1, "")
        if attached and after in {"st", "nd", "rd", "th", "s"}:
            return value, "decade" if after == "s" else "ordinal", i + 2
        scale = _SCALES.get(after) or (_SHORT_SCALES.get(after) if attached or unit else None)
        if scale:
            return value * scale, unit, i + 2
        is_year = not unit and "," not in written and "." not in written and 1500 <= value <= 2100
        return value, "year" if is_year else unit, i + 1

    def _words(self, i: int, unit: str) -> tuple[Decimal | str | None, str, int]:
        """Number words from atom ``i`` on, such as "twenty-five hundred" or "a million"."""
        number, word = self._spoken.get(i), self._atoms[i].group().lower()
        value, end = (Decimal(number.value), number.end) if number else (Decimal(1), i)
        if number and number.is_ordinal:
            return value, "ordinal", end
        if word == "dozen" or (number and self._after(end) == "dozen"):
            value, end = value * _SCALES["dozen"], end + 1
        # "hundred" needs its "a", "Millionen" may follow a figure, and "one" is a pronoun as often as a number.
        before, counted = self._before(i), {"percent", "%", "per", *_CURRENCY}
        told = end > i and (word not in _SCALES or before in {"a", "an", "half"})
        if end == i + 1:
            scale = before[:1].isdigit() and value >= _SCALES["thousand"]
            told = told and not scale and (value != 1 or self._after(end) in counted)
        return (value, unit, end) if told else (None, "", max(end, i + 1))

    def _unit(self, i: int, unit: str) -> tuple[str, int]:
        """The unit that atom ``i`` and the next name, and the atom after it."""
        word, following = self._after(i), self._after(i + 1)
        if word in {"%", "percent", "pct"}:
            return "%", i + 1
        if f"{word} {following}" == "per cent":
            return "%", i + 2
        if word in {"us", "u"} and unit == "":
            return (_CURRENCY[following], i + 2) if following in {"dollars", "dollar"} else (unit, i)
        return (_CURRENCY[word], i + 1) if word in _CURRENCY and unit != "ordinal" and word not in "$€£¥" else (unit, i)
