"""What bounds a number ("at least", "up to"): kept with it."""

from __future__ import annotations

import re

from summarizer.language.english import DETERMINERS
from summarizer.language.measures import bound_of, bound_phrase
from summarizer.language.quantities import Quantity, quantities
from summarizer.types import SummarySentence
from summarizer.writing.speakers import cited
from summarizer.writing.story import Story

_BOUNDED_AFTER = re.compile(r"-| or (?:more|fewer|less)\b")


def with_bounds(sentence: SummarySentence, story: Story) -> str:
    """The text of ``sentence``, "At least 46 died." where it says "46 died." and all of what it cites that has the
    number has it with the same bound; English."""
    text = sentence.text
    rows = [story.sentences[row].text for row in cited(sentence, story)]
    found = [(row, quantity) for row in rows for quantity in quantities(row)]
    for quantity in reversed(quantities(text)):
        phrases = {
            bound_phrase(row[: told.start])
            for row, told in found
            if (told.value, told.unit) == (quantity.value, quantity.unit)
        }
        if len(phrases) == 1 and "" not in phrases and _is_free(text, quantity):
            text = _bounded(text, quantity, phrases.pop())
    return text


def _is_free(text: str, quantity: Quantity) -> bool:
    """Whether a number may be bounded where it stands: it is not, and counts or measures something."""
    before, last = text[: quantity.start], text[: quantity.start].split()[-1:]
    determined = bool(last) and last[0].lower() in DETERMINERS | {"all", "other", "first", "last"}
    return bound_of(before) == "exact" and not determined and not _BOUNDED_AFTER.match(text, quantity.end)


def _bounded(text: str, quantity: Quantity, phrase: str) -> str:
    before, number = text[: quantity.start], text[quantity.start :]
    if before:
        return f"{before}{phrase} {number}"
    return f"{phrase[:1].upper()}{phrase[1:]} {number[:1].lower()}{number[1:]}"
