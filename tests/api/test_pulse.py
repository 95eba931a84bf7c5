"""Who is taken for dead, by a clock that nobody can move."""

from __future__ import annotations

import time

from api.pulse import Pulse

LEASE = 1.2


def watched(pulse: Pulse, stamps: list[float]) -> list[str]:
    """Who is dead at the last of these looks, a fifth of a second apart."""
    dead: list[str] = []
    for stamp in stamps:
        time.sleep(0.2)
        dead = pulse.beaten({"other": stamp, "this": time.time()}, "this")
    return dead


def test_a_server_whose_stamp_stands_still_is_dead_and_one_whose_clock_jumps_is_not() -> None:
    pulse = Pulse(LEASE)
    assert watched(pulse, [100.0] * 4) == []
    assert watched(pulse, [100.0] * 5) == ["other"]
    assert watched(pulse, [5.0, 1e12, 4.0, 3.0, 1e12, 2.0, 1.0, 0.0]) == []


def test_silence_means_nothing_while_this_server_could_not_look() -> None:
    pulse = Pulse(LEASE)
    assert watched(pulse, [100.0] * 3) == []
    pulse.missed("the database is restarted")
    assert pulse.fault == "the database is restarted"
    time.sleep(1.5 * LEASE)
    assert watched(pulse, [100.0]) == []
    assert pulse.fault is None
