"""Classifiers of transformers as judges, on tiny random models that are saved as those of the hub are."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from tiny_models import save_classifier, save_seq2seq  # noqa: E402

from summarizer.errors import ModelError  # noqa: E402
from summarizer.settings import Settings  # noqa: E402
from summarizer.verification.judge import judge_of  # noqa: E402

pytestmark = pytest.mark.torch

PAIRS = [
    ("The council closed the old bridge on Monday.", "The bridge was closed."),
    ("Repairs will cost two million euros and last until autumn, the mayor told reporters.", "Repairs are free."),
    ("Ferries run.", "Ferries will carry commuters across the river until the bridge reopens in autumn."),
]


@pytest.mark.parametrize(
    "labels",
    [
        ["contradiction", "entailment", "neutral"],
        ["not_entailment", "entailment"],
        ["entailment", "not_entailment"],
        ["hallucinated", "consistent"],
        ["LABEL_0", "LABEL_1"],
        ["score"],
    ],
)
def test_the_entailed_label_is_the_one_the_config_names(tmp_path, labels):
    judge = judge_of(f"hf:{save_classifier(tmp_path, labels)}", Settings())
    found = judge.entailed(PAIRS)
    expected = next((i for i, label in enumerate(labels) if label in {"entailment", "consistent", "LABEL_1"}), -1)
    for pair, probability in zip(PAIRS, found, strict=True):
        with torch.inference_mode():
            logits = judge._model(**judge._tokenizer(*pair, return_tensors="pt")).logits[0]
        alone = torch.sigmoid(logits[0]) if expected < 0 else torch.softmax(logits, -1)[expected]
        assert probability == pytest.approx(float(alone), abs=1e-4)


def test_a_classifier_of_something_else_is_refused(tmp_path):
    with pytest.raises(ModelError, match="does not say which label means entailed"):
        judge_of(f"hf:{save_classifier(tmp_path, ['anger', 'joy', 'fear'])}", Settings())
    with pytest.raises(ModelError, match="cannot be loaded"):
        judge_of(f"hf:{tmp_path / 'nothing'}", Settings().model_copy(update={"offline": True}))


def test_a_long_evidence_is_cut_and_the_claim_is_not(tmp_path):
    judge = judge_of(f"hf:{save_classifier(tmp_path, ['no', 'yes'])}", Settings())
    long = "The council closed the bridge. " * 400
    one, other = judge.entailed([(long, PAIRS[0][1]), (long, PAIRS[1][1])])
    assert one != other


def test_a_model_that_writes_is_asked_for_one_or_nought(tmp_path):
    judge = judge_of(f"hf:{save_seq2seq('flan-t5', tmp_path)}", Settings())
    found = judge.entailed(PAIRS)
    assert all(0.0 < probability < 1.0 for probability in found)
    assert found == judge.entailed(PAIRS)
