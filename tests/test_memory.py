"""Free memory: of the machine, or of the container if that has less."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from summarizer.memory import free_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say")


def test_the_less_of_machine_and_container(tmp_path: Path) -> None:
    meminfo, group = tmp_path / "meminfo", tmp_path / "cgroup"
    group.mkdir()
    meminfo.write_text("MemTotal: 8000000 kB\nMemAvailable: 4000000 kB\n")
    assert free_bytes(meminfo, group) == 4_096_000_000
    (group / "memory.max").write_text("max\n")
    assert free_bytes(meminfo, group) == 4_096_000_000
    (group / "memory.max").write_text("2000000000\n")
    (group / "memory.current").write_text("900000000\n")
    (group / "memory.stat").write_text("anon 5\ninactive_file 100000000\n")
    assert free_bytes(meminfo, group) == 1_200_000_000
    assert free_bytes(tmp_path / "none", tmp_path / "none") is None


def test_this_machine_has_some() -> None:
    free = free_bytes()
    assert free is not None
    assert free > 0
