"""What can run here: every kind, its state, and the licence of cached weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest
from hub_cache import add_revision

from summarizer.generation.inventory import available_models
from summarizer.settings import Settings

WRITER = "BartForConditionalGeneration"


def test_every_kind_is_listed_and_missing_weights_are_said_to_be(tmp_path):
    listed = {status.kind: status for status in available_models(Settings(cache_dir=tmp_path))}
    assert {"embedded", "extractive", "hf", "openai"} <= set(listed)
    assert (listed["embedded"].state, listed["embedded"].licence) == ("missing", "Apache-2.0")
    assert "summarizer models pull" in listed["embedded"].needs
    assert listed["extractive"].state == "ready"
    assert listed["hf"].state == ("installed" if find_spec("torch") else "missing")
    assert not list(tmp_path.iterdir())


@pytest.mark.torch
def test_the_hub_cache_is_listed_with_licences(tmp_path):
    pytest.importorskip("huggingface_hub")
    writes, encodes = (json.dumps({"architectures": [name]}).encode() for name in (WRITER, "BertModel"))
    mit = {"config.json": writes, "README.md": b"---\nlicense: mit\n---\n# BART\n", "model.safetensors": b"x"}
    add_revision(tmp_path, "a/bart", mit, "main")
    old = {**mit, "model.safetensors": b"old"}
    commit = add_revision(tmp_path, "a/bart", {**mit, "model.safetensors": b"older"})
    add_revision(tmp_path, "a/bart", old, "v1", "v1.0")
    unmarked = {"config.json": writes, "README.md": b"no front matter", "pytorch_model.bin": b"x"}
    add_revision(tmp_path, "a/pickled", unmarked, "main")
    add_revision(tmp_path, "a/encoder", {"config.json": encodes, "model.safetensors": b"x"}, "main")
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
    assert done.stdout.strip() == str(
        [
            ("hf:a/bart", "cached", "mit"),
            *sorted((f"hf:a/bart@{pin}", "cached", "mit") for pin in (commit, "v1")),
            ("hf:a/pickled", "missing", "not stated"),
        ]
    )
