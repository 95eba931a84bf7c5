"""Similarity, faithfulness and citations with the real encoder and the project's own check."""

from __future__ import annotations

import pytest
from chat_server import Server

from eval.metrics import load_metric
from eval.metrics.base import MetricOptions, Scores
from eval.metrics.evidence import EvidenceShelf, check, encode
from eval.types import Example, Output
from summarizer.types import Citation, Document, SummarySentence

pytestmark = pytest.mark.slow

TEXT = (
    "The river burst its banks in Arden on Monday. It flooded 12 houses near the station. "
    "Mayor Ines Calder closed the bridge until Friday. Nobody was hurt, the fire service said."
)
OTHER = "The mayor of Arden, Ines Calder, said that the bridge would be closed until Friday."
EXAMPLE = Example(
    id="flood",
    documents=(Document(id="d1", text=TEXT, language="en"), Document(id="d2", text=OTHER, language="en")),
    references=("A flood hit 12 houses in Arden. The bridge is closed until Friday.",),
)


def score(metric: str, output: Output, example: Example = EXAMPLE) -> Scores:
    return load_metric(metric, MetricOptions(verifier="rules")).score([example], [output])[0]


def test_vectors_do_not_depend_on_their_neighbours() -> None:
    alone = encode(["The river flooded Arden."])
    among = encode(["A cat slept all day on the warm stove.", "The river flooded Arden.", "Rain."])
    assert (alone[0] == among[1]).all()
    assert encode([]).shape == (0, 384)


def test_similarity_prefers_the_same_meaning_and_knows_itself() -> None:
    same = score("similarity", Output(text=EXAMPLE.references[0]))
    near = score("similarity", Output(text="Twelve homes in Arden were flooded."))
    far = score("similarity", Output(text="The orchestra played a waltz."))
    assert same["minilm_f1"] == pytest.approx(1, abs=1e-4)
    assert far["minilm_f1"] < near["minilm_f1"] < 1
    assert score("similarity", Output(text=""))["minilm_f1"] == 0
    assert score("similarity", Output(text="x"), EXAMPLE.model_copy(update={"references": ()})) == {}


def test_copied_sentences_are_faithful_and_invented_ones_are_not() -> None:
    copied = score(
        "faithfulness", Output(text="It flooded 12 houses near the station. Nobody was hurt, the fire service said.")
    )
    assert (copied["supported"], copied["all_supported"], copied["invented"]) == (1, 1, 0)
    invented = score(
        "faithfulness", Output(text="It flooded 12 houses near the station. It flooded 340 farms in Belgium.")
    )
    assert (invented["supported"], invented["all_supported"], invented["invented"]) == (0.5, 0, 1)
    assert invented["weakest"] < invented["support"] < copied["support"]
    assert score("faithfulness", Output(text="")) == {}


def span(text: str, document: Document) -> Citation:
    start = document.text.index(text)
    return Citation(document=document.id, start=start, end=start + len(text), score=1)


def output(text: str, *citations: Citation) -> Output:
    return Output(
        text=text, sentences=(SummarySentence(text=text, citations=citations, support=1, supported=bool(citations)),)
    )


HOUSES = span("It flooded 12 houses near the station.", EXAMPLE.documents[0])
HURT = span("Nobody was hurt, the fire service said.", EXAMPLE.documents[0])


def test_a_right_citation_is_recalled_and_precise() -> None:
    found = score("citations", output("It flooded 12 houses near the station.", HOUSES))
    assert found == {"citation_recall": 1, "citation_precision": 1, "citations_per_sentence": 1}


def test_a_wrong_citation_is_neither() -> None:
    found = score("citations", output("It flooded 12 houses near the station.", HURT))
    assert (found["citation_recall"], found["citation_precision"]) == (0, 0)


def test_a_needless_citation_costs_precision_only() -> None:
    found = score("citations", output("It flooded 12 houses near the station.", HOUSES, HURT))
    assert found == {"citation_recall": 1, "citation_precision": 0.5, "citations_per_sentence": 2}


def test_a_sentence_without_citations_is_not_recalled_and_text_alone_is_not_judged() -> None:
    assert score("citations", output("It flooded 12 houses near the station."))["citation_recall"] == 0
    assert score("citations", Output(text="It flooded 12 houses near the station.")) == {}


def test_a_sentence_that_comes_again_is_read_once() -> None:
    with Server() as server:
        server.text = "Yes"
        verifier, evidence = f"openai:tiny-chat@{server.url}", EvidenceShelf("en").of(EXAMPLE)
        flooded, shut, hurt = "Houses were flooded in Arden.", "Ines Calder shut the bridge.", "Nobody was injured."
        first = check([flooded, shut, flooded], evidence, verifier)
        again = check([hurt, flooded], evidence, verifier)
        assert len(server.bodies) == 3
    assert [one.sentence.text for one in (*first, *again)] == [flooded, shut, flooded, hurt, flooded]
    assert again[1] is first[0]
