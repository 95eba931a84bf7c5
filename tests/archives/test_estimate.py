"""What a dry run tells from the few batches that it measures."""

import numpy as np

from summarizer.archives.estimate import extrapolated, spread

TOKENS = np.sort(np.random.default_rng(1).lognormal(6.0, 1.2, 2_000))[::-1]


def test_the_few_long_ones_and_the_many_short_ones_are_measured():
    places = spread(TOKENS, 16)
    assert 12 <= len(places) <= 16
    assert sum(place < 200 for place in places) >= 4
    assert sum(place > 1_000 for place in places) >= 4
    assert spread(TOKENS[:3], 16) == [0, 1, 2]


def test_the_rest_follows_from_what_a_batch_and_a_token_take():
    places = spread(TOKENS, 16)
    exact = 2.0 + 0.003 * TOKENS
    total, error = extrapolated(TOKENS[places], exact[places], TOKENS)
    assert np.isclose(total, exact.sum())
    assert error < 1e-6 * total


def test_the_range_holds_the_truth_nineteen_times_of_twenty_and_the_estimate_is_near():
    dice, places, within, near = np.random.default_rng(2), spread(TOKENS, 16), 0, 0
    for _ in range(200):
        seconds = (2.0 + 0.003 * TOKENS) * dice.lognormal(0.0, 0.3, len(TOKENS))
        total, error = extrapolated(TOKENS[places], seconds[places], TOKENS)
        within += abs(total - seconds.sum()) <= 2 * error
        near += abs(total / seconds.sum() - 1) < 0.3
    assert within >= 170
    assert near >= 195


def test_what_is_longer_never_takes_less_and_one_batch_is_enough():
    total, _ = extrapolated(np.array([100.0, 200.0]), np.array([4.0, 2.0]), np.full(10, 150.0))
    assert np.isclose(total, 30.0)
    total, error = extrapolated(np.array([100.0]), np.array([4.0]), np.array([100.0]))
    assert (total, error) == (4.0, 2.0)
