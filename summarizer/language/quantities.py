"""Numbers and dates in running text, brought to one form: "2,500" = "twenty-five hundred", "Jan. 15" = "15 January"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from summarizer.language.lexicon import by_form, listed, table
from summarizer.language.words import flat

_UNITS = {word: value for value, word in enumerate(listed("cardinals"))}
_TENS = {word: 10 * value for value, word in enumerate(listed("tens"), start=2)}
_SCALES: dict[str, int] = table("scales")
_SHORT_SCALES: dict[str, int] = table("short_scales")
_ORDINALS = {word: value for value, word in enumerate(listed("ordinals"))}
_ORDINALS |= {f"{word[:-1]}ieth": value for word, value in _TENS.items()} | {"hundredth": 100}
_CURRENCY = by_form("currencies")
_ATOM = re.compile(r"[$€£¥%]|(?<!\d)\d{1,3}(?:, ?\d{3})+(?:\.\d+)?(?!\d)|\d+:\d\d\b|\d+(?:\.\d+)?|[^\W\d_]+")

_MONTHS = {month[:3]: number for number, month in enumerate(listed("months"), start=1)}
# "Sept." has a fourth letter.
_MONTH = f"(?P<month>{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in listed('months'))}|sept)\\b\\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?![:.,]\d)"
_YEAR = r"(?P<year>[12]\d{3})\b(?![,.]\d)"
_DATE_FORMS = [
    re.compile(r"\b(?P<year>[12]\d{3})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b{_MONTH} {_DAY}(?:,? {_YEAR})?", re.I),
    re.compile(rf"\b{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?", re.I),
    re.compile(rf"\b{_MONTH},? (?:of )?{_YEAR}", re.I),
]
_LONE_MONTH = re.compile(rf"\b{_MONTH}", re.I)
_BEFORE_MONTH = re.compile(
    r"\b(?:in|since|until|till|by|early|late|mid|last|next|this|of|through|from|between)[ -]$", re.I
)
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(Mon|Tue|Wed|Thu|Thurs|Fri|Sat)\. ", re.I)
_RELATIVE = re.compile(
    r"\b(?:(?:last|next|past|previous|coming|following|recent|this) "
    r"(?:few |couple of )?(?:day|night|week|weekend|month|year|decade|century|summer|winter|spring|fall|autumn)s?"
    r"|today|yesterday|tomorrow|tonight)\b",
    re.I,
)


@dataclass(frozen=True)
class Quantity:
    """A number or date at ``start:end``; ``value`` is its canonical form, and what is compared.

    unit: "%", a currency sign, "ordinal", "year", "decade", "time", "date", "weekday", "relative" or "".
    """

    start: int
    end: int
    value: str
    unit: str


def quantities(text: str) -> list[Quantity]:
    """Every number and date of ``text``, in order."""
    plain = flat(text)
    dates = _dates(plain)
    masked = list(plain)
    for date in dates:
        masked[date.start : date.end] = ";" * (date.end - date.start)
    return sorted([*dates, *_numbers("".join(masked))], key=lambda quantity: quantity.start)


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


def _dates(plain: str) -> list[Quantity]:
    found: list[Quantity] = []
    taken = [False] * (len(plain) + 1)
    for form in _DATE_FORMS:
        for match in form.finditer(plain):
            if not taken[match.start()] and not taken[match.end() - 1]:
                found.append(_date(match))
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    for match in _LONE_MONTH.finditer(plain):
        if not taken[match.start()] and _is_month(plain, match):
            found.append(_date(match))
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    for match in _WEEKDAY.finditer(plain):
        day = (match.group(1) or match.group(2)).lower()[:3]
        found.append(Quantity(match.start(), len(match.group().rstrip()) + match.start(), day, "weekday"))
    for match in _RELATIVE.finditer(plain):
        if not taken[match.start()]:
            value = re.sub(r"s$", "", match.group().lower())
            found.append(Quantity(match.start(), match.end(), value, "relative"))
    return found


def _date(match: re.Match[str]) -> Quantity:
    groups = match.groupdict()
    month = groups["month"].lower()
    parts = [f"m{int(month) if month.isdigit() else _MONTHS[month[:3]]}"]
    if groups.get("day"):
        parts.append(f"d{int(groups['day'])}")
    if groups.get("year"):
        parts.append(f"y{groups['year']}")
    return Quantity(match.start(), match.end(), " ".join(parts), "date")


def _is_month(plain: str, match: re.Match[str]) -> bool:
    """A month standing alone: "May", "March" and short forms are also names and verbs, so they need a preposition."""
    word = match.group("month").lower()
    if word in {"may", "march", "mar", "jan", "dec", "june", "april", "august"} or len(word) <= 4:
        preposition = _BEFORE_MONTH.search(plain[max(0, match.start() - 12) : match.start()])
        return bool(preposition) and (word not in {"may", "march", "mar", "august"} or match.group()[0].isupper())
    return True


def _numbers(plain: str) -> list[Quantity]:
    atoms = list(_ATOM.finditer(plain))
    found: list[Quantity] = []
    i = 0
    while i < len(atoms):
        quantity, i = _read_number(plain, atoms, i)
        if quantity is not None:
            found.append(quantity)
    return found


def _joined(plain: str, atoms: list[re.Match[str]], i: int, gaps: str = " -") -> bool:
    """Whether atom ``i`` follows its predecessor with at most one separator of ``gaps`` between."""
    if i >= len(atoms):
        return False
    gap = plain[atoms[i - 1].end() : atoms[i].start()]
    return gap == "" or (len(gap) == 1 and gap in gaps)


def _read_number(plain: str, atoms: list[re.Match[str]], i: int) -> tuple[Quantity | None, int]:
    first, unit = i, ""
    if atoms[i].group() in "$€£¥" and _joined(plain, atoms, i + 1, " "):
        unit, i = atoms[i].group(), i + 1
    word = atoms[i].group().lower()
    value: str | None
    if word[0].isdigit():
        value, unit, i = _read_digits(plain, atoms, i, unit)
    else:
        value, unit, i = _read_words(plain, atoms, i, unit)
    if value is None:
        return None, i
    unit, i = _read_unit(plain, atoms, i, unit)
    return Quantity(atoms[first].start(), atoms[i - 1].end(), value, unit), i


def _read_digits(plain: str, atoms: list[re.Match[str]], i: int, unit: str) -> tuple[str, str, int]:
    written = atoms[i].group()
    if ":" in written:
        return written, "time", i + 1
    value = Decimal(written.replace(",", "").replace(" ", ""))
    after = atoms[i + 1].group().lower() if _joined(plain, atoms, i + 1) else ""
    attached = i + 1 < len(atoms) and atoms[i + 1].start() == atoms[i].end()
    if attached and after in {"st", "nd", "rd", "th"}:
        return _plain(value), "ordinal", i + 2
    if attached and after == "s":
        return _plain(value), "decade", i + 2
    if after in _SCALES:
        return _plain(value * _SCALES[after]), unit, i + 2
    if after in _SHORT_SCALES and (attached or unit):
        return _plain(value * _SHORT_SCALES[after]), unit, i + 2
    is_year = not unit and "," not in written and "." not in written and 1500 <= value <= 2100
    return _plain(value), "year" if is_year else unit, i + 1


def _read_words(plain: str, atoms: list[re.Match[str]], i: int, unit: str) -> tuple[str | None, str, int]:
    """Number words from atom ``i`` on, such as "twenty-five hundred" or "a million"."""
    begin, total, group, seen = i, 0, 0, False
    while i < len(atoms) and (i == begin or _joined(plain, atoms, i)):
        word = atoms[i].group().lower()
        if word in _ORDINALS and (not seen or group % 10 == 0):
            return str(total + group + _ORDINALS[word]), "ordinal", i + 1
        if word in _UNITS and (not seen or group % (100 if _UNITS[word] > 9 else 10) == 0):
            group, seen = group + _UNITS[word], True
        elif word in _TENS and group % 100 == 0:
            group, seen = group + _TENS[word], True
        elif word in _SCALES and (seen or _one_before(plain, atoms, i)):
            if word in {"hundred", "dozen"}:
                group = (group or 1) * _SCALES[word]
            else:
                total, group = total + (group or 1) * _SCALES[word], 0
            seen = True
        elif word == "and" and seen and group % 100 == 0 and group + total >= 100 and _is_small(atoms, i + 1):
            pass
        else:
            break
        i += 1
    value = total + group
    # "one" alone is a pronoun as often as a number
    if not seen or (i == begin + 1 and value == 1 and not _unit_follows(plain, atoms, i)):
        return None, "", max(i, begin + 1)
    return str(value), unit, i


def _one_before(plain: str, atoms: list[re.Match[str]], i: int) -> bool:
    return i > 0 and atoms[i - 1].group().lower() in {"a", "an", "half"} and _joined(plain, atoms, i)


def _is_small(atoms: list[re.Match[str]], i: int) -> bool:
    return i < len(atoms) and (atoms[i].group().lower() in _UNITS or atoms[i].group().lower() in _TENS)


def _unit_follows(plain: str, atoms: list[re.Match[str]], i: int) -> bool:
    word = atoms[i].group().lower() if _joined(plain, atoms, i) else ""
    return word in _CURRENCY or word in {"percent", "%", "per"}


def _read_unit(plain: str, atoms: list[re.Match[str]], i: int, unit: str) -> tuple[str, int]:
    word = atoms[i].group().lower() if _joined(plain, atoms, i) else ""
    if word in {"%", "percent", "pct"}:
        return "%", i + 1
    if word == "per" and _joined(plain, atoms, i + 1) and atoms[i + 1].group().lower() == "cent":
        return "%", i + 2
    if word in {"us", "u"} and unit == "" and _joined(plain, atoms, i + 1):
        following = atoms[i + 1].group().lower()
        return (_CURRENCY[following], i + 2) if following in {"dollars", "dollar"} else (unit, i)
    return (_CURRENCY[word], i + 1) if word in _CURRENCY and unit != "ordinal" and word not in "$€£¥" else (unit, i)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
