import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from summarizer.selection.mmr import extract, mmr, select
from summarizer.selection.vocabulary import shared_phrases

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def unit(rows: list[list[float]]) -> Floats:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def weights(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def test_mmr_prefers_what_is_new_to_what_was_said() -> None:
    vectors = unit([[1, 0], [1, 0.05], [0, 1]])
    relevance, lengths = weights(1.0, 0.9, 0.6), np.array([10, 10, 10])
    assert mmr(vectors, relevance, lengths, 20) == [0, 2]


def test_mmr_skips_what_does_not_fit_and_counts_what_was_chosen_before() -> None:
    vectors = unit([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    relevance, lengths = weights(1.0, 0.8, 0.5), np.array([10, 50, 10])
    assert mmr(vectors, relevance, lengths, 25) == [0, 2]
    assert mmr(vectors, relevance, lengths, 25, chosen=[2]) == [0]
    assert mmr(vectors, relevance, lengths, 5) == []


def test_every_document_is_heard_before_any_is_heard_twice() -> None:
    vectors = unit([[1, 0, 0], [0, 1, 0], [0.1, 1, 0], [0, 0, 1]])
    relevance, documents = weights(1.0, 0.95, 0.9, 0.01), np.array([0, 0, 0, 1])
    chosen = select(vectors, relevance, np.array([10] * 4), documents, 20)
    assert chosen.rows == [0, 3]
    assert chosen.unheard == []


def test_a_document_whose_best_is_too_long_is_heard_by_a_shorter_sentence() -> None:
    vectors = unit([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    chosen = select(vectors, weights(1.0, 0.9, 0.2), np.array([10, 80, 12]), np.array([0, 1, 1]), 30)
    assert chosen.rows == [0, 2]
    assert chosen.unheard == []


def test_documents_that_do_not_fit_are_named() -> None:
    vectors = unit([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    chosen = select(vectors, weights(0.5, 1.0, 0.7), np.array([10, 10, 10]), np.array([4, 7, 9]), 20)
    assert chosen.rows == [1, 2]
    assert chosen.unheard == [4]


def test_an_extract_fills_the_budget_and_does_not_repeat() -> None:
    vectors = unit([[1, 0, 0], [1, 0.1, 0], [0, 1, 0], [0, 0, 1]])
    relevance, words = weights(1.0, 0.99, 0.5, 0.2), np.array([20, 20, 50, 15])
    assert extract(vectors, relevance, words, 40) == [0, 3]
    assert extract(vectors, relevance, words, 90) == [0, 2, 3]


def test_an_extract_prefers_what_several_documents_tell() -> None:
    texts = ["Rain fell on the city.", "Nine ships burned at sea.", "Nine ships burned."]
    vectors, words = unit([[1, 0, 0], [0, 1, 0], [0, 1, 0.1]]), np.array([5, 5, 3])
    relevance = weights(0.6, 0.5, 0.0)
    phrases = shared_phrases(texts, np.array([0, 1, 2]))
    assert extract(vectors, relevance, words, 5) == [0]
    assert extract(vectors, relevance, words, 5, phrases) == [1]


def test_when_nothing_fits_the_shortest_comes_back_to_be_cut() -> None:
    assert extract(unit([[1, 0], [0, 1]]), weights(1, 0.1), np.array([60, 50]), 20) == [1]
    assert extract(np.zeros((0, 2), np.float32), weights(), np.zeros(0, np.int64), 20) == []


@given(st.integers(1, 40), st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_budgets_hold_and_nothing_is_chosen_twice(n: int, budget: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    vectors = unit(draw.normal(size=(n, 5)).tolist())
    relevance = draw.random(n).astype(np.float32)
    lengths, documents = draw.integers(1, 40, n), draw.integers(0, 6, n)
    chosen = select(vectors, relevance, lengths, documents, budget)
    assert len(set(chosen.rows)) == len(chosen.rows)
    assert lengths[chosen.rows].sum() <= budget
    heard = {int(documents[row]) for row in chosen.rows}
    assert heard | set(chosen.unheard) == set(documents.tolist())
    assert not heard & set(chosen.unheard)
    taken = extract(vectors, relevance, lengths, budget)
    assert lengths[taken].sum() <= budget or (len(taken) == 1 and lengths.min() > budget)


@pytest.mark.parametrize("budget", [500, 100_000])
def test_a_sentence_chosen_costs_one_look_at_each_other(budget: int) -> None:
    draw = np.random.default_rng(0)
    vectors = unit(draw.normal(size=(1000, 384)).tolist())
    relevance, lengths = draw.random(1000).astype(np.float32), draw.integers(10, 40, 1000)
    before = time.thread_time()
    for row in range(1000):
        _ = vectors @ vectors[row]
    looks = time.thread_time() - before
    before = time.thread_time()
    select(vectors, relevance, lengths, np.arange(1000) // 20, budget)
    # Side by side, so that a busy machine slows both.
    assert time.thread_time() - before < 5 * looks + 0.5
