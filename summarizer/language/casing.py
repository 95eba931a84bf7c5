"""Texts written in capitals only, brought to normal case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from summarizer.language.lexicon import listed, months, weekdays, words_of

_SHOUTED = 0.8  # of the letters
_LEAST = 3  # words
_TITLED = 0.6  # of the words
_SMALL_WORDS = words_of("small_words")
# "May" and "march" are verbs too.
_CALENDAR = "|".join([*weekdays(), *(months(short=False).keys() - {"may", "march"})])
_ALWAYS = re.compile(
    rf"\b(?:{_CALENDAR}|i)\b"
    rf"|\b(?:{'|'.join(listed('short_titles'))}|mayor|president|judge)\b\.? \w+(?: \w+(?= (?:said|says)\b))?"
)


def is_shouted(text: str) -> bool:
    """Whether a text of at least three words is in capitals."""
    letters = [char for char in text if char.isalpha() and char.upper() != char.lower()]
    capitals = sum(char.isupper() for char in letters)
    return len(text.split()) >= _LEAST and capitals > _SHOUTED * max(1, len(letters))


def is_headline(text: str) -> bool:
    """Whether an English text is written as a headline, Most of Its Words With Capitals, small verbs too."""
    words = re.findall(r"[^\W\d_][\w'’]*", text)
    capital = [word for word in words[1:] if word[0].isupper()]
    small = any(word.lower().split("’")[0].split("'")[0] in _SMALL_WORDS for word in capital)
    return len(words) > _LEAST and small and len(capital) > _TITLED * (len(words) - 1)


def normal_case(text: str, forms: Mapping[str, str] | None = None) -> str:
    """``text`` with capitals where a sentence, a day, a month or a titled name begins, if it is in capitals only.

    Other names stay small, as what they are cannot be told from the text alone, but for those of ``forms``: by their
    small letters, as they are written.
    """
    if not is_shouted(text):
        return text
    small = _ALWAYS.sub(lambda found: found.group().title(), text.lower())
    if forms:
        small = re.sub(r"[^\W\d_]+", lambda found: forms.get(found[0], found[0]), small)
    return re.sub(r"^\W*\w", lambda found: found.group().upper(), small)


def capital_forms(texts: Sequence[str]) -> dict[str, str]:
    """Words that ``texts`` write with a capital within a sentence, by their small letters."""
    within = [word for text in texts for word in re.findall(r"(?<=[\w,;] )[^\W\d_]+", text) if word[0].isupper()]
    return {word.lower(): word for word in within}
