"""A LoRA adapter of a Llama-type model as the GGUF file that llama.cpp loads beside its quantised base."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_KEY = re.compile(r"base_model\.model\.(?P<name>.+)\.lora_(?P<half>[AB])\.weight")


def write_adapter(folder: Path, path: Path, config: Any) -> Path:
    """Convert the PEFT adapter in ``folder`` to ``path``.

    config: of the Llama model it belongs to. GGUF keeps Llama's query and key rows in llama.cpp's rotary order, so the
    output rows of those two are reordered; a file of the same adapter has the same bytes.
    """
    import gguf
    from safetensors.numpy import load_file

    settings = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(settings["lora_alpha"]))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    for key, tensor in sorted(load_file(folder / "adapter_model.safetensors").items()):
        match = _KEY.fullmatch(key)
        target = names.get_name(match["name"]) if match else None
        if match is None or target is None:
            raise ValueError(f"llama.cpp has no place for {key}")
        rows = tensor.astype(np.float32)
        kind = match["name"].rpartition(".")[2]
        if match["half"] == "B" and kind in heads:
            rows = _rotary_order(rows, heads[kind])
        writer.add_tensor(f"{target}.weight.lora_{match['half'].lower()}", np.ascontiguousarray(rows))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _rotary_order(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """(out, rank) with each head's halves interleaved: transformers rotates halves, llama.cpp pairs of neighbours."""
    split = rows.reshape(heads, 2, rows.shape[0] // heads // 2, rows.shape[1])
    return split.swapaxes(1, 2).reshape(rows.shape)
