"""Importing any module is cheap: what is heavy loads when it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, sys.argv[1] + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(*sys.modules)
"""
HEAVY = {"torch", "transformers", "peft", "ray", "datasets", "openvino"}


@pytest.mark.parametrize(("package", "heavy"), [("summarizer", HEAVY | {"sqlalchemy"}), ("api", HEAVY)])
def test_no_module_imports_what_is_heavy(package: str, heavy: set[str]) -> None:
    found = subprocess.run([sys.executable, "-c", IMPORT_ALL, package], capture_output=True, text=True, check=True)
    assert heavy & set(found.stdout.split()) == set()
