"""The commands and code that README.md and the pages of docs/ print, and what stands before each about running it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(
    r"^(?:<!-- (?P<mark>[^\n]*?) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
_INLINE = re.compile(r"(?<!`)`((?:summarizer|python -m eval) [^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, the line that opens it, language, code, and the comment right before it, if any."""

    page: Path
    line: int
    language: str
    code: str
    mark: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """The lines of a shell block, continued lines joined."""
        return self.code.replace("\\\n", " ").strip().splitlines()


def pages() -> list[Path]:
    """README.md and every page of docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(*languages: str) -> Iterator[Block]:
    """The fenced blocks of all pages in ``languages``."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for found in _FENCE.finditer(text):
            if found["language"] in languages:
                line = text.count("\n", 0, found.start("language")) + 1
                yield Block(page, line, found["language"], found["code"], found["mark"] or "")


def inline_commands() -> Iterator[tuple[str, str]]:
    """The commands of ours that stand in sentences, each after its place."""
    for page in pages():
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
            yield from ((f"{page.relative_to(ROOT)}:{number}", found) for found in _INLINE.findall(line))
