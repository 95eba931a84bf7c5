"""Loading from a folder or the hub: safetensors only, no remote code, revisions, and errors that say what to do."""

from __future__ import annotations

import json
import socket

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

import huggingface_hub  # noqa: E402
from hub_cache import add_revision  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from tiny_models import NEWS, save_causal, save_seq2seq  # noqa: E402

from summarizer import pipeline  # noqa: E402
from summarizer.errors import ModelError  # noqa: E402
from summarizer.generation.hub import dtype_for, load_model, split_revision  # noqa: E402
from summarizer.generation.registry import load_generator  # noqa: E402
from summarizer.settings import Settings  # noqa: E402

pytestmark = pytest.mark.torch
OFFLINE = Settings(threads=1, offline=True)


def test_a_pickle_is_not_loaded(tmp_path):
    folder = save_seq2seq("bart", tmp_path)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="Only safetensors are loaded, never pickles"):
        load_model(str(folder), OFFLINE)


def test_code_from_the_folder_is_not_run(tmp_path):
    folder = save_causal(tmp_path)
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoConfig": "evil.Config", "AutoModelForCausalLM": "evil.Model"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(ModelError, match="code from the hub, which is never run"):
        load_model(str(folder), OFFLINE)
    assert not (tmp_path / "ran").exists()


def test_offline_a_model_that_is_not_cached_is_explained():
    with pytest.raises(ModelError, match="SUMMARIZER_OFFLINE is set"):
        load_model("nobody/no-such-model", OFFLINE)


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(ModelError, match=f"hf:{tmp_path}: it cannot be loaded"):
        load_model(str(tmp_path), OFFLINE)


@pytest.mark.parametrize("broken", ["cut", "other"])
def test_weights_that_are_broken_or_of_another_model(broken, tmp_path):
    folder = save_seq2seq("bart", tmp_path)
    weights = folder / "model.safetensors"
    if broken == "cut":
        weights.write_bytes(weights.read_bytes()[:-100])
    else:
        config = json.loads((folder / "config.json").read_text()) | {"d_model": 64}
        (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(
        ModelError, match=r"its weights cannot be loaded .* They are broken, are not those of its config"
    ):
        load_model(str(folder), OFFLINE)


def test_revisions(tmp_path):
    assert split_revision("org/model@v1.2") == ("org/model", "v1.2")
    assert split_revision("org/model") == ("org/model", None)
    folder = tmp_path / "run@home"
    folder.mkdir()
    assert split_revision(str(folder)) == (str(folder), None)


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A hub cache that holds ``org/tiny`` at two commits: ``main``, and ``v1`` of another shape, window and weights.
    Offline, nothing may look for the network."""
    cache = tmp_path / "hub"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    looked_up = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: looked_up.append(where) or [])
    newer, older = (save_seq2seq(family, tmp_path / family) for family in ("bart", "distilbart"))
    transformers.AutoTokenizer.from_pretrained(older, model_max_length=99).save_pretrained(older)
    main, first = (
        add_revision(cache, "org/tiny", newer, "main"),
        add_revision(cache, "org/tiny", older, "v1", "refs/pr/2"),
    )
    yield {"main": (main, newer), "v1": (first, older), "refs/pr/2": (first, older)}
    assert not looked_up


@pytest.mark.parametrize("ref", ["main", "v1", "refs/pr/2"])
def test_config_tokenizer_and_weights_are_of_the_revision_asked_for(hub, ref):
    commit, folder = hub[ref]
    weights = load_file(folder / "model.safetensors")
    for source in (f"org/tiny@{ref}", f"org/tiny@{commit}", *(["org/tiny"] if ref == "main" else [])):
        generator = load_generator(f"hf:{source}", OFFLINE)
        loaded = generator._runner.model.state_dict()
        assert all(torch.equal(loaded[name], weights[name]) for name in weights)
        assert generator._runner.model.config.decoder_layers == (2 if ref == "main" else 1)
        assert generator.window == (256 if ref == "main" else 99)


def test_a_revision_that_is_not_there(hub):
    with pytest.raises(ModelError, match="hf:org/tiny@v2: it cannot be loaded"):
        load_model("org/tiny@v2", OFFLINE)


def test_the_pipeline_takes_a_revision(hub, monkeypatch):
    monkeypatch.setenv("SUMMARIZER_OFFLINE", "1")
    for ref in ("main", "v1"):
        expected = pipeline("summarization", str(hub[ref][1]))(NEWS[0], max_length=20)
        assert pipeline("summarization", "org/tiny", revision=ref)(NEWS[0], max_length=20) == expected


def test_an_adapter_from_the_hub_stands_on_its_base_at_its_revision(hub, tmp_path):
    peft = pytest.importorskip("peft")
    base = load_model("org/tiny@v1", OFFLINE).model
    config = peft.LoraConfig(target_modules="all-linear", init_lora_weights=False, base_model_name_or_path="org/tiny")
    adapted = peft.get_peft_model(base, config, revision="v1")
    adapted.save_pretrained(tmp_path / "adapter", save_embedding_layers=False)
    cache = tmp_path / "hub"
    add_revision(cache, "org/adapter", tmp_path / "adapter", "main")
    merged = load_model("org/adapter", OFFLINE).model.state_dict()
    expected = adapted.merge_and_unload().state_dict()
    assert merged.keys() == expected.keys()
    assert all(torch.equal(merged[name], expected[name]) for name in expected)
    # The same, pickled: PEFT and transformers would take it.
    weights = load_file(tmp_path / "adapter" / "adapter_model.safetensors")
    (tmp_path / "adapter" / "adapter_model.safetensors").unlink()
    torch.save(weights, tmp_path / "adapter" / "adapter_model.bin")
    add_revision(cache, "org/pickled", tmp_path / "adapter", "main")
    for source, said in (
        ("org/pickled", "cache has no safetensors of it"),
        (tmp_path / "adapter", "never pickles"),
    ):
        with pytest.raises(ModelError, match=said):
            load_model(str(source), OFFLINE)


@pytest.mark.parametrize(
    ("config", "device", "expected"),
    [
        ("BartConfig", "cpu", "float32"),
        ("BartConfig", "mps", "float16"),
        ("T5Config", "mps", "float32"),
        ("PegasusConfig", "mps", "float32"),
        ("LlamaConfig", "mps", "float16"),
        ("Gemma2Config", "mps", "float32"),
    ],
)
def test_precision_by_device_and_family(config, device, expected):
    assert dtype_for(getattr(transformers, config)(), device) == getattr(torch, expected)


def test_the_model_is_ready_to_write(tmp_path):
    loaded = load_model(str(save_causal(tmp_path)), OFFLINE, device="cpu", dtype=torch.bfloat16)
    assert not loaded.model.training
    assert loaded.model.dtype == torch.bfloat16
