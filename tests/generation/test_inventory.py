"""What can run here: every kind, its state, and the licence of cached weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from summarizer.generation.inventory import available_models
from summarizer.settings import Settings


def test_every_kind_is_listed_and_missing_weights_are_said_to_be(tmp_path):
    listed = {status.kind: status for status in available_models(Settings(cache_dir=tmp_path))}
    assert {"embedded", "extractive", "hf", "openai"} <= set(listed)
    assert (listed["embedded"].state, listed["embedded"].licence) == ("missing", "Apache-2.0")
    assert "summarizer models pull" in listed["embedded"].needs
    assert listed["extractive"].state == "ready"
    assert listed["hf"].state == ("installed" if find_spec("torch") else "missing")
    assert not list(tmp_path.iterdir())


def snapshot(cache, name, config, card, *files):
    """One model in a hub cache, laid out as huggingface_hub does."""
    folder = cache / f"models--{name.replace('/', '--')}"
    commit = "a" * 40
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(commit)
    place = folder / "snapshots" / commit
    place.mkdir(parents=True)
    (place / "config.json").write_text(json.dumps(config))
    (place / "README.md").write_text(card)
    for file in files:
        (place / file).write_bytes(b"x")


@pytest.mark.torch
def test_the_hub_cache_is_listed_with_licences(tmp_path):
    pytest.importorskip("huggingface_hub")
    writes = {"architectures": ["BartForConditionalGeneration"]}
    snapshot(tmp_path, "a/bart", writes, "---\nlicense: mit\n---\n# BART\n", "model.safetensors")
    snapshot(tmp_path, "a/pickled", writes, "no front matter", "pytorch_model.bin")
    snapshot(tmp_path, "a/encoder", {"architectures": ["BertModel"]}, "", "model.safetensors")
    code = (
        "from summarizer.generation.inventory import available_models as m\nfrom summarizer.settings import Settings\n"
        "print([(s.form, s.state, s.licence) for s in m(Settings()) if '/' in s.form and s.form.startswith('hf:a')])"
    )
    # huggingface_hub reads its environment when it is imported, hence a process of its own.
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HF_HUB_CACHE": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.strip() == str([("hf:a/bart", "cached", "mit"), ("hf:a/pickled", "missing", "not stated")])
