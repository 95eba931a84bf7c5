"""A GGUF file as a transformers folder: for ``hf:embedded`` and as the base of fine-tuning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from summarizer.errors import ModelError


def dequantise(weights: Path, folder: Path) -> None:
    """Write the GGUF file ``weights`` as safetensors with its tokenizer and chat template."""
    try:
        import gguf  # noqa: F401
    except ImportError as failure:
        raise ModelError(
            "the package gguf is not installed", remedy='Install "summarizer[hf]".', where=weights.name
        ) from failure
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    source = {"pretrained_model_name_or_path": str(weights.parent), "gguf_file": weights.name}
    tokenizer = AutoTokenizer.from_pretrained(**source)
    model: Any = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
    window = model.config.max_position_embeddings
    # Without this mark removed, a reader would take the folder for a quantised model.
    model.config.__dict__.pop("quantization_config", None)
    model.hf_quantizer, model.is_quantized = None, False
    tokenizer.model_max_length = window
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
