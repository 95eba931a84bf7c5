import time

import numpy as np
import pytest
from numpy.typing import NDArray

from summarizer.selection.salience import (
    WEIGHTS,
    agreement,
    centrality,
    lead,
    length,
    salience,
    sentence_features,
    similarity,
)


def unit(rows: list[list[float]]) -> NDArray[np.float32]:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_what_other_voices_say_too_is_agreed_on_and_a_voice_does_not_agree_with_itself() -> None:
    vectors = unit([[1, 0, 0], [0, 1, 0], [0, 1, 0], [1, 0.1, 0], [0, 0, 1]])
    votes = agreement(vectors, np.array([0, 0, 0, 1, 2]))
    assert votes[0] == pytest.approx(0.5, abs=0.01)  # one of two others
    assert votes[1] == votes[2] < 0.02
    assert votes[4] < 0.02


def test_near_copies_have_one_vote() -> None:
    vectors = unit([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]])
    copies = agreement(vectors, np.array([0, 0, 0, 1, 2]))
    assert copies[3] > copies[0]
    assert agreement(vectors, np.zeros(5, dtype=np.int64)).tolist() == [0] * 5


def test_a_vote_is_the_logistic_of_the_nearest_cosine() -> None:
    vectors = unit([[1, 0], [0.5, 3**0.5 / 2]])  # cosine 0.5, the threshold
    assert agreement(vectors, np.array([0, 1])).tolist() == pytest.approx([0.5, 0.5], abs=1e-4)


def test_centrality_counts_voices_and_not_sentences() -> None:
    vectors = unit([[1, 0, 0]] * 8 + [[0, 1, 0], [0, 1, 0.1]])
    central = centrality(vectors, np.array([0] * 8 + [1, 2]))
    assert central[8] == central.max() == pytest.approx(1.0)
    assert central[0] < central[8]
    assert centrality(vectors[:0], np.zeros(0, dtype=np.int64)).shape == (0,)


def test_the_lead_falls_from_one() -> None:
    assert lead(np.array([0, 3, 8, 0])).tolist() == pytest.approx([1, 1 / 2, 1 / 3, 1])


def test_similarity_is_the_best_of_several_and_never_negative() -> None:
    vectors = unit([[1, 0], [0, 1], [-1, 0]])
    assert similarity(vectors, unit([[1, 0], [1, 1]])).tolist() == pytest.approx([1, 0.5**0.5, 0])


def test_length_prefers_a_full_sentence_to_a_scrap_and_to_a_page() -> None:
    scrap, sentence, page = length([4, 35, 400])
    assert scrap < sentence
    assert page < sentence


STORY = [
    "A cargo ship carrying 4,000 cars caught fire off the Dutch coast on Tuesday, killing one sailor.",
    "I have never seen anything like it, one rescuer said",
    "Photo by the coastguard",
    "One sailor died when a cargo ship with 4,000 cars burned off the Dutch coast.",
    "The weather on the islands will stay mild this week.",
]


def features(**given: NDArray[np.float32]) -> NDArray[np.float32]:
    vectors = unit([[1, 0, 0], [0, 1, 0], [0, 0.9, 1], [1, 0.1, 0], [0, 0.1, 1]])
    voices, places = np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 0, 1])
    return sentence_features(STORY, vectors, voices, places, **given)


def test_features_have_a_named_column_each_within_bounds() -> None:
    found = features(titles=unit([[1, 1, 0]]), query=unit([[0, 0, 1]])[0])
    assert found.shape == (5, len(WEIGHTS))
    assert found.dtype == np.float32
    assert ((found >= 0) & (found <= 1.0001)).all()
    columns = dict(zip(WEIGHTS, found.T.tolist(), strict=True))
    assert columns["third_person"] == [1, 0, 1, 1, 1]
    assert columns["finished"] == [1, 0, 0, 1, 1]
    assert columns["phrases"][0] > columns["phrases"][4]


def test_what_both_articles_lead_with_is_most_salient_and_a_photo_credit_least() -> None:
    weights = salience(features())
    assert set(np.argsort(weights)[-2:].tolist()) == {0, 3}
    assert np.argmin(weights) in {1, 2}
    assert weights.min() == 0
    assert weights.max() == 1


def test_a_question_changes_what_matters() -> None:
    assert np.argmax(salience(features(query=unit([[0, 0.1, 1]])[0]))) == 4


def test_one_sentence_and_none() -> None:
    one = sentence_features(["Ship burns."], unit([[1, 0]]), np.array([0]), np.array([0]))
    assert salience(one).tolist() == [1]
    none = sentence_features([], np.zeros((0, 2), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert salience(none).shape == (0,)


def test_two_thousand_sentences_take_under_a_second_of_work() -> None:
    draw = np.random.default_rng(0)
    vectors = unit(draw.normal(size=(2000, 384)).tolist())
    texts = [" ".join(f"word{n}" for n in draw.integers(0, 5000, 20)) + "." for _ in range(2000)]
    voices = np.arange(2000) // 20
    before = time.thread_time()
    salience(sentence_features(texts, vectors, voices, np.arange(2000) % 20))
    assert time.thread_time() - before < 2
