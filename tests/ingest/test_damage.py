"""Damaged files end in documents and errors, whatever is damaged in them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.errors import InputError
from summarizer.ingest.base import Entry
from summarizer.ingest.open import documents

FILES = Path(__file__).parent / "files"
NAMES = ["newsletter.eml", "report.docx", "report.odt", "report.fodt", "book.epub", "columns.pdf"]
damages = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=30), st.integers(0, 300)), min_size=1, max_size=8)


def damaged(data: bytes, places: list[tuple[float, bytes, int]]) -> bytes:
    """``data`` with other bytes in place of some."""
    for where, written, length in places:
        start = int(where * len(data))
        data = data[:start] + written + data[start + length :]
    return data


def read(name: str, data: bytes) -> None:
    errors: list[InputError] = []
    found = list(documents(Entry(name, name, data, hint=name.rpartition(".")[2]), errors.append, limit=1_000_000))
    assert found or errors
    assert all(error.remedy and error.where for error in errors)
    assert all(document.text.strip() for document in found)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=60)
@given(places=damages)
def test_bytes(name: str, places: list[tuple[float, bytes, int]]) -> None:
    read(name, damaged((FILES / name).read_bytes(), places))


@pytest.mark.parametrize("name", ["report.docx", "report.odt", "book.epub"])
@settings(deadline=None, max_examples=60)
@given(places=damages, which=st.floats(0, 0.999))
def test_members_of_a_sound_zip_file(name: str, places: list[tuple[float, bytes, int]], which: float) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(FILES / name) as sound, zipfile.ZipFile(packed, "w") as archive:
        members = [info.filename for info in sound.infolist() if info.file_size]
        chosen = members[int(which * len(members))]
        for member in members:
            data = sound.read(member)
            archive.writestr(member, damaged(data, places) if member == chosen else data)
    read(name, packed.getvalue())
