"""Turns pulled weights into the GGUF file that the engine loads, once, at pull time. Same input, same bytes.

The tensor names and the format are the ``gguf`` package's; the vocabulary layout is llama.cpp's for WordPiece (words
begin with U+2581, continuations lose their ``##``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BERT = {"layers": 6, "width": 384, "heads": 12, "feed_forward": 1536, "positions": 512, "epsilon": 1e-12}
_SPECIAL = {"[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, "[MASK]": 103}


def bert_f16(folder: Path) -> None:
    """``model.safetensors`` and ``vocab.txt`` of all-MiniLM-L6-v2 become ``model.gguf`` with matrices in float16."""
    import gguf

    writer = gguf.GGUFWriter(folder / "model.gguf", "bert")
    writer.add_name("all-MiniLM-L6-v2")
    writer.add_context_length(int(_BERT["positions"]))
    writer.add_embedding_length(int(_BERT["width"]))
    writer.add_feed_forward_length(int(_BERT["feed_forward"]))
    writer.add_block_count(int(_BERT["layers"]))
    writer.add_head_count(int(_BERT["heads"]))
    writer.add_layer_norm_eps(_BERT["epsilon"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    _add_wordpiece(writer, (folder / "vocab.txt").read_text(encoding="utf-8").splitlines())
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, int(_BERT["layers"]))
    for name, tensor in _safetensors(folder / "model.safetensors").items():
        target = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if target is None or name.startswith("pooler."):
            continue
        # llama.cpp adds positions and token types to the words in float32.
        half = tensor.ndim == 2 and target.split(".")[0] not in ("position_embd", "token_types")
        writer.add_tensor(target, tensor.astype(np.float16) if half else tensor)
    _write(writer)
    (folder / "model.safetensors").unlink()
    (folder / "vocab.txt").unlink()


def llama_q8_0(folder: Path) -> None:
    """``shipped.gguf`` (SmolLM2 in Q4_1) becomes ``model.gguf`` in Q8_0, whose kernels prefill about 1.6 times as fast.

    Eight bits hold a four-bit weight nearly exactly: mean KL to the dequantised original is 0.001 nats a token
    (benchmarks/README.md); a second four-bit rounding is faster still, and costs 0.2 to 0.35.
    """
    import gguf

    shipped = gguf.GGUFReader(folder / "shipped.gguf")
    writer = gguf.GGUFWriter(folder / "model.gguf", "llama")
    for field in shipped.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        value = gguf.LlamaFileType.MOSTLY_Q8_0 if field.name == "general.file_type" else field.contents()
        kind, *inner = field.types
        writer.add_key_value(field.name, value, kind, sub_type=inner[-1] if inner else None)
    target = gguf.GGMLQuantizationType.Q8_0
    for tensor in shipped.tensors:
        if tensor.tensor_type in (target, gguf.GGMLQuantizationType.F32):
            writer.add_tensor(tensor.name, np.array(tensor.data), raw_dtype=tensor.tensor_type)
        else:
            plain = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
            writer.add_tensor(tensor.name, gguf.quantize(plain, target), raw_dtype=target)
    _write(writer)
    # The memory map must be gone before Windows lets the file go.
    del shipped, tensor
    (folder / "shipped.gguf").unlink()


def _write(writer: Any) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_wordpiece(writer: Any, words: list[str]) -> None:
    import gguf

    control = {word for word in words if word in _SPECIAL or word.startswith("[unused")}
    tokens = [word if word in control else word[2:] if word.startswith("##") else "\u2581" + word for word in words]
    kinds = [gguf.TokenType.CONTROL if word in control else gguf.TokenType.NORMAL for word in words]
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_type_count(2)
    writer.add_pad_token_id(_SPECIAL["[PAD]"])
    writer.add_unk_token_id(_SPECIAL["[UNK]"])
    writer.add_bos_token_id(_SPECIAL["[CLS]"])
    writer.add_eos_token_id(_SPECIAL["[SEP]"])
    writer.add_sep_token_id(_SPECIAL["[SEP]"])
    writer.add_mask_token_id(_SPECIAL["[MASK]"])


def _safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """The float32 tensors of a file: eight bytes of header length, a JSON header, then the tensors."""
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    start = 8 + int.from_bytes(raw[:8].tobytes(), "little")
    header: dict[str, Any] = json.loads(raw[8:start].tobytes())
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            first, last = entry["data_offsets"]
            tensors[name] = raw[start + first : start + last].view("<f4").reshape(entry["shape"])
    return tensors


RECIPES: dict[str, Callable[[Path], None]] = {"bert-f16": bert_f16, "llama-q8_0": llama_q8_0}
