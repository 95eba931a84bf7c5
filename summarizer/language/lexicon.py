"""What is known of a language's words, told once: the tables of ``languages/``, a file a language by its code.

A list is of words between blanks, or of phrases (pieces of regular expressions) between bars. The calendar is CLDR's,
by babel.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale


@cache
def _languages() -> dict[str, dict[str, Any]]:
    folder = files("summarizer.language") / "languages"
    return {path.name[:-5]: tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.iterdir()}


def listed(name: str, language: str = "en") -> list[str]:
    """The entries of a list, in their order; of a language that lacks it, none. Raises KeyError where all lack it."""
    if not any(name in known for known in _languages().values()):
        raise KeyError(name)
    return entries(_languages().get(language, {}).get(name, ""))


def words_of(*names: str, language: str = "en") -> frozenset[str]:
    """The entries of some lists together."""
    return frozenset(entry for name in names for entry in listed(name, language))


def foreign(name: str) -> frozenset[str]:
    """The entries that a list has in all languages but English."""
    return frozenset[str]().union(*(words_of(name, language=code) for code in _languages() if code != "en"))


def table(name: str) -> dict[str, Any]:
    """A table as it stands."""
    return dict(_languages()["en"][name])


def by_form(name: str) -> dict[str, str]:
    """A table of lists the other way round: entry -> key."""
    return {entry: key for key, some in table(name).items() for entry in entries(some)}


def either_of(*names: str) -> str:
    """A regular-expression group of the entries of some lists."""
    return f"(?:{'|'.join(entry for name in names for entry in listed(name))})"


def entries(text: str) -> list[str]:
    """What stands between the bars of ``text``, or, where it has none, between its blanks."""
    return [" ".join(entry.split()) for entry in re.split(r"\s\|\s", text)] if " |" in text else text.split()


@cache
def months(language: str = "en", *, short: bool = True) -> dict[str, int]:
    """Names of the months in small letters -> 1 to 12, short ones without their points; of a language without a file,
    the English ones."""
    known = language if language in _languages() else "en"
    codes = ("en", "en_GB") if known == "en" else (known,)  # the British write "Sept"
    widths = [
        Locale.parse(code).months["format"][width] for code in codes for width in ("wide", "abbreviated")[: 1 + short]
    ]
    return {name.lower().rstrip("."): number for width in widths for number, name in width.items()}


@cache
def weekdays(language: str = "en") -> tuple[str, ...]:
    """Names of the days, Monday first, in small letters; of a language without a file, the English ones."""
    names = Locale.parse(language if language in _languages() else "en").days["format"]["wide"]
    return tuple(names[number].lower() for number in range(7))
