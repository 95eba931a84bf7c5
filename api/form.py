"""The length and the form that are asked for in words: "in 3 bullet points", "unter 100 Wörtern", "不超过60字"."""

from __future__ import annotations

import re
from typing import Any

from api.instructions import WORDING
from summarizer.types import SummaryOptions

_READ = 20_000  # characters; nobody asks at greater length
_LEAST, _MOST = 10, 2_000  # words, as the options allow
_USUAL = SummaryOptions.model_fields["max_words"].default
_BULLETS_USUAL = 4
_WORDS_A_TOKEN = 0.75
_WORDS = {"words": 1.0, "sentences": 20.0, "characters": 1 / 6, "signs": 1 / 2}
"""Words of one; a character is a letter with its share of the blanks, a sign one of a script without blanks."""

_NUMBERS = {word: n for words in WORDING["numbers"].values() for n, word in enumerate(words.split(), start=1)}
_SPACED = "|".join(word for word in _NUMBERS if len(word) > 1)
_NUMBER = rf"(\d{{1,4}}|\b(?:{_SPACED})\b|[{''.join(word for word in _NUMBERS if len(word) == 1)}])"
_RANGE = rf"(?<![\d.,第]){_NUMBER}(?:\s?(?:-|–|—|~|to|or|bis|à|a|至|到)\s?{_NUMBER})?"
_COUNTED = {
    name: re.compile(rf"{_RANGE}(?:[ -]\w{{1,20}})?[ -]?{unit}", re.IGNORECASE)
    for name, unit in WORDING["units"].items()
}
_BULLETED = re.compile("|".join(WORDING["bulleted"]), re.IGNORECASE)
_EACH = re.compile(rf"\b(?:{'|'.join(WORDING['each'])})", re.IGNORECASE)
_NAMED = "|".join(f"(?P<{code}>{names})" for code, names in WORDING["languages"].items())
_IN_LANGUAGE = re.compile(
    rf"(?:\b(?:in|into|auf|en|em|in het|на)\s(?:plain |simple )?|[用以]|\A|[-,，:：]\s?)(?:{_NAMED})", re.IGNORECASE
)


def language(asked: str) -> str | None:
    """The ISO 639-1 code of the language that is asked for by name, where one is."""
    found = _IN_LANGUAGE.search(asked[:_READ])
    return found.lastgroup if found else None


def form(asked: str, tokens: int | None = None) -> dict[str, Any]:
    """The options for what is asked: the tightest of its limits, and bullets; what else it says is left alone.

    tokens: the most that the program takes, whatever is asked for in words.
    """
    asked = asked[:_READ]
    counts = {name: count for name in _COUNTED if (count := _count(name, asked))}
    limits = [counts[name] * words for name, words in _WORDS.items() if name in counts]
    options: dict[str, Any] = {}
    if "bullets" in counts or _BULLETED.search(asked):
        options["style"] = "bullets"
        bullets = counts.get("bullets", _BULLETS_USUAL)
        if limits and _EACH.search(asked):
            limits = [bullets * min(limits)]
        else:
            limits.append(bullets * _WORDS["sentences"])
    if tokens and 0 < tokens * _WORDS_A_TOKEN < _USUAL:
        limits.append(tokens * _WORDS_A_TOKEN)
    if limits:
        options["max_words"] = min(_MOST, max(_LEAST, int(min(limits))))
    return options


def _count(name: str, asked: str) -> int:
    """How many are asked for, the upper end of a range; 0 where none are named."""
    found = _COUNTED[name].search(asked)
    if found is None:
        return 0
    number = (found[2] or found[1]).lower()
    return _NUMBERS.get(number) or int(number)
