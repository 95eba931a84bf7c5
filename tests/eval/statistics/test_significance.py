from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.statistics.significance import compare, holm, interval, paired, resampled_means

SKEWED = np.random.default_rng(0).exponential(1, 40)


def test_bca_agrees_with_scipy() -> None:
    # scipy 1.17.1: stats.bootstrap((SKEWED,), np.mean, n_resamples=200_000, method="BCa", random_state=1)
    # gives (0.8659, 1.6242); Monte Carlo error of an end is about 0.004 at 200,000 resamples.
    found = interval(SKEWED, seed=1, resamples=200_000)
    assert found.mean == pytest.approx(SKEWED.mean())
    assert (found.low, found.high) == pytest.approx((0.8659, 1.6242), abs=0.012)


def test_bca_leans_to_the_long_tail_more_than_percentiles_do() -> None:
    bca = interval(SKEWED, seed=1)
    low, high = np.quantile(resampled_means(SKEWED, 10_000, seed=1), (0.025, 0.975))
    assert bca.high - bca.mean > bca.mean - bca.low
    assert bca.high > high
    assert bca.low > low


@pytest.mark.slow
def test_intervals_hold_the_true_mean_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for seed in range(400):
        found = interval(rng.beta(2, 5, 80), seed=seed, resamples=1_000)
        held += found.low <= 2 / 7 <= found.high
    # Binomial(400, 0.95) is within 0.95 +- 0.035 in 99.9% of cases.
    assert held / 400 == pytest.approx(0.95, abs=0.035)


def test_ten_thousand_resamples_of_a_thousand_examples_take_under_two_seconds() -> None:
    scores = np.random.default_rng(0).random(1_000)
    interval(scores, seed=0, resamples=100)
    started = time.thread_time()
    interval(scores, seed=0, resamples=10_000)
    assert time.thread_time() - started < 2


def test_the_same_seed_gives_the_same_interval_from_the_same_resamples() -> None:
    assert interval(SKEWED, seed=5) == interval(SKEWED, seed=5)
    assert interval(SKEWED, seed=5) != interval(SKEWED, seed=6)
    assert np.allclose(resampled_means(SKEWED + 1, 500, seed=5) - resampled_means(SKEWED, 500, seed=5), 1)


def test_blocks_of_resamples_cover_all_of_them() -> None:
    # 6,000 examples make blocks of 666 resamples.
    assert resampled_means(np.ones(6_000), 1_500, seed=0).shape == (1_500,)


def test_equal_scores_have_no_width_and_none_is_an_error() -> None:
    found = interval(np.full(9, 0.4), seed=0)
    assert found.low == found.high == pytest.approx(0.4)
    with pytest.raises(ValueError, match="no scores"):
        interval(np.array([]), seed=0)


def test_randomisation_agrees_with_all_sign_flips() -> None:
    difference = np.array([0.3, 0.1, -0.05, 0.2, 0.15, 0.4, -0.1, 0.25])
    flips = np.array(np.meshgrid(*[[-1, 1]] * 8)).reshape(8, -1)
    exact = np.mean(np.abs(difference @ flips) >= abs(difference.sum()) - 1e-12)
    found = compare(difference, np.zeros(8), seed=2, resamples=100_000)
    assert found.p_randomisation == pytest.approx(exact, abs=0.003)


def test_both_p_values_agree_with_scipy() -> None:
    # scipy 1.17.1, 400,000 resamples, random_state=1, on the same a and b:
    # permutation_test((a, b), mean difference, permutation_type="samples").pvalue gives 0.04579;
    # bootstrap((a - b,), np.mean) gives distribution d with mean(|d - mean(a - b)| >= |mean(a - b)|) = 0.03941.
    # Monte Carlo error of either is about 0.0007 at our 100,000 resamples.
    a = np.round(np.random.default_rng(7).beta(4, 6, 60), 4)
    b = np.round(a - np.random.default_rng(8).normal(0.02, 0.05, 60), 4)
    found = compare(a, b, seed=3, resamples=100_000)
    assert found.p_randomisation == pytest.approx(0.04579, abs=0.003)
    assert found.p_bootstrap == pytest.approx(0.03941, abs=0.003)


def test_a_comparison_says_direction_size_and_wins() -> None:
    base = np.random.default_rng(1).random(200)
    found = compare(base + 0.1 + 0.01 * np.sin(np.arange(200)), base, seed=0)
    assert found.difference.mean == pytest.approx(0.1, abs=0.002)
    assert found.difference.low > 0
    assert found.p_bootstrap == found.p_randomisation == pytest.approx(1 / 10_001)
    assert found.effect > 10
    assert found.wins == 1.0
    same = compare(base, base, seed=0)
    assert (same.p_bootstrap, same.p_randomisation, same.effect, same.wins) == (1.0, 1.0, 0.0, 0.5)
    with pytest.raises(ValueError, match="200 scores against 3"):
        compare(base, base[:3], seed=0)


@pytest.mark.slow
def test_p_values_are_uniform_when_nothing_differs() -> None:
    rng = np.random.default_rng(4)
    found = [compare(rng.random(60), rng.random(60), seed=s, resamples=500) for s in range(300)]
    for p in ([one.p_bootstrap for one in found], [one.p_randomisation for one in found]):
        assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.04)


def test_holm_on_the_textbook_case() -> None:
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") gives 0.03 0.06 0.06 0.02.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_lowers_a_p_value_nor_changes_their_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= a <= 1 for p, a in zip(p_values, adjusted, strict=True))
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    assert all(adjusted[a] <= adjusted[b] for a, b in pairwise(order))


def test_pairs_are_the_examples_that_both_have() -> None:
    ids, a, b = paired({"x": 1.0, "y": 2.0, "z": 3.0}, {"z": 30.0, "x": 10.0})
    assert ids == ["x", "z"]
    assert a.tolist() == [1.0, 3.0]
    assert b.tolist() == [10.0, 30.0]
