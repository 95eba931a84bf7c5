"""Turns pulled weights into what the engine loads, once. Same input, same bytes.

OpenVINO GenAI reads GGUF itself, but only in some quantisations and slowly; the intermediate representation that it
saves loads several times as fast.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_ADAPTER_KEY = re.compile(r"base_model\.model\.(?P<name>.+)\.lora_(?P<half>[AB])\.weight")


def minilm_encoder(folder: Path) -> None:
    """``model.safetensors`` of all-MiniLM-L6-v2 becomes ``encoder.xml`` and ``.bin``, weights kept in float16."""
    import openvino

    from summarizer.encoder_graph import minilm

    graph = minilm(safetensors(folder / "model.safetensors"))
    openvino.save_model(graph, folder / "encoder.xml", compress_to_fp16=True)
    (folder / "model.safetensors").unlink()


def generator(shipped: Path, adapter: Path | None, folder: Path) -> None:
    """The embedded model with ``adapter`` merged, as OpenVINO's model and tokenizers in ``folder``."""
    import openvino_genai

    merged = folder / "model.gguf"
    merge(shipped, adapter, merged)
    scheduler = openvino_genai.SchedulerConfig()
    scheduler.num_kv_blocks = 8
    openvino_genai.LLMPipeline(str(merged), "CPU", scheduler_config=scheduler, enable_save_ov_model=True)
    merged.unlink()


def merge(shipped: Path, adapter: Path | None, output: Path) -> None:
    """``shipped`` (SmolLM2 in Q4_1) plus a PEFT LoRA folder (Hu et al. 2021), written as GGUF in Q8_0.

    Eight bits hold a four-bit weight nearly exactly (benchmarks/README.md), and leave room for what an adapter adds.
    """
    import gguf

    read = gguf.GGUFReader(shipped)
    writer = gguf.GGUFWriter(output, "llama")
    for field in read.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        value = gguf.LlamaFileType.MOSTLY_Q8_0 if field.name == "general.file_type" else field.contents()
        kind, *inner = field.types
        writer.add_key_value(field.name, value, kind, sub_type=inner[-1] if inner else None)
    deltas = dict(_deltas(adapter, read)) if adapter else {}
    target = gguf.GGMLQuantizationType.Q8_0
    for tensor in read.tensors:
        if tensor.tensor_type == gguf.GGMLQuantizationType.F32:
            writer.add_tensor(tensor.name, np.array(tensor.data), raw_dtype=tensor.tensor_type)
            continue
        plain = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if tensor.name in deltas:
            plain += deltas.pop(tensor.name)
        writer.add_tensor(tensor.name, gguf.quantize(plain, target), raw_dtype=target)
    if deltas:
        raise ValueError(f"the embedded model has no place for {', '.join(sorted(deltas))}")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _deltas(adapter: Path, model: Any) -> Iterator[tuple[str, Floats]]:
    """What a PEFT adapter adds to each GGUF tensor: B·A·alpha/r, rows of query and key in llama.cpp's rotary order."""
    import gguf

    settings = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    rank = int(settings["r"])
    scale = settings["lora_alpha"] / (rank**0.5 if settings.get("use_rslora") else rank)
    halves: dict[str, dict[str, Floats]] = {}
    for key, tensor in safetensors(adapter / "adapter_model.safetensors").items():
        match = _ADAPTER_KEY.fullmatch(key)
        if match is None:
            raise ValueError(f"{key} is no LoRA weight")
        halves.setdefault(match["name"], {})[match["half"]] = tensor
    fields = {name: int(model.fields[f"llama.{name}"].contents()) for name in ("block_count", "attention.head_count")}
    heads = {
        "q_proj": fields["attention.head_count"],
        "k_proj": int(model.fields["llama.attention.head_count_kv"].contents()),
    }
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, fields["block_count"])
    for name, half in halves.items():
        target = names.get_name(name)
        if target is None:
            raise ValueError(f"the embedded model has no place for {name}")
        delta: Floats = np.float32(scale) * (half["B"] @ half["A"])
        kind = name.rpartition(".")[2]
        yield f"{target}.weight", _rotary_order(delta, heads[kind]) if kind in heads else delta


def _rotary_order(rows: Floats, heads: int) -> Floats:
    """(out, in) with each head's halves interleaved: transformers rotates halves, llama.cpp pairs of neighbours."""
    split = rows.reshape(heads, 2, rows.shape[0] // heads // 2, rows.shape[1])
    return split.swapaxes(1, 2).reshape(rows.shape)


def safetensors(path: Path) -> dict[str, Floats]:
    """The floating tensors of a file as float32: eight bytes of header length, a JSON header, then the tensors."""
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    start = 8 + int.from_bytes(raw[:8].tobytes(), "little")
    header: dict[str, Any] = json.loads(raw[8:start].tobytes())
    kinds = {"F32": "<f4", "F16": "<f2"}
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") in kinds:
            first, last = entry["data_offsets"]
            plain = raw[start + first : start + last].view(kinds[entry["dtype"]]).reshape(entry["shape"])
            tensors[name] = np.asarray(plain, dtype=np.float32)
    return tensors


RECIPES: dict[str, Callable[[Path], None]] = {"minilm-encoder": minilm_encoder}
