"""The wording that chat models receive: one place for it, whoever runs the model.

Articles are data. They stand between fences that the articles themselves cannot write, and the instruction comes from
us alone; whatever an article says of instructions is text to be summarised. A story in a language that small models
write well when they are asked in it is asked for in that language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import NamedTuple

from summarizer.generation.base import Passage, Prompt


class Wording(NamedTuple):
    """What is asked for, in one language: an entry of ``prompts.toml``, which says what the fields mean."""

    system: str
    article: str
    summary: str
    key_points: str
    query: str
    own_words: str = ""
    shortening: str = ""


_DATA = tomllib.loads((files("summarizer.generation") / "prompts.toml").read_text(encoding="utf-8"))
WORDINGS = {code: Wording(**wording) for code, wording in _DATA.items()}
"""By ISO 639-1 code. Other languages are asked for in English, by their code."""

_WORDS_A_SENTENCE = 20
_CHARACTERS_A_WORD = 2  # as words.count_words counts them


def chat_messages(prompt: Prompt) -> list[dict[str, str]]:
    """Messages for an instruction-tuned chat model; for a task that adds to a summary, that summary is its own answer
    to the first request. ``Prompt.written`` is the backend's to put at the start of the answer."""
    wording = WORDINGS.get(prompt.language, WORDINGS["en"])
    places = {document: n for n, document in enumerate(dict.fromkeys(p.document for p in prompt.shown), start=1)}
    asked = f"{_fenced(prompt.passages, places, wording.article)}\n\n{_task(prompt, wording, wording.summary)}"
    messages = [{"role": "system", "content": wording.system}, {"role": "user", "content": asked}]
    if prompt.task == "key_points":
        more = f"{_fenced(prompt.more, places, wording.article)}\n\n" if prompt.more else ""
        messages += _after(prompt.told, more + _task(prompt, wording, wording.key_points))
    if prompt.task == "shortening":
        asked = wording.shortening.format(sentence=_inline(prompt.sentence), words=prompt.sentence_words)
        messages += _after(prompt.told, asked)
    return messages


def can_shorten(language: str) -> bool:
    """Whether there is a wording for the task "shortening" in ``language``, an ISO 639-1 code."""
    return language in WORDINGS and bool(WORDINGS[language].shortening)


def _after(told: str, asked: str) -> list[dict[str, str]]:
    """A further request, after the answer ``told`` to the first."""
    return [{"role": "assistant", "content": told}, {"role": "user", "content": asked}]


def unsaid(prompt: Prompt) -> list[str]:
    """Forms of the word for an article that the articles themselves do not use: "The article says" is no news."""
    word = WORDINGS.get(prompt.language, WORDINGS["en"]).article
    read = " ".join(text for p in prompt.shown for text in (p.title or "", *p.sentences)).lower()
    if word in read:
        return []
    return [form for own in (word, word.capitalize()) for form in (own, f" {own}", f" {own}s")]


def _task(prompt: Prompt, wording: Wording, text: str) -> str:
    task = text.format(
        words=prompt.max_words,
        characters=prompt.max_words * _CHARACTERS_A_WORD,
        sentences=prompt.points if text == wording.key_points else max(1, round(prompt.max_words / _WORDS_A_SENTENCE)),
    )
    if prompt.own_words and wording.own_words:
        task += " " + wording.own_words
    if prompt.query:
        task += " " + wording.query.format(query=_inline(prompt.query))
    if prompt.language not in WORDINGS:
        task += f" Write in the language with the ISO 639-1 code '{prompt.language}'."
    return task


def _fenced(passages: Sequence[Passage], places: Mapping[str, int], article: str) -> str:
    """Every document in a fence with its title and time, numbered by ``places``. Angle brackets of the text are
    widened."""
    blocks = []
    for passage in passages:
        place = places[passage.document]
        title = f" title: {_inline(passage.title)}" if passage.title else ""
        when = f" of {_inline(passage.when)}" if passage.when else ""
        text = " ".join(_inline(sentence) for sentence in passage.sentences)
        blocks.append(f"<{article} {place}{when}{title}>\n{text}\n</{article} {place}>")
    return "\n".join(blocks)


def _inline(text: str) -> str:
    # A source must not be able to close its own fence.
    return " ".join(text.split()).replace("<", "‹").replace(">", "›")
