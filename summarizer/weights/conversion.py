"""Turns pulled weights into what the engine loads, once. Same input, same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def minilm_encoder(folder: Path) -> None:
    """``model.safetensors`` of all-MiniLM-L6-v2 becomes ``encoder.xml`` and ``.bin``, weights kept in float16."""
    import openvino

    from summarizer.weights.minilm_graph import minilm

    graph = minilm(safetensors(folder / "model.safetensors"))
    openvino.save_model(graph, folder / "encoder.xml", compress_to_fp16=True)
    (folder / "model.safetensors").unlink()


def safetensors(path: Path) -> dict[str, Floats]:
    """The floating tensors of a file as float32: eight bytes of header length, a JSON header, then the tensors."""
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    start = 8 + int.from_bytes(raw[:8].tobytes(), "little")
    header: dict[str, Any] = json.loads(raw[8:start].tobytes())
    kinds = {"F32": "<f4", "F16": "<f2"}
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") in kinds:
            first, last = entry["data_offsets"]
            plain = raw[start + first : start + last].view(kinds[entry["dtype"]]).reshape(entry["shape"])
            tensors[name] = np.asarray(plain, dtype=np.float32)
    return tensors


RECIPES: dict[str, Callable[[Path], None]] = {"minilm-encoder": minilm_encoder}
