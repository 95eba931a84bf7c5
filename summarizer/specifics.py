"""The specifics of a sentence (names, numbers, dates, quotations) and those that no evidence holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from summarizer.names import Name, NameSource, is_held, names
from summarizer.quantities import Quantity, holds, quantities
from summarizer.words import flat, tokens

Kind = Literal["name", "number", "date", "quotation"]
_DATES = frozenset({"date", "weekday", "relative", "year", "decade", "time"})
_MIN_QUOTED_WORDS = 2
_QUOTED = re.compile(
    r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»|„([^„“”]+)[“”]"
    r"|(?<!\w)[‘']([^‘’']+(?:\w['’]\w[^‘’']*)*)[’'](?!\w)"
)
_OPEN = re.compile(r"“([^“”]+)$|«([^«»]+)$|„([^„“”]+)$")
_CLOSE = re.compile(r"^([^“”]+)”|^([^«»]+)»")


@dataclass(frozen=True)
class Specific:
    """A checkable detail: ``sentence[start:end] == text``."""

    kind: Kind
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.text}"


def specifics(sentence: str) -> list[Specific]:
    """Names, numbers, dates and quotations of ``sentence``, in order of their start."""
    found = [_of_quantity(sentence, quantity) for quantity in quantities(sentence)]
    found += [_of_name(sentence, name) for name in names(sentence)]
    found += quotations(sentence)
    return sorted(found, key=lambda specific: (specific.start, specific.kind))


class Evidenced:
    """What some evidence texts hold, parsed once and asked many times. cased: whether their capitals mean anything."""

    def __init__(self, evidence: Sequence[str], *, cased: bool | None = None) -> None:
        self.cased = is_cased(evidence) if cased is None else cased
        self.names = NameSource(evidence, cased=self.cased)
        self.quantities = [quantity for text in evidence for quantity in quantities(text)]
        self.words = " ".join(_words(text) for text in evidence)

    def holds_quantity(self, claim: Quantity) -> bool:
        """Whether the number or date stands in the evidence with the same unit."""
        return any(holds(claim, quantity) for quantity in self.quantities)

    def holds_quotation(self, quoted: str) -> bool:
        """Whether the quoted words stand there verbatim, case and punctuation aside."""
        return f" {_words(quoted)} " in f" {self.words} "

    def unsupported(self, text: str) -> list[Specific]:
        """The specifics of ``text`` that the evidence does not hold."""
        missing = [_of_quantity(text, q) for q in quantities(text) if not self.holds_quantity(q)]
        missing += [_of_name(text, n) for n in names(text, self.names) if not is_held(n.words, self.names)]
        missing += [quoted for quoted in quotations(text) if not self.holds_quotation(quoted.text)]
        return sorted(missing, key=lambda specific: (specific.start, specific.kind))


def unsupported(text: str, evidence: Sequence[str], *, cased: bool | None = None) -> list[Specific]:
    """The specifics of ``text`` that none of ``evidence`` holds.

    Numbers compare by value and unit ("15%" = "15 per cent"), dates by their parts, names as phrases, quotations word
    by word. cased=None finds out whether the capitals of the evidence mean anything.
    """
    return Evidenced(evidence, cased=cased).unsupported(text)


def quotations(sentence: str) -> list[Specific]:
    """Quoted passages of two words or more; a quotation that the sentence opens or closes only is taken to its edge."""
    plain = sentence.replace("’’", "” ").replace("''", '" ') if "''" in sentence or "’’" in sentence else sentence
    found: list[Specific] = []
    for pattern in (_QUOTED, _OPEN, _CLOSE):
        for match in pattern.finditer(plain):
            group = next(i for i, text in enumerate(match.groups(), start=1) if text is not None)
            start, end = match.span(group)
            inside = any(other.start <= start and end <= other.end for other in found)
            if not inside and len(tokens(sentence[start:end])) >= _MIN_QUOTED_WORDS:
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


def _words(text: str) -> str:
    return " ".join(token.norm for token in tokens(flat(text)))


def _of_quantity(text: str, quantity: Quantity) -> Specific:
    kind: Kind = "date" if quantity.unit in _DATES else "number"
    return Specific(kind, text[quantity.start : quantity.end], quantity.start, quantity.end)


def _of_name(text: str, name: Name) -> Specific:
    return Specific("name", text[name.start : name.end], name.start, name.end)
