"""The embedded models, with a small model in the place of their weights."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from tiny_gguf import LAYERS, WIDTH, kept_as_embedded, save_gguf
from tiny_models import NEWS

from summarizer.errors import ModelError
from summarizer.generation import embedded
from summarizer.generation.base import Limits, Passage, Prompt
from summarizer.generation.embedded import load_embedded
from summarizer.settings import Settings
from summarizer.weights import find
from summarizer.weights.catalogue import ALIASES


def prompt() -> Prompt:
    return Prompt(passages=(Passage(document="a", sentences=NEWS[:3], salience=(1.0,) * 3),), max_words=20)


@pytest.fixture
def settings(tiny_gguf: Path, tmp_path: Path) -> Settings:
    """Of a cache in which the small model is kept as both."""
    return kept_as_embedded(tiny_gguf, tmp_path / "cache")


def save_adapter(folder: Path, base: str = "embedded", scale: float = 1.0, **config: object) -> Path:
    """A PEFT adapter of rank 2 on the query and down projections of every layer."""
    folder.mkdir()
    dice = np.random.default_rng(3)
    inner = {"self_attn.q_proj": (WIDTH, WIDTH), "mlp.down_proj": (128, WIDTH)}
    tensors = {}
    for layer in range(LAYERS):
        for module, (wide_in, wide_out) in inner.items():
            stem = f"base_model.model.model.layers.{layer}.{module}"
            tensors[f"{stem}.lora_A.weight"] = dice.normal(size=(2, wide_in)).astype(np.float16)
            tensors[f"{stem}.lora_B.weight"] = (scale * dice.normal(size=(wide_out, 2))).astype(np.float16)
    header, at = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F16", "shape": tensor.shape, "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
    text = json.dumps(header).encode()
    body = b"".join(tensor.tobytes() for tensor in tensors.values())
    (folder / "adapter_model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
    (folder / "adapter_config.json").write_text(
        json.dumps({"base_model_name_or_path": base, "r": 2, "lora_alpha": 4, **config})
    )
    return folder


def test_two_models_one_for_small_machines() -> None:
    assert [find(name).default for name in ALIASES.values()] == [True, False]


def test_what_it_is(settings: Settings) -> None:
    generator = load_embedded("", settings)
    assert (generator.name, generator.unit, generator.languages) == ("embedded", "story", frozenset({"en"}))
    generator.close()
    assert load_embedded("small", settings).name == "embedded:small"


def test_an_adapter_turns_what_is_written(settings: Settings, tmp_path: Path) -> None:
    plain = load_embedded("", settings).generate([prompt()], Limits())
    idle = load_embedded(str(save_adapter(tmp_path / "idle", scale=0.0)), settings).generate([prompt()], Limits())
    turned = load_embedded(str(save_adapter(tmp_path / "turned")), settings).generate([prompt()], Limits())
    assert idle[0][0].text == plain[0][0].text
    assert turned[0][0].text != plain[0][0].text


@pytest.mark.torch
def test_an_adapter_does_what_peft_does(settings: Settings, tmp_path: Path, tiny_gguf: Path) -> None:
    """The weights with B·A·alpha/r added write what the adapter beside them writes."""
    load_file = pytest.importorskip("safetensors.numpy").load_file

    folder = save_adapter(tmp_path / "adapter", scale=0.1)
    halves = load_file(folder / "adapter_model.safetensors")
    names = {"self_attn.q_proj": "attn_q", "mlp.down_proj": "ffn_down"}
    added = {}
    for key in halves:
        if key.endswith("lora_A.weight"):
            stem = key.removesuffix(".lora_A.weight")
            _, _, _, _, layer, module = stem.split(".", 5)
            b, a = (halves[f"{stem}.lora_{half}.weight"].astype(np.float32) for half in "BA")
            added[f"blk.{layer}.{names[module]}.weight"] = 2.0 * b @ a
    merged = save_gguf(tmp_path / "merged.gguf", added=added)
    from summarizer.generation.gguf import GgufGenerator

    [[beside]] = load_embedded(str(folder), settings).generate([prompt()], Limits())
    [[inside]] = GgufGenerator(merged, settings, name="x").generate([prompt()], Limits())
    assert beside.text == inside.text


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"base": "google/flan-t5-base"}, "hf:"),
        ({"use_dora": True}, "more than plain LoRA"),
    ],
)
def test_an_adapter_that_the_engine_cannot_take(settings: Settings, tmp_path: Path, config: dict, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        load_embedded(str(save_adapter(tmp_path / "adapter", **config)), settings)


def test_a_folder_without_an_adapter(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such adapter"):
        load_embedded(str(tmp_path), settings)


def test_a_machine_with_little_memory_is_told_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(embedded, "_NEEDED", 2**60)  # more than any machine has
    load_embedded("small", settings)
    assert capfd.readouterr().err == ""
    load_embedded("", settings)
    [first, *rest] = capfd.readouterr().err.splitlines()
    assert re.search(r"\d+\.\d GB of memory are free", first)
    assert "embedded:small" in first
    assert rest == []
