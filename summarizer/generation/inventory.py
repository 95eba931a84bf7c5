"""What ``summarizer models`` lists: every kind of model, what it needs, whether it is here, its weights' licence."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from summarizer.generation.registry import FORMS, plugged_in
from summarizer.settings import Settings
from summarizer.weights import cached, find
from summarizer.weights.catalogue import ALIASES

State = Literal["ready", "installed", "cached", "missing"]
_TEXT_WRITERS = ("ForConditionalGeneration", "ForCausalLM")


class ModelStatus(BaseModel):
    """One line of the list.

    form: the model string, or its pattern; state: ``ready`` runs as it is; ``installed`` has its packages, and its
    weights or server are yours to name; ``cached`` has both; ``missing`` lacks what ``needs`` says; licence: of the
    weights, "" when they have none or are not known yet.
    """

    model_config = ConfigDict(frozen=True)

    form: str
    kind: str
    state: State
    needs: str
    licence: str


def available_models(settings: Settings) -> list[ModelStatus]:
    """Every kind in a fixed order, then other packages' kinds, then the models in the hub's cache. No network."""
    return [
        *_embedded(settings),
        _status("extractive", "ready", "nothing"),
        _status("gguf", "installed", "a GGUF of a chat model: a file, or on the hub"),
        _hf(),
        _status("openai", "installed", "a running server; sends it the text"),
        *_plugged_in(),
        *_hub_cache(),
    ]


def _status(kind: str, state: State, needs: str) -> ModelStatus:
    return ModelStatus(form=FORMS[kind], kind=kind, state=state, needs=needs, licence="")


def _embedded(settings: Settings) -> Iterator[ModelStatus]:
    for form, name in ALIASES.items():
        here = cached(name, settings) is not None
        weights = find(name)
        yield ModelStatus(
            form=form,
            kind="embedded",
            state="cached" if here else "missing",
            needs="nothing" if here else f"`summarizer models pull {form}` ({weights.size / 1e6:,.0f} MB)",
            licence=weights.licence,
        )


def _hf() -> ModelStatus:
    from summarizer.generation.hub import NEEDED

    missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
    needs = f'"summarizer[hf]" ({", ".join(missing)})' if missing else "an id or folder with safetensors"
    return _status("hf", "missing" if missing else "installed", needs)


def _plugged_in() -> Iterator[ModelStatus]:
    for name, point in sorted(plugged_in().items()):
        package = point.dist.name if point.dist else point.value
        yield ModelStatus(form=f"{name}:…", kind=name, state="installed", needs=f"see {package}", licence="")


def _hub_cache() -> Iterator[ModelStatus]:
    """Models that write text and lie in the hub's cache, with the licence that their card states."""
    if find_spec("huggingface_hub") is None:
        return
    from huggingface_hub import CacheNotFound, scan_cache_dir

    try:
        repositories = scan_cache_dir().repos
    except CacheNotFound:
        return
    models = (repository for repository in repositories if repository.repo_type == "model")
    for repository in sorted(models, key=lambda repository: repository.repo_id):
        # The id, pinned unless it is at the default branch.
        snapshots = {
            "" if "main" in r.refs else f"@{min(r.refs, default=r.commit_hash)}": r.snapshot_path
            for r in repository.revisions
        }
        for pin, snapshot in sorted(snapshots.items()):
            if _writes_text(snapshot):
                yield _cached_model(repository.repo_id + pin, snapshot)


def _writes_text(snapshot: Path) -> bool:
    import json

    try:
        config = json.loads((snapshot / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return any(name.endswith(_TEXT_WRITERS) for name in config.get("architectures") or ())


def _cached_model(name: str, snapshot: Path) -> ModelStatus:
    safe = any(snapshot.glob("*.safetensors"))
    return ModelStatus(
        form=f"hf:{name}",
        kind="hf",
        state="cached" if safe else "missing",
        needs="nothing" if safe else "a revision with safetensors",
        licence=_stated_licence(snapshot),
    )


def _stated_licence(snapshot: Path) -> str:
    from huggingface_hub import ModelCard

    try:
        stated: Any = ModelCard.load(snapshot / "README.md").data.license
    except (OSError, ValueError):
        return "not stated"
    return ", ".join(stated) if isinstance(stated, list) else str(stated or "not stated")
