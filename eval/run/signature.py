"""The line that says how a figure was made, after sacrebleu's: enough to make it again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy


@cache
def code_digest() -> str:
    """8 hex digits over all files of eval and summarizer, trained weights that ship with them among these: a version
    number does not change with every edit."""
    import summarizer

    digest = hashlib.sha256()
    for package in (Path(__file__).parents[1], Path(str(summarizer.__file__)).parent):
        for path in sorted(package.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def package_version() -> str:
    """Version of the installed package; ``source`` when it runs from a checkout."""
    try:
        return version("summarizer")
    except PackageNotFoundError:
        return "source"


def environment() -> dict[str, str]:
    """What the figures depend on besides the run's own options."""
    return {
        "v": package_version(),
        "code": code_digest(),
        "py": platform.python_version(),
        "numpy": numpy.__version__,
        "cpu": platform.machine(),
    }


def signature(*parts: Mapping[str, object]) -> str:
    """``key:value`` pairs joined by ``|`` in the order given; a value never holds the separator."""
    pairs = (f"{key}:{str(value).replace('|', '/')}" for part in parts for key, value in part.items())
    return "|".join(pairs)
