"""Which language a text is in, by py3langid (naive Bayes over byte n-grams, Lui & Baldwin 2012): numpy only."""

from __future__ import annotations

import re
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

_READ = 2_000  # characters of the opening that decide; more changes nothing and costs time
_LETTERS = 12
_CONFIDENCE = 0.5
# No other language has many of these: text that does needs no identifier, whose model takes 80 MB of memory.
_ENGLISH = re.compile(r"\b(?:the|and|of|to|that|was|for|with|said|is|has|from)\b", re.IGNORECASE)
_THE = re.compile(r"\bthe\b", re.IGNORECASE)
_MIN_WORDS, _MIN_THE, _MIN_SHARE = 30, 2, 0.15


_loading = Lock()  # of the identifier


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=_CONFIDENCE)


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the language that ``text`` opens in.

    None when there are fewer than twelve letters, when no language is more likely than all others together, and
    when the likeliest has no two-letter code.
    """
    opening = text[:_READ]
    if sum(map(str.isalpha, opening)) < _LETTERS:
        return None
    if _is_plainly_english(opening):
        return "en"
    # A lone surrogate cannot be written as UTF-8, which the identifier reads.
    with _loading:  # threads that begin side by side would each load it
        identifier = _identifier()
    code, _ = identifier.classify(opening.encode("utf-8", errors="replace"))
    return str(code) if len(code) == 2 else None


def _is_plainly_english(text: str) -> bool:
    words = len(text.split())
    return (
        words >= _MIN_WORDS
        and len(_THE.findall(text)) >= _MIN_THE
        and len(_ENGLISH.findall(text)) >= _MIN_SHARE * words
    )
