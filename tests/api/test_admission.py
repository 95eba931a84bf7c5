"""Callers take turns, whatever the number of their connections, and are told for how long to wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from serving import Server, keys_file, sqlite_url, story

from api.admission import Admission, Place
from api.problem import ProblemError


class Line:
    """An Admission of one place to run and three to wait; what began and what was refused, in order."""

    def __init__(self, running: int = 1, waiting: int = 3) -> None:
        self.admission = Admission(running, waiting)
        self.begun: list[str] = []
        self.refused: list[str] = []
        self.places: dict[str, Place] = {}

    def enter(self, name: str, length: int = 0, most: int | None = None) -> None:
        """name: its caller is the first letter."""
        place = Place(name[0], lambda: self.begun.append(name), lambda _: self.refused.append(name), length, most)
        self.admission.enter(place)
        self.places[name] = place

    def end_all(self) -> list[str]:
        done = 0
        while done < len(self.begun):
            self.admission.end(self.places[self.begun[done]])
            done += 1
        return self.begun


def test_callers_take_turns() -> None:
    line = Line()
    for name in ("a1", "a2", "a3", "b1"):
        line.enter(name)
    assert line.end_all() == ["a1", "a2", "b1", "a3"]
    assert len(line.admission) == 0


def test_a_full_line_makes_room_for_who_has_less_of_it() -> None:
    line = Line()
    for name in ("a1", "a2", "a3", "a4"):
        line.enter(name)
    with pytest.raises(ProblemError):
        line.enter("a5")
    line.enter("b1")
    assert line.refused == ["a4"]
    with pytest.raises(ProblemError):
        line.enter("b2")  # two of a and one of b: no fairer with one of a and two of b
    assert line.end_all() == ["a1", "a2", "b1", "a3"]


def test_who_leaves_the_line_is_passed_over() -> None:
    line = Line()
    for name in ("a1", "a2", "b1"):
        line.enter(name)
    assert line.admission.leave(line.places["a2"])
    assert not line.admission.leave(line.places["a1"])  # it runs
    assert line.end_all() == ["a1", "b1"]


def test_in_a_line_the_shortest_comes_first_and_the_others_in_the_end() -> None:
    line = Line(1, 20)
    line.enter("a0")
    line.enter("a-long", 20_000)
    line.enter("b1")
    for number in range(6):
        line.enter(f"a{number}-short", 500)
    assert line.end_all()[:5] == ["a0", "a0-short", "b1", "a1-short", "a2-short"]
    assert line.begun[5] == "a-long", "it was passed over three times"


def test_further_places_are_for_much_shorter_texts_and_for_callers_of_whom_nothing_runs() -> None:
    line = Line(8, 10)
    for number in range(10):
        line.enter(f"a{number}", 8_000)
    assert len(line.begun) == 8
    line.enter("a-less", 4_000)
    assert len(line.begun) == 8
    line.enter("b-first", 50_000)
    line.enter("b-second", 50_000)
    line.enter("a-short", 500)
    line.enter("c-first", 500)
    assert line.begun[8:] == ["b-first", "a-short"], "there are two"
    line.admission.end(line.places["b-first"])
    assert line.begun[10:] == ["b-second"], "again nothing of b runs, and it is before c"
    line.admission.end(line.places["a-short"])
    assert line.begun[11:] == ["c-first"]
    assert len(line.end_all()) == 15


def test_one_place_is_one_place() -> None:
    line = Line(1, 3)
    line.enter("a1", 8_000)
    line.enter("b1", 5)
    assert line.begun == ["a1"]
    assert line.end_all() == ["a1", "b1"]


def test_a_caller_may_have_fewer_places_than_there_are() -> None:
    line = Line(4, 3)
    for number in range(4):
        line.enter(f"a{number}", most=2)
    line.enter("b0")
    assert line.begun == ["a0", "a1", "b0"]
    line.admission.end(line.places["b0"])
    assert line.begun == ["a0", "a1", "b0"]
    line.admission.end(line.places["a1"])
    assert line.begun == ["a0", "a1", "b0", "a2"]
    assert line.admission.pause("a", 2) >= line.admission.pause("c")


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that runs two requests at a time and lets eight wait, for two keys."""
    keys = keys_file(tmp_path_factory.mktemp("keys"), "hog", "desk")
    settings = {"concurrency": 2, "queue_size": 8, "cache_bytes": 0, "api_keys_file": keys}
    with Server(jobs_url=sqlite_url(tmp_path_factory.mktemp("jobs")), **settings) as running:
        yield running


def ask(client: httpx.Client, key: str, stories: int) -> httpx.Response:
    body = {"documents": [{"text": story(number)} for number in range(stories)]}
    return client.post("/v1/summaries", json=body, headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def asking(keyed: Server) -> Iterator[httpx.Client]:
    """A client with as many connections as it likes."""
    with httpx.Client(base_url=keyed.url, timeout=120, limits=httpx.Limits(max_connections=None)) as client:
        yield client


@pytest.mark.slow
def test_a_key_with_48_connections_does_not_starve_another(asking: httpx.Client) -> None:
    stop = threading.Event()
    done: list[int] = []

    def insist() -> None:
        while not stop.is_set():
            done.append(ask(asking, "hog", 10).status_code)
            stop.wait(1.0)

    with ThreadPoolExecutor(48) as clients:
        hogs = [clients.submit(insist) for _ in range(48)]
        while 503 not in done:
            time.sleep(0.05)
        before = done.count(200)
        answers = [ask(asking, "desk", 10).status_code for _ in range(8)]
        meanwhile = done.count(200) - before
        stop.set()
    [hog.result() for hog in hogs]
    assert answers == [200] * 8
    assert set(done) == {200, 503}
    # Two run at a time: what runs when it comes, and one turn of the other's before its own. In one line it were ten.
    assert meanwhile <= 4 * 8


@pytest.mark.slow
def test_retry_after_is_what_is_then_waited_within_a_factor_of_two(asking: httpx.Client) -> None:
    ends: list[float] = []
    stop = threading.Event()

    def insist() -> None:
        while not stop.is_set():
            if ask(asking, "hog", 40).status_code == 200:
                ends.append(time.monotonic())

    with ThreadPoolExecutor(10) as clients:
        running = [clients.submit(insist) for _ in range(10)]
        while len(ends) < 8:  # now it has seen how long such requests take
            time.sleep(0.05)
        while (refused := ask(asking, "hog", 40)).status_code != 503:
            time.sleep(0.01)
        asked = time.monotonic()
        stop.set()
    [one.result() for one in running]
    waited = max(ends) - asked
    told = int(refused.headers["Retry-After"])
    assert waited / 2 <= told <= 2 * waited, (told, waited)
