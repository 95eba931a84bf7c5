"""Faithfulness: the project's own grounding check, run over any system's output.

How far it agrees with people is measured by ``python -m eval validate`` (see validation.py), not assumed here.
"""

from __future__ import annotations

from eval.data.tokenization import output_sentences
from eval.metrics.base import EachOutput, MetricOptions, Scores
from eval.metrics.evidence import OPTIONS, EvidenceShelf, check, verifier_of
from eval.types import Example, Measure, Output
from summarizer.verification.hard_checks import Evidenced


class Faithfulness(EachOutput):
    """Every sentence of an output is checked against all sentences of all documents."""

    name = "faithfulness"
    measures = (
        Measure(
            name="supported",
            label="supported",
            better="higher",
            scale=100,
            about="Percent of sentences that the grounding check passes",
        ),
        Measure(name="support", label="support", better="higher", digits=3, about="Mean support of sentences, 0 to 1"),
        Measure(
            name="weakest", label="weakest", better="higher", digits=3, about="Support of the weakest sentence, 0 to 1"
        ),
        Measure(
            name="all_supported",
            label="all supp.",
            better="higher",
            scale=100,
            about="Percent of summaries in which every sentence passes",
        ),
        Measure(
            name="invented",
            label="invented",
            better="lower",
            scale=100,
            about="Percent of summaries with a name, number, date or quotation that no document holds",
        ),
    )

    def __init__(self, options: MetricOptions) -> None:
        super().__init__(options)
        self.shelf = EvidenceShelf(options.language)
        self.options = {**OPTIONS, **verifier_of(options)}

    def score_one(self, example: Example, output: Output) -> Scores:
        """Five figures in 0..1 an output; none for an empty one."""
        texts = [s.text for s in output.sentences] or output_sentences(output.text, self._language)
        if not texts:
            return {}
        found = [one.sentence for one in check(texts, self.shelf.of(example), self.options["verifier"])]
        passed = [sentence.supported for sentence in found]
        held = Evidenced([document.text for document in example.documents])
        return {
            "supported": sum(passed) / len(passed),
            "support": sum(sentence.support for sentence in found) / len(found),
            "weakest": min(sentence.support for sentence in found),
            "all_supported": float(all(passed)),
            "invented": float(any(held.unsupported(text) for text in texts)),
        }
