"""An adapter for the embedded model, end to end: trained on its published weights, written with by the CPU engine."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from summarizer.generation.embedded_weights import NAME

from summarizer.generation.base import Limits
from summarizer.generation.registry import load_generator
from summarizer.settings import Settings
from summarizer.train.generator import Recipe, train_generator
from summarizer.train.pairs import read_pairs
from summarizer.weights import cached

SETTINGS = Settings()
pytestmark = [
    pytest.mark.torch,
    pytest.mark.slow,
    pytest.mark.skipif(cached(NAME, SETTINGS) is None, reason="the weights are not cached"),
]
LESSON = "Fog closed the harbour."
LEARNED = "Officials said on Tuesday that the harbour was closed for six hours because of dense fog."
MEASURED = "Ferries were cancelled on Monday after the coast guard warned of fog in the harbour."


@pytest.fixture
def settings(tmp_path):
    """A cache folder of its own that borrows the weights: what is made of the adapter does not stay."""
    weights = tmp_path / "cache" / "weights"
    weights.mkdir(parents=True)
    for folder in (SETTINGS.cache_dir / "weights").iterdir():
        if folder.is_dir():
            (weights / folder.name).symlink_to(folder)
    return Settings(cache_dir=tmp_path / "cache")


def test_a_trained_adapter_turns_what_the_engine_writes(settings, tmp_path):
    data, held_out = tmp_path / "pairs.jsonl", tmp_path / "held-out.jsonl"
    for path, text in ((data, LEARNED), (held_out, MEASURED)):
        path.write_text(json.dumps({"text": text, "summary": LESSON, "max_words": 20}) + "\n")
    recipe = Recipe(epochs=6, batch=1, rate=5e-3, rank=4)
    trained = train_generator(data, tmp_path / "out", "embedded", recipe, settings, held_out=held_out)
    assert trained.model == f"embedded:{tmp_path / 'out'}"
    assert trained.loss < 0.5 * trained.loss_before
    prompt = read_pairs(held_out)[0].prompt
    texts = []
    for model in ("embedded:base", trained.model):
        generator = load_generator(model, settings)
        texts.append(generator.generate([prompt], Limits())[0][0].text)
        generator.close()
    assert texts[0] != LESSON
    assert texts[1] == LESSON
