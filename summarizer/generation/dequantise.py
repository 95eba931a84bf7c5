"""The embedded weights as a transformers folder: for ``hf:embedded`` and as the base of fine-tuning."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from summarizer.errors import ModelError
from summarizer.settings import Settings
from summarizer.weights import pull

EMBEDDED = "smollm2-135m-instruct"


def dequantised_folder(settings: Settings) -> Path:
    """Folder in the cache with the embedded model as float32 safetensors; made on first use (about 540 MB).

    Raises ModelError when the weights cannot be had or the package gguf is absent.
    """
    weights = pull(EMBEDDED, settings)
    folder = settings.cache_dir / "dequantised" / weights.name
    if folder.is_dir():
        return folder
    from filelock import FileLock

    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.is_dir():
            staging = folder.with_suffix(".new")
            shutil.rmtree(staging, ignore_errors=True)
            dequantise(weights / "model.gguf", staging)
            staging.rename(folder)
    return folder


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
