"""One string chooses the model: ``embedded``, ``gguf:…``, ``hf:…``, ``openai:…@…``, ``extractive``, or another's kind.

Another package adds a kind with an entry point in the group ``summarizer.generators``: its name is the kind, its object
a callable ``(rest: str, settings: Settings) -> Generator``, where ``rest`` is what follows the colon.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from summarizer.errors import ModelError
from summarizer.generation.base import Generator
from summarizer.settings import Settings

ENTRY_POINT_GROUP = "summarizer.generators"
Loader = Callable[[str, Settings], Generator]


def load_generator(model: str, settings: Settings) -> Generator:
    """The generator that ``model`` names, loaded and ready. Raises ModelError for what is not there."""
    kind, colon, rest = model.strip().partition(":")
    loader = _BUILT_IN.get(kind)
    if loader is None and (plugged := plugged_in().get(kind)) is not None:
        loader = _loaded(plugged)
    if loader is None:
        raise _unknown(model)
    if colon and not rest:
        raise ModelError(f"'{kind}:' names no model", remedy=f"Write {FORMS.get(kind, kind + ':<name>')}.", where=model)
    return loader(rest, settings)


def plugged_in() -> dict[str, EntryPoint]:
    """Kinds that other installed packages add; a built-in kind is never replaced."""
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP) if point.name not in _BUILT_IN}


def _loaded(point: EntryPoint) -> Loader:
    try:
        loader: Loader = point.load()
    except (ImportError, AttributeError) as failure:
        raise ModelError(
            f"the package that provides it does not load ({failure})",
            remedy=f"Reinstall or remove the package behind entry point '{point.value}'.",
            where=point.name,
        ) from failure
    return loader


def _embedded(rest: str, settings: Settings) -> Generator:
    from summarizer.generation.embedded import load_embedded

    return load_embedded(rest, settings)


def _extractive(rest: str, _: Settings) -> Generator:
    from summarizer.generation.extractive import ExtractiveGenerator

    if rest:
        raise ModelError(f"it takes no name, but got '{rest}'", remedy="Write extractive.", where="extractive")
    return ExtractiveGenerator()


def _gguf(rest: str, settings: Settings) -> Generator:
    from summarizer.generation.gguf import GgufGenerator
    from summarizer.generation.gguf_hub import fetched, named

    model = named(rest)
    path = Path(rest).expanduser() if model is None else fetched(model, settings)
    return GgufGenerator(path, settings, name=f"gguf:{rest}")


def _hf(rest: str, settings: Settings) -> Generator:
    from summarizer.generation.hub import load_model, on_top

    return on_top(load_model(rest, settings), rest)


def _openai(rest: str, settings: Settings) -> Generator:
    from summarizer.generation.openai import OpenAIGenerator

    return OpenAIGenerator.from_string(rest, settings)


_BUILT_IN: dict[str, Loader] = {
    "embedded": _embedded,
    "extractive": _extractive,
    "gguf": _gguf,
    "hf": _hf,
    "openai": _openai,
}
FORMS = {
    "embedded": "embedded, embedded:small or embedded:<adapter folder>",
    "extractive": "extractive",
    "gguf": "gguf:<file> or gguf:<hub repository>[:<file>]",
    "hf": "hf:<id or folder>[@revision]",
    "openai": "openai:<model>@<base-url>",
}


def _unknown(model: str) -> ModelError:
    kind = model.strip().partition(":")[0]
    forms = [*FORMS.values(), *(f"{name}:…" for name in plugged_in())]
    remedy = f"Use one of: {', '.join(forms)}."
    nearest = get_close_matches(kind.lower(), [*_BUILT_IN, *plugged_in()], n=1, cutoff=0.5)
    if "/" in model or (model and Path(model).is_dir()):
        remedy = f"Did you mean hf:{model.strip()}? {remedy}"
    elif nearest:
        remedy = f"Did you mean {nearest[0]}? {remedy}"
    return ModelError("no such model", remedy=remedy, where=model or "(empty model name)")
