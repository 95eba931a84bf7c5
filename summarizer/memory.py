"""How much memory this process may still take."""

from __future__ import annotations

import sys
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")  # where a container sees its own


def free_bytes(meminfo: Path = Path("/proc/meminfo"), cgroup: Path = _CGROUP) -> int | None:
    """What the machine has left, or the container if that is less; None where the system does not say."""
    if sys.platform != "linux":
        return None
    known = [value for value in (_machine(meminfo), _container(cgroup)) if value is not None]
    return min(known, default=None)


def _machine(meminfo: Path) -> int | None:
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        return None


def _container(cgroup: Path) -> int | None:
    """Limit less use; what the files of a container hold in the page cache can be given up, and does not count."""
    try:
        limit = int((cgroup / "memory.max").read_text(encoding="ascii"))  # "max" without one
        used = int((cgroup / "memory.current").read_text(encoding="ascii"))
        stat = dict(line.split() for line in (cgroup / "memory.stat").read_text(encoding="ascii").splitlines())
        return limit - used + int(stat.get("inactive_file", 0))
    except (OSError, ValueError):
        return None
