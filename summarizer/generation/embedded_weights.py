"""The embedded model's weights: SmolLM2-135M-Instruct as shipped, and with a LoRA adapter merged for the engine."""

from __future__ import annotations

from pathlib import Path

from summarizer.errors import ModelError
from summarizer.settings import Settings
from summarizer.weights import derived, pull
from summarizer.weights.checksums import sha256_of

NAME = "smollm2-135m-instruct"
BASE = "base"
"""After ``embedded:``, the model as its authors published it, with no adapter."""

_OURS = Path(__file__).with_name("adapter")


def shipped(settings: Settings) -> Path:
    """The GGUF file of the published model, pulled if need be."""
    return pull(NAME, settings) / "shipped.gguf"


def adapter_of(rest: str) -> Path | None:
    """The PEFT folder that ``embedded:<rest>`` names; ours when ``rest`` is empty. Raises ModelError."""
    if rest == BASE or (not rest and not _OURS.is_dir()):
        return None
    folder = Path(rest) if rest else _OURS
    if not (folder / "adapter_model.safetensors").is_file():
        raise ModelError(
            "there is no such adapter",
            remedy="Name the folder that `summarizer train generator` wrote.",
            where=f"embedded:{rest}",
        )
    return folder


def engine_folder(settings: Settings, adapter: Path | None) -> Path:
    """What the engine loads, made on first use (some 10 seconds) and kept in the cache. Raises ModelError."""
    from summarizer.conversion import generator

    source = shipped(settings)
    return derived(f"{_key(source, adapter)}-openvino", settings, lambda staging: generator(source, adapter, staging))


def dequantised_folder(settings: Settings, adapter: Path | None) -> Path:
    """The same for transformers: float32 safetensors (about 540 MB) with tokenizer and chat template."""
    source = shipped(settings)

    def build(staging: Path) -> None:
        from summarizer.conversion import merge
        from summarizer.generation.dequantise import dequantise

        merged = staging / "model.gguf"
        merge(source, adapter, merged)
        dequantise(merged, staging)
        merged.unlink()

    return derived(f"{_key(source, adapter)}-float32", settings, build)


def _key(source: Path, adapter: Path | None) -> str:
    mark = sha256_of(adapter / "adapter_model.safetensors")[:12] if adapter else BASE
    return f"{source.parent.name}-{mark}"
