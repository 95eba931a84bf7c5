"""A judge tuned on marked claims: what readers marked is learnt, and what is marked must be about known articles."""

from __future__ import annotations

import json

import numpy as np
import pytest

from summarizer.errors import InputError
from summarizer.train.claim_states import ReadClaim
from summarizer.train.claims import LabelledClaim, group_of
from summarizer.train.probe import Probe
from summarizer.train.tuning import from_marked, probe_of, tuned

ARTICLES = [
    {
        "id": "port",
        "documents": [
            {"text": "The port of Lena reopened on Tuesday. Ilse Brandt said that 14 ships were waiting outside."},
            {"text": " "},
        ],
    }
]


def test_marked_claims_get_the_evidence_that_the_verifier_shows(encode, tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in ARTICLES), encoding="utf-8")
    marked = [
        {"cluster": "port", "claim": "Brandt said that ships were waiting.", "label": 1},
        {"cluster": "port", "claim": "Brandt said that ships were sinking.", "label": 0},
        {"cluster": "port", "claim": "The port of Lena reopened on Tuesday.", "label": 1},
    ]
    true, false = from_marked(marked, [path], encode)  # what an article says word for word needs no judge
    assert (true.label, false.label) == (True, False)
    assert "14 ships" in true.evidence
    assert true.group == false.group
    with pytest.raises(InputError, match="no such cluster"):
        list(from_marked([{"cluster": "ship", "claim": "It sank.", "label": 0}], [path], encode))


@pytest.mark.torch
def test_what_readers_marked_is_learnt_and_told_apart_on_articles_that_were_not_seen():
    pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    width = 48
    start = Probe(
        mean=np.zeros(width, np.float32),
        scale=np.ones(width, np.float32),
        weights=rng.normal(scale=0.05, size=(width, 4)).astype(np.float32),
        bias=np.zeros(4, np.float32),
        summary=rng.normal(scale=0.5, size=12).astype(np.float32),
        level=0.0,
    )
    fault = rng.normal(size=width).astype(np.float32)
    read = []
    for number in range(200):
        label = bool(number % 2)
        states = rng.normal(size=(6, width)).astype(np.float32)
        if not label:
            states[rng.integers(6)] += 3 * fault  # one token shows it, in a way that the start has not learnt
        claim = LabelledClaim("evidence", f"claim {number}", label, (), "marked", group_of(str(number)))
        read.append(ReadClaim(claim, [(0, 1)] * 6, states.astype(np.float16)))
    labels = np.array([each.claim.label for each in read])
    before = np.array([start.log_odds(each.states) for each in read])
    probe, unseen = tuned(start, read)
    assert _auc(labels, unseen) > max(0.85, _auc(labels, before) + 0.1)
    assert probe.weights.shape == start.weights.shape
    assert np.array_equal(probe.mean, start.mean)


def _auc(labels, scores):
    return float(np.mean(scores[labels][:, None] > scores[~labels][None]))


def test_the_shipped_probe_is_where_tuning_starts():
    start = probe_of()
    assert start.weights.shape[0] == len(start.mean) == 1536
    assert start.summary.shape == (3 * start.weights.shape[1],)
