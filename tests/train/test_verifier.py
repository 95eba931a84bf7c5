"""What the embedded judge learns from, and that it reads in use what it read in training."""

from __future__ import annotations

import gzip
import json
from random import Random

import numpy as np
import pytest

from summarizer.settings import Settings
from summarizer.train.claims import from_clusters, from_labelled, group_of, is_trained_on
from summarizer.train.minimal_pairs import differences, edits, story_of
from summarizer.verification import Evidence
from summarizer.verification.probe import ProbeJudge

TRUE = "Governor Anna Koval said on Tuesday that 14 ships will not leave Port Lena before March."
STORY = story_of(
    [
        TRUE,
        "Paolo Ricci was elected in 2019 after the old harbour was closed.",
        "Ricci has asked the coast guard for help, and repairs in Varna Bay will cost 3 million euros.",
    ],
    ["because of the storm"],
)


def test_each_edit_changes_one_thing_and_knows_where():
    made = {edit.kind: edit for edit in edits(TRUE, STORY, Random(3))}
    assert {"name", "role", "number", "date", "polarity", "opposite", "certainty", "speaker", "added", "fused"} <= set(
        made
    )
    assert "not" not in made["polarity"].text.split()
    assert made["speaker"].text == "14 ships will not leave Port Lena before March."
    assert "Tuesday" not in made["date"].text
    assert "14" not in made["number"].text
    for kind in ("number", "date", "name"):
        assert made[kind].wrong, kind
        for start, end in made[kind].wrong:
            assert made[kind].text[start:end] not in TRUE


def test_what_is_left_out_marks_the_word_after_it():
    assert differences("They did not go home.", "They did go home.") == ((9, 11),)
    assert differences("Same.", "Same.") == ()


def cluster(number):
    """A small story of its own with a reference that its articles state."""
    text = (
        f"The port of Lena {number} reopened on Tuesday, nine days after a storm closed it. Harbour master Ilse Brandt "
        f"said {number + 10} cargo ships were waiting outside. Transport Minister Paolo Ricci promised money for "
        "repairs. Ricci denied that his ministry had received a warning. Exports of grain fell 15 percent in January."
    )
    return {
        "documents": [{"text": text}],
        "references": [f"Ilse Brandt said {number + 10} cargo ships were waiting outside the port."],
    }


def test_true_claims_come_with_false_twins_and_their_evidence(encode):
    claims = list(from_clusters([cluster(n) for n in range(3)], encode, Random(0)))
    true = [claim for claim in claims if claim.label]
    false = [claim for claim in claims if not claim.label and claim.wrong]
    assert true
    assert len(false) >= len(true)
    assert all("Brandt" in claim.evidence for claim in true if claim.kind == "reference")
    assert all(claim.claim[slice(*claim.wrong[0])] for claim in false)


def labelled(document):
    return [
        {"document": document, "summary": "Koval closed the port. Ricci promised money.", "label": 1},
        {"document": document, "summary": "Koval closed the port. Ricci refused money.", "label": 0},
        {"document": document, "summary": "All is false. And nobody says where.", "label": 0},
    ]


def test_of_a_false_summary_the_sentence_that_differs_is_the_false_one(encode):
    document = next(
        text
        for text in (f"Anna Koval closed the port on day {n}. Paolo Ricci promised money." for n in range(50))
        if is_trained_on(group_of(text))
    )
    claims = {claim.claim: claim for claim in from_labelled(labelled(document), encode, "people")}
    assert {text for text, claim in claims.items() if claim.label} == {
        "Koval closed the port.",
        "Ricci promised money.",
    }
    false = claims["Ricci refused money."]
    assert [false.claim[start:end] for start, end in false.wrong] == ["refused"]
    assert len(claims) == 3, "a summary that does not tell which sentence is false teaches nothing"


def test_the_half_that_reports_is_never_learnt_from(encode):
    texts = [f"Anna Koval closed the port on day {n}. Paolo Ricci promised money." for n in range(40)]
    groups = {claim.group for text in texts for claim in from_labelled(labelled(text), encode, "people")}
    assert groups == {group_of(text) for text in texts if is_trained_on(group_of(text))}
    assert 0 < len(groups) < len(texts)


@pytest.mark.torch
def test_the_shipped_reader_sees_what_was_trained_on(tmp_path, tiny_gguf, encode, monkeypatch):
    pytest.importorskip("torch")
    from summarizer.generation.states import StateReader
    from summarizer.train import probe
    from summarizer.train.claim_states import WORDING, ClaimReader
    from summarizer.train.verifier import Recipe, train_verifier

    monkeypatch.setattr(probe, "_EPOCHS", 1)  # how well it learns is not asked here
    clusters = tmp_path / "clusters.jsonl.gz"
    clusters.write_bytes(gzip.compress("\n".join(json.dumps(cluster(n)) for n in range(12)).encode()))
    people = tmp_path / "people.jsonl"
    rows = [row for n in range(12) for row in labelled(f"Anna Koval closed the port on day {n}. Ricci promised money.")]
    people.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    settings = Settings(cache_dir=tmp_path / "cache")
    recipe = Recipe(model=str(tiny_gguf), layers=2)
    told = train_verifier(clusters, [people], tmp_path / "run", recipe, encode, settings)
    assert "claims" in told
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert report["curve"][-1][0] == report["claims"]
    again = train_verifier(clusters, [people], tmp_path / "run", recipe, encode, settings)
    assert again == told, "it resumes from what it read"

    arrays = dict(np.load(tmp_path / "run" / "probe.npz", allow_pickle=False))
    states = StateReader(tiny_gguf, 2, settings)
    judge = ProbeJudge(arrays, states)
    claims = list(from_clusters([cluster(3)], encode, Random(1)))[:4]
    read = list(ClaimReader(tiny_gguf, 2, "float32").read(claims))
    for claim, seen in zip(claims, read, strict=True):
        text = WORDING.format(evidence=claim.evidence, claim=claim.claim)
        spans, vectors = states.read([text])[0]
        own = vectors[[end > len(text) - len(claim.claim) for _, end in spans]]
        assert own.shape == seen.states.shape
        assert np.corrcoef(own.ravel(), seen.states.astype(np.float32).ravel())[0, 1] > 0.99
    assert all(0.0 <= value <= 1.0 for value in judge.entailed([(c.evidence, c.claim) for c in claims]))
    _, unseen = probe.fit(read * 3, ())
    assert len(unseen) == len(read) * 3


def test_sentences_without_anything_to_change_give_nothing():
    assert not [e for e in edits("Rain.", story_of(["Rain."], []), Random(0)) if e.kind != "added"]


def test_evidence_without_sentences_teaches_nothing(encode):
    assert not list(
        from_clusters(
            [{"documents": [{"text": " "}], "references": ["A long enough reference of words."]}], encode, Random(0)
        )
    )
    assert Evidence([], [], np.zeros((0, 384), np.float32)).sentences == ()
