"""What a chat model answered, without what it says around a summary."""

from __future__ import annotations

import re

_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_HEADING = re.compile(r"\s*#{1,6}\s")
_MARKUP = re.compile(r"^[*•-]\s+")
_SOURCE_NUMBERS = re.compile(r"\s*\[\d+(?:\s*[,–-]\s*\d+)*\]")


def answer(text: str) -> str:
    """One paragraph without thoughts, headings, list marks, bold type, announcing lines ("Here is a summary:"), and the
    numbers of the source sentences, which the grounding check finds by itself."""
    bare = _THOUGHT.sub("", text).replace("**", "")
    lines = [_MARKUP.sub("", line.strip()) for line in bare.splitlines() if not _HEADING.match(line)]
    joined = " ".join(line for line in lines if line and not line.endswith(":"))
    return _SOURCE_NUMBERS.sub("", joined).strip()
