"""LexRank and TextRank by sumy, over the project's own sentences, so that only the ranking differs between systems."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from eval.data.tokenization import WORD, sentences_of, word_count
from eval.systems.extractive_baselines import extracted, fill
from eval.types import Example, Output
from summarizer.errors import InputError

_LANGUAGES = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian", "pt": "portuguese"}


class GraphRank:
    """Ranks the sentences of all documents together; the chosen ones stand in document order."""

    def __init__(self, name: str, language: str) -> None:
        try:
            from sumy.nlp.stemmers import Stemmer  # type: ignore[import-untyped]
            from sumy.summarizers.lex_rank import LexRankSummarizer  # type: ignore[import-untyped]
            from sumy.summarizers.text_rank import TextRankSummarizer  # type: ignore[import-untyped]
            from sumy.utils import get_stop_words  # type: ignore[import-untyped]
        except ImportError as error:
            remedy = "Install it with: pip install 'summarizer[eval]'."
            raise InputError("it needs the package sumy", remedy=remedy, where=name) from error
        spoken = _LANGUAGES.get(language)
        if spoken is None:
            remedy = f"It speaks {', '.join(_LANGUAGES)}."
            raise InputError(f"no stemmer for the language '{language}'", remedy=remedy, where=name)
        kind = LexRankSummarizer if name == "lexrank" else TextRankSummarizer
        self._rank = kind(Stemmer(spoken))
        self._rank.stop_words = get_stop_words(spoken)
        self.name = name
        self.options: Mapping[str, str] = {"fill": "cut", "sumy": version("sumy"), "stop": spoken, "stem": spoken}

    def summarize(self, example: Example, budget: int) -> Output:
        """The best-ranked sentences up to the budget."""
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence  # type: ignore[import-untyped]

        texts = [s for document in example.documents for s in sentences_of(document)]
        model = ObjectDocumentModel([Paragraph([Sentence(text, _Words()) for text in texts])])

        def until_full(ranked: list[Any]) -> list[Any]:
            words, taken = 0, 0
            while taken < len(ranked) and words < budget:
                words += word_count(str(ranked[taken].sentence))
                taken += 1
            return ranked[:taken]

        return extracted(fill((str(sentence) for sentence in self._rank(model, until_full)), budget))


class _Words:
    """What sumy asks of a tokenizer; its own needs a download."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(WORD.findall(sentence))
