"""A small data set that we wrote: two articles a story, one reference, and outputs of another system."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

TOWNS = ("Arden", "Belmore", "Corwen", "Dunfield", "Easton", "Farley", "Gorse", "Holm")


def story(town: str, index: int) -> dict[str, Any]:
    boats = 12 + index
    return {
        "id": f"flood-{index}",
        "documents": [
            {
                "title": f"River floods {town}",
                "text": f"The river burst its banks in {town} on Monday and flooded {boats} houses. "
                f"Nobody was hurt, the fire service said. Mayor Ines Calder asked people to stay away from the bridge. "
                f"Boats carried {boats * 3} people to a school on the hill. The water had risen since Saturday.",
            },
            {
                "text": f"Heavy rain swelled the river above {town}. Water entered {boats} houses on Monday. "
                "Firefighters from three towns worked through the night. Trains stopped for two days. "
                f"The mayor of {town}, Ines Calder, said that the bridge would be closed until Friday.",
            },
        ],
        "references": [
            f"A flood in {town} damaged {boats} houses on Monday. Nobody was hurt. "
            "The bridge stays closed until Friday."
        ],
        "systems": {"elsewhere": f"The river flooded {boats} houses in {town}. The bridge is closed until Friday."},
    }


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Eight stories."""
    return [story(town, index) for index, town in enumerate(TOWNS)]


@pytest.fixture
def data_file(tmp_path: Path, rows: list[dict[str, Any]]) -> Path:
    """The stories as a file."""
    folder = tmp_path / "floods"
    folder.mkdir()
    path = folder / "dev.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
