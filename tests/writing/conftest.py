"""A story told by a chat server whose answers the test writes: the real pipeline, with the hard checks for a judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chat_server import Server

from summarizer import Document, Settings, Summarizer, Summary

Told = Callable[..., Summary]


@pytest.fixture
def server() -> Iterator[Server]:
    """An OpenAI-compatible server; ``server.streams`` holds what it answers."""
    with Server() as server:
        yield server


@pytest.fixture
def told(server: Server, summarizer: Summarizer) -> Told:
    """``told(articles, *answers)``: the summary when the model streams ``answers``, one a request, then nothing."""

    def write(articles: str | list[str] | list[Document], *answers: str, **options: Any) -> Summary:
        server.streams = list(answers)
        server.text = ""
        writer = Summarizer(f"openai:tiny-chat@{server.url}", verifier="rules", settings=Settings())
        writer.encoder = summarizer.encoder  # type: ignore[method-assign]  # one encoder for the session
        return writer.summarize(articles, key_points=options.pop("key_points", 0), **options)

    return write


def sentences(summary: Summary) -> list[str]:
    """Their texts."""
    return [sentence.text for sentence in summary.sentences]
