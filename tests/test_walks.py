"""CONTRIBUTING.md shows three walks through the house: short, and with no step that the code does not take."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WALKS = {
    title: re.findall(r"^\d+\. `([a-z_/]+\.py)`", steps, re.MULTILINE)
    for title, steps in re.findall(
        r"^(From [a-z ]+):\n\n((?:\d+\. .+\n)+)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE
    )
}


def imported(path: str) -> set[str]:
    """The modules that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
            package = importlib.import_module(node.module)
            found |= {getattr(getattr(package, name.name, None), "__module__", "") for name in node.names}
    return found


def test_the_three_walks_are_there() -> None:
    assert list(WALKS) == ["From the command line", "From a request", "From an archive"]


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_a_walk_is_short_and_each_module_is_used_by_one_before_it(walk: list[str]) -> None:
    assert 2 <= len(walk) <= 10
    names = [path.removesuffix(".py").replace("/", ".") for path in walk]
    for place, name in enumerate(names):
        importlib.import_module(name)
        if place:
            assert name in set().union(*(imported(path) for path in walk[:place])), name
