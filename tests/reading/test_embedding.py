"""The sentence encoder on its real weights; the first run pulls them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from affinity import core_sets_during

from summarizer.reading.embedding import WIDTH, SentenceEncoder
from summarizer.settings import Settings

TEXTS = [
    "The court sentenced the minister to four years in prison.",
    "A judge jailed the minister for four years.",
    "Heavy rain is expected in the south on Sunday.",
    "Zoë Kravitz’s naïve café — “€5,000” …",
    "Владимир Путин сказал, что 北京市 ответит.",
    "한국어 뉴스 서울",
    "",
]

GOLDEN = {
    # First four values, transformers 5.23 + torch 2.13 fp32, mean pooling and unit length, of TEXTS[0] and TEXTS[5].
    0: [0.06111, 0.15281, -0.02635, 0.03388],
    5: [0.00044, 0.07489, -0.02854, -0.00781],
}


@pytest.fixture(scope="module")
def encoder() -> Iterator[SentenceEncoder]:
    made = SentenceEncoder(Settings())
    yield made
    made.close()


def test_rows_are_unit_float32_in_the_order_given(encoder: SentenceEncoder) -> None:
    rows = encoder.encode(TEXTS)
    assert rows.shape == (len(TEXTS), WIDTH)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    for place, text in enumerate(TEXTS):
        assert float(encoder.encode([text])[0] @ rows[place]) > 0.9999
    assert encoder.encode([]).shape == (0, WIDTH)


def test_meaning_is_near_and_far(encoder: SentenceEncoder) -> None:
    rows = encoder.encode(TEXTS[:3])
    assert float(rows[0] @ rows[1]) > 0.7
    assert float(rows[0] @ rows[2]) < 0.2


def test_rows_are_those_of_the_original_model(encoder: SentenceEncoder) -> None:
    for place, values in GOLDEN.items():
        assert np.allclose(encoder.encode([TEXTS[place]])[0, :4], values, atol=2e-4)


def test_only_the_first_256_tokens_are_read(encoder: SentenceEncoder) -> None:
    long = "The council met on Monday to talk about the bridge. " * 40
    rows = encoder.encode([long, long + "Nothing of this is read. " * 100, "word " * 254, "word " * 5_000])
    assert float(rows[0] @ rows[1]) > 0.99999
    assert float(rows[2] @ rows[3]) > 0.99999


def test_the_same_texts_give_the_same_bits_from_any_thread(encoder: SentenceEncoder) -> None:
    expected = encoder.encode(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(encoder.encode, [TEXTS] * 8):
            assert np.array_equal(rows, expected)


@pytest.mark.skipif(sys.platform != "linux", reason="affinity is told by Linux")
def test_no_thread_is_bound_to_a_core_that_another_worker_may_have() -> None:
    encoder = SentenceEncoder(Settings(threads=1))
    assert core_sets_during(lambda: encoder.encode(TEXTS * 40)) == {frozenset(os.sched_getaffinity(0))}
