"""Texts that nobody wrote as an article: what a summariser must get through in time that grows with their length."""

from __future__ import annotations

from collections.abc import Callable

_REPEATED = {
    "abbreviations": "U.S. ",
    "dashes": "a -- ",
    "numbers": "1,000,000 km ",
    "no full stop": "and then he said that we went to the house of the mayor of Lorne because it was raining ",
    "names": "Anna Berg Of The Hague Met Omar Hadi In Paris ",
    "quotation marks": '"he said "she said ',
    "clauses": "the mayor, who was late, ",
    "semicolons": "the mill closed; ",
    "parentheses": "( a ",
    "tiny sentences": "Go. Yes it is. ",
    "one word": "a",
    "Chinese": "北京市政府宣布地铁票价上调",
    "addresses": "https://a.example/b?c=d&e=f ",
    "lower case": "he went. he saw. he won. ",
    "denials": "he did not say that it was not so ",
    "days": "on Monday 3 March 2025 and on Tuesday ",
    "pronouns": "She told her that it was hers. ",
    "hyphens": "state-of-the-art-of-the-day-",
    "apostrophes": "it's he's they're ",
    "capitals": "THE MAYOR OF LORNE SAID NO. ",
    "times": "12:30 The lock is closed.\n",
    "questions": "Who paid? Why? ",
    "bare dashes": "-- ",
    "bare numbers": "1,000,000 ",
    "Arabic": "قال رئيس البلدية إن الجسر مغلق ",
}
"""Name -> what the text repeats."""


def _table(size: int) -> str:
    lines = (f"Team {n} {n * 3} {n * 7} {n % 11}:{n % 5} won lost drawn points" for n in range(size // 30 + 1))
    return "\n".join(lines)[:size]


def _one_line(size: int) -> str:
    return _table(size).replace("\n", " ")


def _transcript(size: int) -> str:
    """Speech as a recogniser writes it: other words all the time, and no mark between them."""
    names = "mayor bridge council ferry harbour school budget river station market doctor teacher".split()
    acts = "said closed opened asked told found carried paid moved built lost kept".split()
    words = (
        f"so the {names[n % 12]} {acts[n * 7 % 12]} um the {names[n * 5 % 11]} in {1900 + n % 100}" for n in range(size)
    )
    text, length = [], 0
    for piece in words:
        text.append(piece)
        length += len(piece) + 1
        if length > size:
            break
    return " ".join(text)[:size]


def _blank(size: int) -> str:
    return "A fire broke out in Tarn on Monday." + "\n" * (size - 35)


def _nested(size: int) -> str:
    return "<div>" * (size // 12) + "The mill in Tarn burned on Monday. Nobody was hurt." + "</div>" * (size // 12)


REPORTED: dict[str, str] = {
    "abbreviations": "U.S. " * 40_000,
    "results table": _one_line(110_000),
    "dashes": "-- " * 30_000,
    "numbers": "1,000,000 " * 60_000,
    "transcript": _transcript(60_000),
}
"""Name -> a text that once took minutes and gigabytes."""

SHAPES: dict[str, Callable[[int], str]] = {
    **{name: lambda size, part=part: (part * (size // len(part) + 1))[:size] for name, part in _REPEATED.items()},  # type: ignore[misc]
    "table": _table,
    "table in one line": _one_line,
    "transcript": _transcript,
    "blank lines": _blank,
    "nested elements": _nested,
}
"""Name -> a text of that shape, of so many characters."""
