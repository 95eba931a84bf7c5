"""The project's own sentence encoder and grounding check, as metrics use them: one encoder, sources read once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from eval.metrics.base import MetricOptions
from eval.types import Example
from summarizer.reading.embedding import SentenceEncoder
from summarizer.reading.segment import split_sentences
from summarizer.settings import Settings
from summarizer.types import Citation
from summarizer.verification import Evidence, Grounded, ground
from summarizer.verification.grounding import RULES_THRESHOLD
from summarizer.verification.judge import Judge, default_verifier, judge_of

Floats = NDArray[np.float32]
_KEPT = 32  # examples; a metric goes over all systems before it leaves a batch of examples

OPTIONS = {"encoder": "all-minilm-l6-v2", "openvino": version("openvino")}


@cache
def _encoder() -> SentenceEncoder:
    # One thread: figures must not hang on how many cores there are, and short texts gain nothing from more.
    return SentenceEncoder(Settings().model_copy(update={"threads": 1}))


def encode(texts: Sequence[str]) -> Floats:
    """Unit rows (n, 384), one text a request: batched by the engine, a vector would depend on its neighbours."""
    rows = [_encoder().encode([text]) for text in texts]
    return np.concatenate(rows) if rows else np.zeros((0, 384), dtype=np.float32)


class EvidenceShelf:
    """Evidence of the examples seen last, by id."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._shelf: OrderedDict[str, Evidence] = OrderedDict()

    def of(self, example: Example) -> Evidence:
        """All sentences of the example's documents, embedded once."""
        if example.id not in self._shelf:
            sentences = [s for document in example.documents for s in split_sentences(document)]
            vectors = encode([sentence.text for sentence in sentences])
            self._shelf[example.id] = Evidence(example.documents, sentences, vectors, self._language)
            if len(self._shelf) > _KEPT:
                self._shelf.popitem(last=False)
        return self._shelf[example.id]


def cited_only(example: Example, evidence: Evidence, citations: Sequence[Citation]) -> Evidence:
    """Evidence of the cited sentences alone. Names are still looked up in the documents that are cited."""
    rows = [
        row
        for row, sentence in enumerate(evidence.sentences)
        if any(
            c.document == sentence.document and c.start <= sentence.start and sentence.end <= c.end for c in citations
        )
    ]
    cited = {citation.document for citation in citations}
    return Evidence(
        [document for document in example.documents if document.id in cited],
        [evidence.sentences[row] for row in rows],
        evidence.vectors[rows],
        evidence.language,
    )


def verifier_of(options: MetricOptions) -> dict[str, str]:
    """The judge that a metric asks and its threshold, as its signature tells them."""
    name = options.verifier or Settings().verifier or default_verifier("embedded")
    asked = judge(name)
    return {"verifier": name, "threshold": f"{asked.threshold if asked else RULES_THRESHOLD:g}"}


@cache
def judge(verifier: str) -> Judge | None:
    """The judge of that name, loaded once; None for ``rules``. Raises ModelError."""
    return judge_of(verifier, Settings())


_checked: WeakKeyDictionary[Evidence, dict[tuple[str, str], Grounded]] = WeakKeyDictionary()


def check(texts: Sequence[str], evidence: Evidence, verifier: str) -> list[Grounded]:
    """``summarizer.verification.ground`` with the shared encoder and judge. A sentence that comes again is read once:
    minimal pairs have most of theirs in common."""
    known = _checked.setdefault(evidence, {})
    new = [text for text in dict.fromkeys(texts) if (verifier, text) not in known]
    found = ground(new, evidence, encode, judge(verifier)) if new else []
    known.update({(verifier, text): one for text, one in zip(new, found, strict=True)})
    return [known[verifier, text] for text in texts]
