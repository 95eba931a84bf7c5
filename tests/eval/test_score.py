"""Golden figures are those of Google's rouge-score 0.1.2, on sentences that are split by hand."""

from __future__ import annotations

import numpy as np
import pytest
from rouge_score.rouge_scorer import RougeScorer

from eval.metrics.base import MetricOptions
from eval.metrics.rouge import TYPES
from eval.score import score
from summarizer.errors import InputError

OUTPUTS = (
    ("The river flooded twelve houses in Arden.", "The bridge is closed until Friday."),
    ("Police found the boy unharmed on Tuesday.",),
    (),
    ("The council voted to rebuild the school.", "Nobody objected."),
)
REFERENCES = (
    (("The bridge stays closed until Friday.", "A flood damaged 12 houses in Arden."), ("Arden was flooded.",)),
    (("A missing boy was found safe on Tuesday, police said.",), ("The boy is safe.", "Police found him on Tuesday.")),
    (("The mayor resigned.",), ("The mayor has stepped down.",)),
    (("Councillors voted on Monday to rebuild the burnt school.",), ("The school will be rebuilt.",)),
)
TEXTS = [
    (" ".join(output), tuple(" ".join(one) for one in references))
    for output, references in zip(OUTPUTS, REFERENCES, strict=True)
]


def google(*, stemmer: bool = True) -> dict[str, float]:
    scorer = RougeScorer(list(TYPES), use_stemmer=stemmer)
    rows = [
        scorer.score_multi(["\n".join(one) for one in references], "\n".join(output))
        for output, references in zip(OUTPUTS, REFERENCES, strict=True)
    ]
    return {name: 100 * float(np.mean([row[name].fmeasure for row in rows])) for name in TYPES}


def test_figures_are_those_of_rouge_score() -> None:
    found = score(TEXTS, seed=1, resamples=100).figures
    golden = {"rouge1": 49.9466, "rouge2": 27.3810, "rougeL": 36.0043, "rougeLsum": 49.9466}
    assert {name: one.mean for name, one in found.items()} == pytest.approx(golden, abs=1e-4)
    assert google() == pytest.approx(golden, abs=1e-4)
    plain = score(TEXTS, options=MetricOptions(stemmer=False), seed=1, resamples=100).figures
    assert {name: one.mean for name, one in plain.items()} == pytest.approx(google(stemmer=False), abs=1e-9)
    assert plain["rouge1"] != found["rouge1"]


def test_the_best_reference_counts_or_the_mean_of_all_and_the_signature_says_which() -> None:
    best, mean = (
        score(TEXTS, ["rouge1"], MetricOptions(references=how), seed=1, resamples=100) for how in ("max", "mean")
    )
    single = [score([(output, (r[k],)) for output, r in TEXTS], ["rouge1"], seed=1, resamples=100) for k in (0, 1)]
    assert mean.figures["rouge1"].mean == pytest.approx(sum(one.figures["rouge1"].mean for one in single) / 2)
    assert best.figures["rouge1"].mean > max(one.figures["rouge1"].mean for one in single)
    assert "|nrefs:2|" in best.signature
    assert "|rouge.refs:max|" in best.signature
    assert "|rouge.refs:mean|" in mean.signature


def test_the_signature_holds_what_the_figures_depend_on() -> None:
    found = score(TEXTS, ["rougeL"], seed=7, resamples=300)
    for part in ("n:4|of:4|", "rouge-score-rs:", "stem:porter", "tok:default", "seed:7", "ci:bca95/300", "v:", "code:"):
        assert part in found.signature, part
    again, other = (score(TEXTS, ["rougeL"], seed=seed, resamples=300) for seed in (7, 8))
    assert found == again
    assert found.figures["rougeL"].low != other.figures["rougeL"].low


def test_a_line_without_reference_is_left_out_and_an_empty_output_scores_zero() -> None:
    found = score([("", ("The mayor resigned.",)), ("Rain fell.", ("Rain fell.",)), ("More.", ())], seed=1)
    assert (found.n, found.left_out) == (2, 1)
    assert found.figures["rougeLsum"].mean == 50
    assert found.signature.startswith("n:2|of:3|nrefs:1|")
    with pytest.raises(InputError, match="no line has a reference"):
        score([("More.", ())], seed=1)


@pytest.mark.parametrize("names", [["bleu"], ["rouge1", "rouge9"], []])
def test_an_unknown_metric_is_told(names: list[str]) -> None:
    with pytest.raises(InputError, match="Choose from: rouge1"):
        score(TEXTS, names, seed=1)
