"""How patiently the client asks; what it asks for is in the tests of the routes."""

from __future__ import annotations

import httpx
import pytest

from summarizer.client import Client, RequestError

UNDER_WAY = httpx.Response(409, headers={"Retry-After": "1"}, request=httpx.Request("POST", "http://service"))
BUSY = httpx.Response(503, headers={"Retry-After": "3"}, request=httpx.Request("POST", "http://service"))


def test_a_request_whose_first_attempt_is_under_way_is_asked_for_until_the_timeout() -> None:
    """A server that died leaves its reservation for a lease: longer than a few attempts at a second each."""
    patience = Client("http://service", attempts=3, timeout=60).patience(again=True)
    assert all(1.0 <= patience.pause(UNDER_WAY) <= 1.2 for _ in range(100))
    assert 3.0 <= patience.pause(BUSY) <= 3.6
    assert patience.pause(httpx.ConnectError("gone")) <= 1.0
    with pytest.raises(RequestError, match="503"):
        patience.pause(BUSY)
    impatient = Client("http://service", attempts=3, timeout=0).patience(again=True)
    with pytest.raises(RequestError, match="409"):
        [impatient.pause(UNDER_WAY) for _ in range(3)]


def test_what_cannot_be_sent_again_is_not() -> None:
    with pytest.raises(RequestError, match="409"):
        Client("http://service").patience(again=False).pause(UNDER_WAY)
