"""Citation recall and precision as ALCE defines them (Gao et al. 2023), with the grounding check in place of its NLI
model: a sentence is recalled when its cited passages together support it; a citation is precise when its sentence is
recalled and it is not irrelevant, that is, it supports the sentence alone, or the others fail to without it."""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.base import EachOutput, MetricOptions, Scores
from eval.metrics.evidence import OPTIONS, EvidenceShelf, check, cited_only, verifier_of
from eval.types import Example, Measure, Output
from summarizer.types import Citation, SummarySentence
from summarizer.verification import Evidence


class Citations(EachOutput):
    """For systems that cite; each Citation of a sentence is one passage."""

    name = "citations"
    measures = (
        Measure(
            name="citation_recall",
            label="cit. recall",
            better="higher",
            scale=100,
            about="Percent of sentences that their citations support (ALCE)",
        ),
        Measure(
            name="citation_precision",
            label="cit. precision",
            better="higher",
            scale=100,
            about="Percent of citations that are needed or support alone (ALCE)",
        ),
        Measure(name="citations_per_sentence", label="cit./sent.", about="Citations a sentence"),
    )

    def __init__(self, options: MetricOptions) -> None:
        super().__init__(options)
        self._shelf = EvidenceShelf(options.language)
        self.options = {**OPTIONS, **verifier_of(options), "definition": "alce"}

    def score_one(self, example: Example, output: Output) -> Scores:
        """Three figures an output; none for one without sentences of its own, as uncited systems give."""
        if not output.sentences:
            return {}
        evidence = self._shelf.of(example)
        judged = [_judge(sentence, example, evidence, self.options["verifier"]) for sentence in output.sentences]
        cited = sum(len(sentence.citations) for sentence in output.sentences)
        return {
            "citation_recall": sum(recalled for recalled, _ in judged) / len(judged),
            "citation_precision": sum(precise for _, precise in judged) / cited if cited else 0.0,
            "citations_per_sentence": cited / len(judged),
        }


def _judge(sentence: SummarySentence, example: Example, evidence: Evidence, verifier: str) -> tuple[bool, int]:
    """(whether the citations together support the sentence, how many of them are precise)."""
    citations = list(sentence.citations)

    def support(some: Sequence[Citation]) -> bool:
        if not some:
            return False
        return check([sentence.text], cited_only(example, evidence, some), verifier)[0].sentence.supported

    if not support(citations):
        return False, 0
    if len(citations) == 1:
        return True, 1
    precise = 0
    for index, citation in enumerate(citations):
        others = citations[:index] + citations[index + 1 :]
        precise += support([citation]) or not support(others)
    return True, precise
