"""Texts written in capitals only, brought to normal case."""

from __future__ import annotations

import re

from summarizer.lexicon import words_of

_SHOUTED = 0.8  # of the letters
_LEAST = 3  # words
# "May" and "march" are verbs too.
_CALENDAR = "|".join(sorted(words_of("weekdays", "months") - {"may", "march"}))
_ALWAYS = re.compile(
    rf"\b(?:{_CALENDAR}|i)\b"
    r"|\b(?:mr|mrs|ms|dr|sen|rep|gov|mayor|president|judge)\b\.? \w+(?: \w+(?= (?:said|says)\b))?"
)


def is_shouted(text: str) -> bool:
    """Whether a text of at least three words is in capitals."""
    letters = [char for char in text if char.isalpha() and char.upper() != char.lower()]
    capitals = sum(char.isupper() for char in letters)
    return len(text.split()) >= _LEAST and capitals > _SHOUTED * max(1, len(letters))


def normal_case(text: str) -> str:
    """``text`` with capitals where a sentence, a day, a month or a titled name begins, if it is in capitals only.

    Other names stay small: what they are cannot be told from the text alone.
    """
    if not is_shouted(text):
        return text
    small = _ALWAYS.sub(lambda found: found.group().title(), text.lower())
    return re.sub(r"^\W*\w", lambda found: found.group().upper(), small)
