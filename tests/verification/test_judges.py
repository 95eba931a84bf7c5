"""Judges: which string makes which, and what each makes of a claim beside its evidence."""

from __future__ import annotations

import numpy as np
import pytest
from chat_server import Server

from summarizer.errors import GenerationError, ModelError
from summarizer.settings import Settings
from summarizer.verification.judge import default_verifier, judge_of
from summarizer.verification.probe import ProbeJudge

PAIRS = [
    ("The council closed the old bridge on Monday.", "The bridge was closed."),
    ("Repairs will cost two million euros and last until autumn, the mayor told reporters.", "Repairs are free."),
    ("Ferries run.", "Ferries will carry commuters across the river until the bridge reopens in autumn."),
]


@pytest.mark.parametrize("name", ["", "oracle", "hf:", "openai:", "rules:strict", "embedded:large"])
def test_what_names_no_judge_is_told(name):
    with pytest.raises(ModelError, match=r"no such verifier.*hf:<id or folder>"):
        judge_of(name, Settings())


def test_rules_are_no_judge_and_extractive_needs_none():
    assert judge_of("rules", Settings()) is None
    assert default_verifier("extractive") == "rules"


@pytest.mark.parametrize("source", ["tiny-chat", "@http://localhost:1/v1", "tiny-chat@localhost"])
def test_a_server_needs_a_model_and_an_address(source):
    with pytest.raises(ModelError, match="which model at which server"):
        judge_of(f"openai:{source}", Settings())


def test_a_server_answers_with_probabilities_where_it_has_them_and_words_where_not():
    with Server() as server:
        judge = judge_of(f"openai:tiny-chat@{server.url}", Settings())
        server.texts = {"was closed": "Yes.", "are free": "No", "reopens": "I cannot tell"}
        assert judge.entailed(PAIRS) == [1.0, 0.0, 0.0]
        server.logprobs = [{"token": "Yes", "logprob": np.log(0.3)}, {"token": "No", "logprob": np.log(0.1)}]
        assert judge.entailed(PAIRS[:1]) == [pytest.approx(0.75)]
        [body] = [b for b in server.bodies if "are free" in b["messages"][-1]["content"]]
        assert (body["temperature"], body["max_tokens"], body["logprobs"]) == (0.0, 1, True)


def test_a_server_that_fails_says_so():
    with Server() as server:
        judge = judge_of(f"openai:tiny-chat@{server.url}", Settings())
        server.script = [400]
        with pytest.raises(GenerationError, match="HTTP 400"):
            judge.entailed(PAIRS[:1])


class Letters:
    """Reads a text as one token a word, with a state of two numbers: its length, and whether it is written big."""

    longest = 12

    def count(self, text):
        return len(text.split(" "))

    def read(self, texts):
        assert all(self.count(text) <= self.longest for text in texts)
        return [self._states(text) for text in texts]

    def _states(self, text):
        spans, at = [], 0
        for word in text.split(" "):
            spans.append((at, at + len(word)))
            at += len(word) + 1
        words = [text[start:end] for start, end in spans]
        return spans, np.array([[len(word), word.isupper()] for word in words], dtype=np.float32)

    def plain(self, text):
        return text.replace("<|end|>", "")


def probe(**changed):
    arrays = {
        "mean": np.array([4.0, 0.0]),
        "scale": np.array([2.0, 1.0]),
        "weights": np.array([[0.0], [-5.0]]),
        "bias": np.array([2.0]),
        "summary": np.array([0.0, 0.0, 1.0]),
        "level": np.array(0.0),
        "threshold": np.array(0.5),
        "wording": np.array("Source: {evidence} Claim: {claim}"),
    }
    return ProbeJudge({**arrays, **changed}, Letters())


def test_the_probe_reads_the_claims_own_tokens_and_its_worst_ones_decide():
    judge = probe()
    good, loud, evidence_loud = judge.entailed(
        [("all is well", "all is well"), ("all is well", "all IS well"), ("ALL IS WELL", "all is <|end|>well")]
    )
    assert good == pytest.approx(1 / (1 + np.exp(-2)))
    assert loud == pytest.approx(1 / (1 + np.exp(-(2 - 5 / 3))))
    assert evidence_loud == good
    assert judge.threshold == 0.5


def test_evidence_that_is_too_long_is_cut_and_a_claim_that_is_cannot_pass():
    pairs = [("all is well " * 400, "all is well"), ("all is well", "all is well " * 40), ("x", "all IS well")]
    long, endless, loud = probe().entailed(pairs)
    assert long == pytest.approx(1 / (1 + np.exp(-2)))
    assert endless == 0.0
    assert loud < long
