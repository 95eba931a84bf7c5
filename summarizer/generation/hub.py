"""``hf:<id or folder>[@revision]``: which transformers model it is, loaded safely. Safetensors only, no remote code."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from summarizer.errors import ModelError
from summarizer.settings import Settings
from summarizer.weights import pull
from summarizer.weights.catalogue import ALIASES

if TYPE_CHECKING:
    import torch
    from transformers import PretrainedConfig

    from summarizer.generation.transformers_causal import CausalGenerator
    from summarizer.generation.transformers_seq2seq import Seq2SeqGenerator

NEEDED = {
    "torch": "torch",
    "transformers": "transformers",
    "accelerate": "accelerate",
    "safetensors": "safetensors",
    "sentencepiece": "sentencepiece",
    "google": "protobuf",
}  # import name: package
# Activations beyond 65504: reported of T5 and PEGASUS; the chat models are those that vLLM too refuses in float16.
_OVERFLOWS_IN_HALF = frozenset(
    {"t5", "mt5", "umt5", "longt5", "pegasus", "pegasus_x", "gemma2", "gemma3", "gemma3_text", "glm4"}
)
_ADAPTER_WEIGHTS = "adapter_model.safetensors"


class Loaded(NamedTuple):
    """A transformers model in evaluation mode on its device, with its tokenizer."""

    model: Any
    tokenizer: Any


def on_top(loaded: Loaded, source: str) -> Seq2SeqGenerator | CausalGenerator:
    """The generator for a loaded model: seq2seq or causal, as its config says."""
    name = f"hf:{source}"
    if loaded.model.config.is_encoder_decoder:
        from summarizer.generation.transformers_seq2seq import Seq2SeqGenerator

        return Seq2SeqGenerator(loaded.model, loaded.tokenizer, name=name)
    from summarizer.generation.transformers_causal import CausalGenerator

    return CausalGenerator(loaded.model, loaded.tokenizer, name=name)


def load_model(
    source: str, settings: Settings, *, device: str | None = None, dtype: torch.dtype | None = None
) -> Loaded:
    """Model and tokenizer of an id or folder, optionally ``@revision``; ``embedded`` is the default model, dequantised
    as it is read; a PEFT adapter is loaded onto its base and merged.

    device: ``cuda``, ``mps`` or ``cpu``, the best that is there when None; dtype: what suits it when None. Raises
    ModelError.
    """
    _check_installed(source)
    import torch
    from safetensors import SafetensorError

    if settings.threads:
        torch.set_num_threads(settings.threads)
    place = device or best_device()
    try:
        adapter = _adapter_config(source, settings)
        if adapter is None:
            loaded = _load(source, settings, place, dtype)
        else:
            loaded = _with_adapter(load_model(_base(adapter), settings, device=place, dtype=dtype), source, settings)
    except (OSError, ValueError, ImportError, KeyError) as failure:
        raise _explained(source, settings, failure) from failure
    except (RuntimeError, SafetensorError) as failure:
        raise ModelError(
            f"its weights cannot be loaded ({_first_line(failure)})",
            remedy="They are broken, are not those of its config, or do not fit the memory; fetch it again, or choose "
            "a smaller one.",
            where=f"hf:{source}",
        ) from failure
    loaded.model.eval()
    return loaded


def _check_installed(source: str) -> None:
    missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
    if missing:
        raise ModelError(
            f"it runs on transformers, but {', '.join(missing)} is not installed",
            remedy='Install "summarizer[hf]" (see "Other models" in the README for CPU and GPU builds of torch).',
            where=f"hf:{source}",
        )


def _load(source: str, settings: Settings, device: str, dtype: torch.dtype | None) -> Loaded:
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

    name, revision = split_revision(source)
    if name in ALIASES:
        return _dequantised(name, settings, device, dtype)
    where = _where(revision, settings)
    config = AutoConfig.from_pretrained(name, **where)
    kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
    tokenizer = _tokenizer(name, where)
    model: Any = kind.from_pretrained(
        name,
        use_safetensors=True,
        dtype=dtype or dtype_for(config, device),
        # transformers looks for an adapter too, and without this asks the hub for it even offline.
        adapter_kwargs={"local_files_only": settings.offline},
        **where,
    )
    return Loaded(model.to(device), tokenizer)


def _dequantised(name: str, settings: Settings, device: str, dtype: torch.dtype | None) -> Loaded:
    """The GGUF of an embedded model, in full precision."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    source = _gguf_source(name, settings)
    tokenizer = AutoTokenizer.from_pretrained(**source)
    model: Any = AutoModelForCausalLM.from_pretrained(**source, quantization_config=GgufConfig(dequantize=True))
    tokenizer.model_max_length = model.config.max_position_embeddings
    # Without these marks removed, what is trained on top and saved would be taken for a quantised model.
    model.config.__dict__.pop("quantization_config", None)
    model.hf_quantizer, model.is_quantized = None, False
    return Loaded(model.to(device, dtype or dtype_for(model.config, device)), tokenizer)


def _gguf_source(name: str, settings: Settings) -> dict[str, Any]:
    """What ``from_pretrained`` takes for the file of an embedded model."""
    path = pull(name, settings) / "model.gguf"
    return {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name, "local_files_only": True}


