"""Rates by a steady clock."""

from __future__ import annotations

import time

import pytest
from limits import parse

from api.rate import Rate


def test_no_more_than_the_amount_in_a_window_of_one_caller() -> None:
    rate = Rate(parse("3/second"))
    assert [rate.hit("desk").left for _ in range(3)] == [2, 1, 0]
    assert not rate.hit("desk").allowed
    assert rate.hit("wire").allowed


def test_after_the_seconds_told_one_more_is_allowed_and_not_before() -> None:
    rate = Rate(parse("2/second"))
    rate.hit("desk")
    time.sleep(0.3)
    rate.hit("desk")
    refused = rate.hit("desk")
    time.sleep(refused.seconds - 0.1)
    assert not rate.hit("desk").allowed
    time.sleep(0.12)
    assert [rate.hit("desk").allowed for _ in range(2)] == [True, False]


def test_the_wall_clock_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rate = Rate(parse("1/hour"))
    assert rate.hit("desk").allowed
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert not rate.hit("desk").allowed
