"""A LoRA adapter of PEFT as the GGUF that llama.cpp reads, for linear layers: made once and kept in the cache."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from summarizer.errors import ModelError
from summarizer.generation.gguf_file import read
from summarizer.settings import Settings
from summarizer.weights import derived
from summarizer.weights.checksums import sha256_of

_MODULES = {  # of transformers' Llama and Qwen2: names in a GGUF
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
# Their weights lie in a GGUF as in transformers. Llama's own are permuted for its way of rotating.
_SAME_LAYOUT = frozenset({"qwen2", "qwen3"})
_TENSOR = re.compile(r"base_model\.model\.model\.layers\.(\d+)\.(.+)\.lora_([AB])\.weight")


def converted(folder: Path, model: Path, settings: Settings) -> Path:
    """The adapter in ``folder`` as a GGUF for ``model``. Raises ModelError."""
    mark = sha256_of(folder / "adapter_model.safetensors")[:16]
    return derived(f"lora-{mark}", settings, lambda staging: _write(folder, model, staging)) / "adapter.gguf"


def _write(folder: Path, model: Path, staging: Path) -> None:
    import gguf

    architecture = read(model, model.name).architecture
    if architecture not in _SAME_LAYOUT:
        raise _impossible(folder, f"a model of the kind '{architecture}'")
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    if config.get("use_dora") or config.get("use_rslora") or config.get("modules_to_save"):
        raise _impossible(folder, "an adapter that is more than plain LoRA")
    writer = gguf.GGUFWriter(staging / "adapter.gguf", architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    for name, tensor in _tensors(folder / "adapter_model.safetensors").items():
        found = _TENSOR.fullmatch(name)
        if found is None or found[2] not in _MODULES:
            raise _impossible(folder, f"an adapter of '{name}'")
        writer.add_tensor(f"blk.{found[1]}.{_MODULES[found[2]]}.weight.lora_{found[3].lower()}", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _impossible(folder: Path, what: str) -> ModelError:
    return ModelError(f"the engine does not take {what}", remedy=f"Write hf:{folder}.", where=str(folder))


def _tensors(path: Path) -> dict[str, Any]:
    """Float32 arrays of a safetensors file in float16, bfloat16 or float32."""
    from summarizer.conversion import safetensors

    return safetensors(path)
