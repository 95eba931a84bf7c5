"""``embedded``, ``embedded:small`` and ``embedded:<adapter folder>``: the models whose weights we know by content."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from summarizer.errors import ModelError
from summarizer.generation.gguf import GgufGenerator
from summarizer.memory import free_bytes
from summarizer.settings import Settings
from summarizer.weights import pull
from summarizer.weights.catalogue import ALIASES

LANGUAGES = frozenset({"en"})
_WINDOW = 4096
_NEEDED = 2_500_000_000  # bytes of the 1.5B model, the verifier and the encoder together


def load_embedded(rest: str, settings: Settings) -> GgufGenerator:
    """The generator, its weights pulled if need be. Raises ModelError."""
    name = f"embedded:{rest}" if rest else "embedded"
    folder = None if name in ALIASES else Path(rest)
    base = name if folder is None else base_of(folder, name)
    if base == "embedded":
        _warn_of_little_memory()
    path = pull(base, settings) / "model.gguf"
    lora = None
    if folder is not None:
        from summarizer.generation.gguf_lora import converted

        lora = converted(folder, path, settings)
    return GgufGenerator(path, settings, name=name, window=_WINDOW, languages=LANGUAGES, lora=lora)


def base_of(adapter: Path, where: str) -> str:
    """The embedded model that a PEFT adapter in a folder was trained on. Raises ModelError."""
    if not (adapter / "adapter_model.safetensors").is_file():
        raise ModelError(
            "there is no such adapter",
            remedy="Name the folder that `summarizer train generator` wrote; embedded and embedded:small need none.",
            where=where,
        )
    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    base = str(config.get("base_model_name_or_path"))
    if base not in ALIASES:
        raise ModelError(
            f"the adapter was trained on {base}",
            remedy=f"Write hf:{adapter}.",
            where=where,
        )
    return base


def _warn_of_little_memory() -> None:
    free = free_bytes()
    if free is not None and free < _NEEDED:
        sys.stderr.write(
            f"summarizer: {free / 1e9:.1f} GB of memory are free, and the model with its checks takes up to "
            f"{_NEEDED / 1e9:.1f}; --model embedded:small takes half.\n"
        )
