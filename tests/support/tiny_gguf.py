"""A real GGUF of four small layers with a tokenizer trained on the spot: what it writes is noise, but every part that
runs is the one that a full model runs. Needs no PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray
from tiny_models import CAUSAL, NEWS, REFUSES_SYSTEM

from summarizer.settings import Settings
from summarizer.weights import derived, find
from summarizer.weights.catalogue import ALIASES

MARKS, TEMPLATE = CAUSAL["smollm"].marks, CAUSAL["smollm"].template
"""Of ChatML, which Qwen2 speaks as well."""
NO_SYSTEM = REFUSES_SYSTEM + TEMPLATE
LAYERS, WIDTH, HEADS, KV_HEADS, INNER = 4, 64, 4, 2, 128
_SETTINGS = {  # of Qwen2's metadata
    "block_count": LAYERS,
    "embedding_length": WIDTH,
    "feed_forward_length": INNER,
    "attention.head_count": HEADS,
    "attention.head_count_kv": KV_HEADS,
}


def tokenizer() -> Any:
    """Byte-level BPE in which the first ids are those of MARKS."""
    from tokenizers import ByteLevelBPETokenizer

    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(NEWS, vocab_size=400, special_tokens=list(MARKS))
    return trained


def weights(vocabulary: int, seed: int = 7) -> dict[str, NDArray[np.float32]]:
    """Random weights by their names in a GGUF, large enough for clear preferences."""
    dice = np.random.default_rng(seed)
    kv_width = WIDTH // HEADS * KV_HEADS

    def matrix(*shape: int) -> NDArray[np.float32]:
        return dice.normal(scale=0.15, size=shape).astype(np.float32)

    found = {
        "token_embd.weight": matrix(vocabulary, WIDTH),
        "output_norm.weight": np.ones(WIDTH, np.float32),
        "output.weight": matrix(vocabulary, WIDTH),
    }
    for layer in range(LAYERS):
        block = {
            "attn_norm.weight": np.ones(WIDTH, np.float32),
            "attn_q.weight": matrix(WIDTH, WIDTH),
            "attn_q.bias": matrix(WIDTH),
            "attn_k.weight": matrix(kv_width, WIDTH),
            "attn_k.bias": matrix(kv_width),
            "attn_v.weight": matrix(kv_width, WIDTH),
            "attn_v.bias": matrix(kv_width),
            "attn_output.weight": matrix(WIDTH, WIDTH),
            "ffn_norm.weight": np.ones(WIDTH, np.float32),
            "ffn_gate.weight": matrix(INNER, WIDTH),
            "ffn_up.weight": matrix(INNER, WIDTH),
            "ffn_down.weight": matrix(WIDTH, INNER),
        }
        found |= {f"blk.{layer}.{name}": tensor for name, tensor in block.items()}
    return found


def kept_as_embedded(model: Path, cache_dir: Path) -> Settings:
    """Settings with a cache in which ``model`` is kept as the weights of both embedded models."""
    settings = Settings(threads=1, cache_dir=cache_dir)
    for name in ALIASES.values():
        derived(find(name).folder, settings, lambda staging: (staging / "model.gguf").hardlink_to(model))
    return settings


def save_gguf(
    path: Path,
    *,
    architecture: str = "qwen2",
    template: str | None = TEMPLATE,
    context: int = 1024,
    extra: dict[str, int] | None = None,
    added: dict[str, NDArray[np.float32]] | None = None,
) -> Path:
    """Write the model to ``path``; extra: further whole-number metadata; added: to its weights, by name."""
    made = json.loads(tokenizer()._tokenizer.to_str())["model"]
    vocabulary = sorted(made["vocab"], key=made["vocab"].get)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(context)
    for key, value in _SETTINGS.items():
        writer.add_uint32(f"{architecture}.{key}", value)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10_000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(vocabulary)
    writer.add_token_types([3 if token in MARKS else 1 for token in vocabulary])
    writer.add_token_merges([" ".join(merge) for merge in made["merges"]])
    writer.add_eos_token_id(vocabulary.index(MARKS[0]))
    writer.add_add_bos_token(False)
    if template is not None:
        writer.add_chat_template(template)
    for key, value in (extra or {}).items():
        writer.add_uint32(key, value)
    for name, tensor in weights(len(vocabulary)).items():
        writer.add_tensor(name, tensor + (added or {}).get(name, np.float32(0.0)))
    # It writes letters only: pieces of characters would be told late, and differently by every decoder.
    written = [
        token.removeprefix("\u0120").isalpha() and token.removeprefix("\u0120").isascii() for token in vocabulary
    ]
    writer.add_tensor("output.bias", np.where(written, 0.0, -100.0).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
