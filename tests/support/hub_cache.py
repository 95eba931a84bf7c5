"""A hub cache as huggingface_hub lays it out: blobs by checksum, a snapshot a commit that links to them, refs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path


def add_revision(cache: Path, name: str, files: Mapping[str, bytes] | Path, *refs: str) -> str:
    """Put ``files`` (contents by name, or a folder) of the repository ``name`` into ``cache``; refs: branches, tags
    and pull requests that point at them. Returns the commit."""
    if isinstance(files, Path):
        files = {path.name: path.read_bytes() for path in sorted(files.iterdir()) if path.is_file()}
    repository = cache / f"models--{name.replace('/', '--')}"
    commit = hashlib.sha1(repr(sorted(files.items())).encode(), usedforsecurity=False).hexdigest()
    snapshot = repository / "snapshots" / commit
    for folder in (snapshot, repository / "blobs"):
        folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        blob = repository / "blobs" / hashlib.sha256(content).hexdigest()
        blob.write_bytes(content)
        (snapshot / file).symlink_to(os.path.relpath(blob, snapshot))
    for ref in refs:
        place = repository / "refs" / ref
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(commit)
    return commit
