"""Whether a sentence may stand in the place of its source: stricter than the grounding check, for small models.

The check asks whether sources hold a sentence. A model of 135M parameters is more often wrong than original, so of its
sentences it is also asked that they are one sentence, shorter, and leave out nothing that the rest hangs on.
"""

from __future__ import annotations

from summarizer.cohesion import opens_dangling
from summarizer.deletions import trimmed
from summarizer.reading import Reading
from summarizer.segment import split_sentences
from summarizer.shorten import is_well_formed
from summarizer.types import Document
from summarizer.words import count_words

_SHORTEST = 0.35  # words of a wording over those of its source


def says(text: str) -> bool:
    """Whether a verb of saying tells whose words these are."""
    return "say" in Reading(text).content


def shorter(written: str, source: str) -> str | None:
    """``source`` without what ``written`` leaves out of it, as far as that may go; None where nothing good is left."""
    text = trimmed(written, source)
    fits = _SHORTEST <= count_words(text) / max(1, count_words(source)) < 1.0
    stands = is_well_formed(text) and not (opens_dangling(text) and not opens_dangling(source))
    one = len(split_sentences(Document(id="draft", text=text, language="en"))) == 1
    return text if fits and stands and one else None
