"""Words of a text: tokens with offsets, stems, and which of them carry content."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from summarizer.language.lexicon import by_form, words_of

# "U.S.", "a.m.", "J.": a dotted abbreviation is one token; hyphens part tokens, apostrophes and inner "&" do not.
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?|\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’ʼ&][^\W\d_]+)*")
_PLAIN = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u00ad": "-"})
_SPACED_INITIALS = re.compile(r"\b(?:[A-Z]\. ){1,3}[A-Z]\.(?=\W|$)")
UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""A character of a script that puts no blanks between words."""

_LOCAL = threading.local()
_COUNTRY = frozenset({"US", "U.S.", "U.S", "US's", "U.S.'s"})

FUNCTION_WORDS = words_of("function_words")
_IRREGULAR = by_form("irregular")


class Token(NamedTuple):
    """A word or number as written, with ``text[start:end]``; ``norm`` is case-folded, without dots or possessive."""

    surface: str
    norm: str
    start: int
    end: int


def flat(text: str) -> str:
    """Typographic apostrophes and odd spaces made plain, one code point for one, so that offsets stay true."""
    return text.translate(_PLAIN)


def joined_initials(text: str) -> str:
    """ "U. S." as "U.S."."""
    return _SPACED_INITIALS.sub(lambda match: match[0].replace(" ", ""), text)


def tokens(text: str) -> list[Token]:
    """All tokens of ``text`` in order."""
    plain = flat(text)
    return [Token(text[m.start() : m.end()], _norm(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(plain)]


def _norm(word: str) -> str:
    # Folded, the country would be the pronoun, a word without content.
    if word in _COUNTRY:
        return "usa"
    folded = unicodedata.normalize("NFC", word).casefold()
    if folded.endswith("'s") and len(folded) > 2:
        return folded[:-2].replace(".", "")
    return folded if folded[0].isdigit() else folded.replace(".", "")


def stem(norm: str, language: str = "en") -> str:
    """Snowball stem of a normalised word; English irregular forms first become their base.

    A language that Snowball does not know leaves the word as it is. Thread-safe.
    """
    if language == "en":
        norm = _IRREGULAR.get(norm, norm)
    return _stem(norm, _algorithm(language))


@cache
def _algorithm(language: str) -> str:
    """Snowball's name of a language, which is CLDR's English name of it; empty where Snowball has none."""
    import snowballstemmer  # type: ignore[import-untyped]
    from babel import Locale, UnknownLocaleError

    try:
        name = (Locale.parse(language).english_name or "").lower()
    except (UnknownLocaleError, ValueError):
        return ""
    return name if name in snowballstemmer.algorithms() else ""


@lru_cache(maxsize=65536)
def _stem(norm: str, algorithm: str) -> str:
    if not algorithm or not norm.isalpha():
        return norm
    import snowballstemmer

    stemmers: dict[str, snowballstemmer.stemmer] = _LOCAL.__dict__.setdefault("stemmers", {})
    if algorithm not in stemmers:
        stemmers[algorithm] = snowballstemmer.stemmer(algorithm)
    return str(stemmers[algorithm].stemWord(norm))


def is_content(norm: str) -> bool:
    """False for English function words; other languages have none here, so all their words count."""
    return norm not in FUNCTION_WORDS


def content_stems(words: Sequence[Token], language: str = "en") -> list[str]:
    """Stems of the content words of ``words``, in order, repeats kept."""
    return [stem(token.norm, language) for token in words if is_content(token.norm)]


def count_words(text: str) -> int:
    """Words as a reader counts them: between spaces, and one for two characters of a script that has no spaces."""
    return sum(max(1, -(-len(UNSPACED.findall(piece)) // 2)) for piece in text.split())
