"""A LoRA as llama.cpp reads it: every tensor in its place, rows in the order of llama.cpp's rotary embedding."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")
pytest.importorskip("matplotlib")
pytest.importorskip("gguf")

import numpy as np  # noqa: E402
from tiny_models import save_causal  # noqa: E402

from summarizer.train.gguf_adapter import _rotary_order, write_adapter  # noqa: E402


def test_query_and_key_rows_stand_as_llama_cpp_has_them():
    """The reference is transformers' own reading of GGUF, which undoes the same order."""
    from transformers.modeling_gguf_pytorch_utils import LlamaTensorProcessor

    rows = np.arange(48 * 5, dtype=np.float32).reshape(48, 5)
    for heads in (3, 6):
        back = LlamaTensorProcessor({})._reverse_permute_weights(_rotary_order(rows, heads), heads, heads)
        assert np.array_equal(back, rows)


def test_every_tensor_of_an_adapter_finds_its_place(tmp_path):
    import gguf
    from peft import LoraConfig, TaskType, get_peft_model
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(save_causal(tmp_path / "base"))
    wrapped = get_peft_model(
        model, LoraConfig(task_type=TaskType.CAUSAL_LM, r=2, lora_alpha=4, target_modules="all-linear")
    )
    wrapped.save_pretrained(tmp_path / "out", save_embedding_layers=False)
    reader = gguf.GGUFReader(write_adapter(tmp_path / "out", tmp_path / "out" / "adapter.gguf", model.config))
    names = {tensor.name for tensor in reader.tensors}
    assert len(names) == 2 * 7 * 2  # layers, linear maps of a Llama layer, halves
    assert {"blk.0.attn_q.weight.lora_a", "blk.1.ffn_down.weight.lora_b"} <= names
    assert reader.fields["adapter.type"].contents() == "lora"
    assert reader.fields["adapter.lora.alpha"].contents() == 4.0
