"""What a claim and its sources are compared by: stems, numbers, and the words as such."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from summarizer.language.quantities import quantities
from summarizer.language.words import UNSPACED, is_content, joined_initials, stem, tokens


def pieces(text: str, language: str = "en") -> list[str]:
    """What sentences are compared by: stems of content words, values of numbers, and, in scripts without blanks, pairs
    of characters; repeats dropped, order kept."""
    plain = joined_initials(text)
    found: list[str] = []
    for token in tokens(plain):
        if UNSPACED.search(token.norm):
            found += [token.norm[i : i + 2] for i in range(max(1, len(token.norm) - 1))]
        elif is_content(token.norm) and not token.norm[0].isdigit():
            found.append(stem(token.norm, language))
    found += [f"{quantity.value}{quantity.unit}" for quantity in quantities(plain, language)]
    return list(dict.fromkeys(found))


def pairs(text: str, language: str = "en") -> list[tuple[str, str]]:
    """Stems of neighbouring words, function words among them; in scripts without blanks, neighbouring characters."""
    found: list[str] = []
    for token in tokens(joined_initials(text)):
        found += list(token.norm) if UNSPACED.search(token.norm) else [stem(token.norm, language)]
    return list(pairwise(found))


def order(claim: str, sources: Sequence[str], language: str = "en") -> float:
    """Share in 0..1 of the claim's pairs of neighbouring words that stand in one of ``sources``."""
    mine = pairs(claim, language)
    theirs = {pair for source in sources for pair in pairs(source, language)}
    return sum(pair in theirs for pair in mine) / len(mine) if mine else 1.0


def named(text: str, language: str) -> frozenset[str]:
    """Stems of the words with a capital that do not open the text."""
    return frozenset(stem(t.norm, language) for t in tokens(joined_initials(text))[1:] if t.surface[0].isupper())


def norms(text: str) -> str:
    """The words of ``text`` between blanks, so that one text can be looked for in another."""
    return f" {' '.join(token.norm for token in tokens(joined_initials(text)))} "
