"""How far a long run is, told where there is no terminal."""

import itertools
import time

import pytest

from summarizer.progress import steps_bar


def test_the_time_left_is_told_by_the_work_and_the_count_by_the_stories(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    minutes = itertools.count(step=60.0)
    monkeypatch.setattr(time, "monotonic", lambda: next(minutes))
    with steps_bar() as say:
        for done, tokens in ((1, 1_000), (2, 4_000), (3, 7_000)):
            say("Summarising", done, 20, (tokens, 10_000))
        say("Reading", 5, None)
        say("Reading", 10, None)
    assert capsys.readouterr().err.splitlines() == [
        "Summarising 2 of 20, 2 min left",
        "Summarising 3 of 20, 1 min left",
        "Reading 10",
    ]
