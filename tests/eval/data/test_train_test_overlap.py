"""Training and held-out sets that touch: on texts of our own, and on the shared research data where it is present."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.data import datasets, train_test_overlap
from eval.data.train_test_overlap import Text

STORY = (
    "The river burst its banks in Arden on Monday and flooded twelve houses near the station. Nobody was hurt, the "
    "fire service said. Mayor Ines Calder asked people to stay away from the old bridge until engineers have seen it. "
    "Boats carried thirty-six people to a school on the hill, where volunteers served soup and handed out blankets."
)
OTHER = (
    "An orchestra that plays on instruments made of ice opened its season in a mountain village on Friday night. The "
    "musicians wear gloves, and each violin lasts for about four concerts before its sound becomes dull and it melts."
)


def text(of: str, dataset: str = "dev", example: str = "a") -> Text:
    return Text(dataset, example, "document", tuple(train_test_overlap.words(of)))


def kinds(held: str, *trained: str) -> list[tuple[str, float]]:
    texts = [text(one, "train", str(place)) for place, one in enumerate(trained)]
    return [(one.kind, round(one.share, 2)) for one in train_test_overlap.shared([text(held)], texts)]


def test_case_punctuation_and_space_do_not_hide_a_copy() -> None:
    assert kinds(STORY, OTHER, STORY.upper().replace(". ", " --\n\n")) == [("same", 1.0)]
    assert kinds(STORY, OTHER) == []


def test_a_shortened_copy_is_near_either_way_round() -> None:
    half = STORY[: STORY.index("Boats carried")]
    assert kinds(half, f"{STORY} {OTHER}") == [("near", 1.0)]
    assert kinds(f"{STORY} {OTHER}", half) == [("near", 1.0)]


def test_one_sentence_in_common_is_no_copy() -> None:
    shared = "Boats carried thirty-six people to a school on the hill, where volunteers served soup."
    assert kinds(f"{OTHER} {shared}", STORY) == []


def test_the_training_text_that_shares_most_is_named() -> None:
    (found,) = train_test_overlap.shared(
        [text(STORY)], [text(STORY[:200], "train", "part"), text(STORY, "train", "whole")]
    )
    assert (found.trained.example, found.kind) == ("whole", "same")


def test_what_many_examples_hold_is_boilerplate() -> None:
    assert kinds(STORY, STORY, STORY) == [("same", 1.0)]
    assert kinds(STORY, STORY, STORY, STORY) == [("boilerplate", 1.0)]


def test_sets_are_read_and_every_finding_is_written(tmp_path: Path) -> None:
    def load(name: str, rows: list[dict[str, object]]) -> datasets.Dataset:
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return datasets.load(str(path))

    held = load("dev", [{"id": "d1", "documents": [{"text": OTHER}], "references": [STORY]},
                        {"id": "d2", "documents": [{"text": "Too short to say anything."}]}])  # fmt: skip
    train = load("train", [{"id": "t1", "documents": [{"text": STORY}, {"text": "Too short to say anything."}]}])
    found = train_test_overlap.shared(list(train_test_overlap.texts_of(held)), train_test_overlap.texts_of(train))
    table = train_test_overlap.lines([held], [train], found)
    assert table[1][2:] == ["0", "0", "1", "0", "1 of 2", "0"]
    train_test_overlap.write(tmp_path / "found.jsonl", found)
    (row,) = [json.loads(line) for line in (tmp_path / "found.jsonl").read_text().splitlines()]
    assert (row["held_example"], row["of"], row["training_example"], row["kind"]) == ("d1", "reference", "t1", "same")


# Held-out examples that touch a training set, all of them read by us. multinews/dev: tweets, reprint notices and short
# statements that two clusters quote, and one report (46813) that both hold. cased: tweets. A multinews article tells
# the story of neus-val-226 in the words of its reference.
KNOWN = {
    ("multinews-train", "allsides-dev"): {"neus-val-226"},
    ("multinews-train", "multinews-dev"): {
        "mnplus-46618", "mnplus-46813", "mnplus-46865", "mnplus-47993", "mnplus-48582", "mnplus-48646", "mnplus-49858",
    },
    ("multinews-train", "multinews-cased"): {"mnraw-train-27493", "mnraw-train-40535"},
}  # fmt: skip
HELD_OUT = ("allsides/dev", "multinews/dev", "multinews/cased", "cnndm/realsumm", "opinosis/opinosis")


@pytest.mark.slow
def test_training_and_held_out_sets_of_the_research_data_do_not_touch(shared_data: Path) -> None:
    held = [datasets.load(str(shared_data / f"{name}.jsonl.gz")) for name in HELD_OUT]
    texts = [text for dataset in held for text in train_test_overlap.texts_of(dataset)]
    assert {text.dataset for text in texts} == {dataset.name for dataset in held}
    for name in ("allsides/train", "multinews/train"):
        train = datasets.load(str(shared_data / f"{name}.jsonl.gz"))
        found = [
            one
            for one in train_test_overlap.shared(texts, train_test_overlap.texts_of(train))
            if one.kind != "boilerplate"
        ]
        for dataset in held:
            touched = {one.held.example for one in found if one.held.dataset == dataset.name}
            assert touched == KNOWN.get((train.name, dataset.name), set()), (train.name, dataset.name)
        assert [one for one in found if one.held.kind == "reference" and one.kind == "same"] == []
