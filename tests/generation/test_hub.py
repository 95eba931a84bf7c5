"""Loading from a folder or the hub: safetensors only, no remote code, revisions, and errors that say what to do."""

from __future__ import annotations

import json

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from tiny_models import save_causal, save_seq2seq  # noqa: E402

from summarizer.errors import ModelError  # noqa: E402
from summarizer.generation.hub import dtype_for, load_model, split_revision  # noqa: E402
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


def test_revisions(tmp_path):
    assert split_revision("org/model@v1.2") == ("org/model", "v1.2")
    assert split_revision("org/model") == ("org/model", None)
    folder = tmp_path / "run@home"
    folder.mkdir()
    assert split_revision(str(folder)) == (str(folder), None)


@pytest.mark.parametrize(
    ("config", "device", "expected"),
    [
        ("BartConfig", "cpu", "float32"),
        ("BartConfig", "mps", "float16"),
        ("T5Config", "mps", "float32"),
        ("PegasusConfig", "mps", "float32"),
        ("LlamaConfig", "mps", "float16"),
    ],
)
def test_precision_by_device_and_family(config, device, expected):
    assert dtype_for(getattr(transformers, config)(), device) == getattr(torch, expected)


def test_the_model_is_ready_to_write(tmp_path):
    loaded = load_model(str(save_causal(tmp_path)), OFFLINE, device="cpu", dtype=torch.bfloat16)
    assert not loaded.model.training
    assert loaded.model.dtype == torch.bfloat16
