"""What a chat model answered, without what it says around a summary."""

from __future__ import annotations

import re

_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_MARKUP = re.compile(r"^(?:#{1,6}|[*•-])\s+")
_SOURCE_NUMBERS = re.compile(r"\s*\[\d+(?:\s*[,–-]\s*\d+)*\]")


def answer(text: str) -> str:
    """One paragraph without thoughts, list or heading marks, bold type, and the numbers of the source sentences, which
    the grounding check finds by itself."""
    lines = [_MARKUP.sub("", line.strip()) for line in _THOUGHT.sub("", text).splitlines()]
    joined = " ".join(line for line in lines if line).replace("**", "")
    return _SOURCE_NUMBERS.sub("", joined).strip()
