"""A LoRA adapter of PEFT as the GGUF that llama.cpp reads, for linear layers: made once and kept in the cache."""

from __future__ import annotations

import json
import re
from pathlib import Path

from summarizer.errors import ModelError
from summarizer.generation.gguf_file import read
from summarizer.settings import Settings
from summarizer.weights import derived
from summarizer.weights.checksums import sha256_of
from summarizer.weights.conversion import safetensors

# Their weights lie in a GGUF as in transformers. Llama's own are permuted for its way of rotating.
_SAME_LAYOUT = frozenset({"qwen2", "qwen3"})
_TENSOR = re.compile(r"base_model\.model\.(.+)\.lora_([AB])\.weight")


def converted(folder: Path, model: Path, settings: Settings) -> Path:
    """The adapter in ``folder`` as a GGUF for ``model``. Raises ModelError."""
    mark = sha256_of(folder / "adapter_model.safetensors")[:16]
    return derived(f"lora-{mark}", settings, lambda staging: _write(folder, model, staging)) / "adapter.gguf"


def _write(folder: Path, model: Path, staging: Path) -> None:
    import gguf

    file = read(model, model.name)
    architecture = file.architecture
    if architecture not in _SAME_LAYOUT:
        raise _impossible(folder, f"a model of the kind '{architecture}'")
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    if config.get("use_dora") or config.get("use_rslora") or config.get("modules_to_save"):
        raise _impossible(folder, "an adapter that is more than plain LoRA")
    writer = gguf.GGUFWriter(staging / "adapter.gguf", architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    [kind] = [kind for kind, name in gguf.MODEL_ARCH_NAMES.items() if name == architecture]
    names = gguf.get_tensor_name_map(kind, int(file.of_architecture("block_count")))
    for key, tensor in safetensors(folder / "adapter_model.safetensors").items():
        found = _TENSOR.fullmatch(key)
        name = found and names.get_name(found[1])
        if not found or not name:
            raise _impossible(folder, f"an adapter of '{key}'")
        writer.add_tensor(f"{name}.weight.lora_{found[2].lower()}", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _impossible(folder: Path, what: str) -> ModelError:
    return ModelError(f"the engine does not take {what}", remedy=f"Write hf:{folder}.", where=str(folder))
