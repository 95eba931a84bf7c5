"""An adapter for the embedded model, end to end on a small one in its place: trained, converted, and written with."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from tiny_gguf import kept_as_embedded
from tiny_models import NEWS

from summarizer.generation.base import Limits
from summarizer.generation.registry import load_generator
from summarizer.train.generator import Recipe, train_generator
from summarizer.train.pairs import read_pairs

pytestmark = pytest.mark.torch


def test_a_trained_adapter_turns_what_the_engine_writes(tmp_path, tiny_gguf):
    settings = kept_as_embedded(tiny_gguf, tmp_path / "cache")
    data = tmp_path / "pairs.jsonl"
    rows = [{"documents": [{"text": " ".join(NEWS[n : n + 2])}], "summary": "the bridge the bridge"} for n in range(4)]
    data.write_text("\n".join(map(json.dumps, rows)) + "\n")
    recipe = Recipe(epochs=20, batch=4, rate=1e-2, rank=4)
    trained = train_generator(data, tmp_path / "out", "embedded", recipe, settings, held_out=data)
    assert trained.model == f"embedded:{tmp_path / 'out'}"
    assert trained.loss < 0.8 * trained.loss_before
    prompt = read_pairs(data)[0].prompt
    texts = []
    for model in ("embedded", trained.model, f"hf:{tmp_path / 'out'}"):
        generator = load_generator(model, settings)
        assert generator.unit == "story"
        texts.append(generator.generate([prompt], Limits())[0][0].text)
    plain, adapted, _ = texts
    assert "bridge" in adapted
    assert adapted != plain
