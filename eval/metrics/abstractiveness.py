"""Abstractiveness: what a summary does not copy (See et al. 2017; Grusky et al. 2018)."""

from __future__ import annotations

from eval.data.extractive_fragments import coverage_density, novel_share
from eval.data.tokenization import output_sentences, sentences_of, words
from eval.metrics.base import EachOutput, Scores
from eval.types import Example, Measure, Output

_SIZES = (1, 2, 3, 4)


class Abstractiveness(EachOutput):
    """Novel n-grams, coverage, density, compression and whole sentences copied, against all documents, in order."""

    name = "abstractiveness"
    measures = (
        *(
            Measure(name=f"novel{n}", label=f"novel {n}-g", scale=100, about=f"Percent of {n}-grams not in the sources")
            for n in _SIZES
        ),
        Measure(name="coverage", label="coverage", digits=2, about="Share of words in copied fragments"),
        Measure(name="density", label="density", about="Mean length of the fragment that a word is in"),
        Measure(name="compression", label="compr.", about="Source words a summary word"),
        Measure(name="copied", label="copied", scale=100, about="Percent of sentences that are a source's own, whole"),
    )

    def score_one(self, example: Example, output: Output) -> Scores:
        """Eight figures an output; none for an empty one."""
        written = words(output.text)
        if not written:
            return {}
        source = words(" \n ".join(document.text for document in example.documents))
        coverage, density = coverage_density(written, source)
        novel = {f"novel{n}": share for n in _SIZES if (share := novel_share(written, source, n)) is not None}
        compression = len(source) / len(written)
        copied = self._copied(example, output)
        return {**novel, "coverage": coverage, "density": density, "compression": compression, "copied": copied}

    def _copied(self, example: Example, output: Output) -> float:
        held = {tuple(words(sentence)) for document in example.documents for sentence in sentences_of(document)}
        said = [tuple(words(sentence)) for sentence in output_sentences(output.text, self._language)]
        return sum(sentence in held for sentence in said) / len(said)