def load_classifier(source: str, settings: Settings) -> Loaded:
    """A sequence classifier, or a seq2seq model that answers as one, with its tokenizer, of an id or folder. Raises
    ModelError."""
    _check_installed(source)
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForSeq2SeqLM, AutoModelForSequenceClassification

    name, revision = split_revision(source)
    where = _where(revision, settings)
    try:
        config = AutoConfig.from_pretrained(name, **where)
        writes = any("ConditionalGeneration" in kind for kind in config.architectures or ())
        kind = AutoModelForSeq2SeqLM if writes else AutoModelForSequenceClassification
        device = best_device()
        model: Any = kind.from_pretrained(name, use_safetensors=True, dtype=dtype_for(config, device), **where)
        return Loaded(model.to(device).eval(), _tokenizer(name, where))
    except (OSError, ValueError, ImportError, KeyError, RuntimeError, SafetensorError) as failure:
        raise _explained(source, settings, failure) from failure


def load_tokenizer(source: str, settings: Settings) -> Any:
    """The tokenizer of an id or folder, optionally ``@revision``, or of an embedded model. Raises ModelError."""
    name, revision = split_revision(source)
    try:
        if name in ALIASES:
            from transformers import AutoTokenizer

            return AutoTokenizer.from_pretrained(**_gguf_source(name, settings))
        return _tokenizer(name, _where(revision, settings))
    except (OSError, ValueError, ImportError, KeyError) as failure:
        raise _explained(source, settings, failure) from failure


def _where(revision: str | None, settings: Settings) -> dict[str, Any]:
    return {"revision": revision or "main", "trust_remote_code": False, "local_files_only": settings.offline}


def _tokenizer(name: str, where: dict[str, Any]) -> Any:
    import transformers
    from transformers.models.auto.tokenization_auto import get_tokenizer_config

    try:
        return transformers.AutoTokenizer.from_pretrained(name, **where)
    except ValueError:
        # transformers 5 maps pegasus_x to no tokenizer of its own and then cannot read a bare spiece.model.
        stated = str(get_tokenizer_config(name, **where).get("tokenizer_class", ""))
        kind = getattr(transformers, stated.removesuffix("Fast"), None)
        if kind is None:
            raise
        return kind.from_pretrained(name, **where)


def _adapter_config(source: str, settings: Settings) -> Path | None:
    """The config of a PEFT adapter, fetched if need be; None when ``source`` is no adapter."""
    from transformers.utils import find_adapter_config_file

    name, revision = split_revision(source)
    if name in ALIASES:
        return None
    found = find_adapter_config_file(name, revision=revision or "main", local_files_only=settings.offline)
    return None if found is None else Path(found)


def _base(adapter_config: Path) -> str:
    """What the adapter stands on, at the revision that it was trained on where it says so."""
    stated: dict[str, Any] = json.loads(adapter_config.read_text(encoding="utf-8"))
    base, revision = str(stated["base_model_name_or_path"]), stated.get("revision")
    return f"{base}@{revision}" if revision else base


def _with_adapter(loaded: Loaded, source: str, settings: Settings) -> Loaded:
    if find_spec("peft") is None:
        raise ModelError(
            "it is a LoRA adapter, but peft is not installed",
            remedy='Install "summarizer[train]".',
            where=f"hf:{source}",
        )
    from peft import PeftModel
    from transformers.utils import cached_file

    name, revision = split_revision(source)
    # Left to itself PEFT would take a pickle where there are no safetensors.
    weights = cached_file(name, _ADAPTER_WEIGHTS, revision=revision or "main", local_files_only=settings.offline)
    adapted = PeftModel.from_pretrained(loaded.model, str(Path(weights).parent))
    return Loaded(adapted.merge_and_unload(), loaded.tokenizer)


def split_revision(source: str) -> tuple[str, str | None]:
    """``id@revision`` in two; a folder that exists is never split."""
    if Path(source).exists() or "@" not in source:
        return source, None
    name, _, revision = source.rpartition("@")
    return name, revision


def best_device() -> str:
    """``cuda``, else ``mps``, else ``cpu``."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def dtype_for(config: PretrainedConfig, device: str) -> torch.dtype:
    """bfloat16 where the device has it, else float16 on a GPU unless the family overflows in it, else float32."""
    import torch

    if device == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    if device != "cpu" and config.model_type not in _OVERFLOWS_IN_HALF:
        return torch.float16
    return torch.float32


def _explained(source: str, settings: Settings, failure: Exception) -> ModelError:
    text = str(failure).lower()
    if "trust_remote_code" in text or "custom code" in text:
        remedy = "It needs code from the hub, which is never run here; choose a model that transformers itself knows."
    elif "safetensors" in text:
        remedy = (
            "Only safetensors are loaded, never pickles; ask for a revision that has them (hf:id@revision). Of many "
            "older models the hub has made one: see their pull requests (hf:id@refs/pr/<number>)."
        )
    elif settings.offline:
        remedy = (
            "SUMMARIZER_OFFLINE is set and the hub's cache has no safetensors of it; download it, or name a folder."
        )
    else:
        remedy = "Check the name, the network and your access to it, or name a local folder."
    return ModelError(f"it cannot be loaded ({_first_line(failure)})", remedy=remedy, where=f"hf:{source}")


def _first_line(failure: Exception) -> str:
    return next(iter(str(failure).strip().splitlines()), type(failure).__name__)
