"""``gguf:owner/repository[@revision][:file or quantisation]``: a GGUF on the hub, found by the hub's HTTP interface.

What the hub told the first time, commit and SHA-256 included, stays in the cache: a model does not change under a user,
and later starts need no network.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from summarizer.errors import ModelError
from summarizer.settings import Settings
from summarizer.weights import Model, ensure
from summarizer.weights.cache import home
from summarizer.weights.catalogue import File
from summarizer.weights.pypi_config import sources
from summarizer.weights.sources import HUB
from summarizer.weights.web import ANSWER_SECONDS, client, said, within

USUAL = "Q4_K_M"
"""The quantisation that is taken when none is named."""
_NAMED = re.compile(r"(?P<repository>[\w-][\w.-]*/[\w.-]+?)(?:@(?P<revision>[\w./-]+))?(?::(?P<choice>[^:]+))?")
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$")


class Named(NamedTuple):
    """A model string taken apart: choice is a file, part of a file's name, or ""."""

    repository: str
    revision: str
    choice: str


def named(rest: str) -> Named | None:
    """What follows ``gguf:`` when it names something on the hub, None when it is a path."""
    found = _NAMED.fullmatch(rest)
    if found is None or Path(rest).exists() or found["repository"].lower().endswith(".gguf"):
        return None
    return Named(found["repository"], found["revision"] or "main", found["choice"] or "")


def fetched(model: Named, settings: Settings) -> Path:
    """The file, pulled if need be and checked by its SHA-256. Raises ModelError."""
    where = _where(model)
    name = re.sub(r"\W+", "-", "-".join(model)).strip("-").lower()
    pin = home(settings) / f"{name}.hub.json"
    try:
        entry = json.loads(pin.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        entry = _asked(model, settings, where)
        pin.parent.mkdir(parents=True, exist_ok=True)
        pin.write_text(json.dumps(entry) + "\n", encoding="utf-8")
    file = File("model.gguf", entry["path"], entry["size"], entry["sha256"])
    return ensure(Model(name, "", entry["hub"], (file,), ()), settings) / file.name


def _where(model: Named) -> str:
    revision = "" if model.revision == "main" else f"@{model.revision}"
    return f"gguf:{model.repository}{revision}" + (f":{model.choice}" if model.choice else "")


def _asked(model: Named, settings: Settings, where: str) -> dict[str, Any]:
    if settings.offline:
        raise ModelError(
            "SUMMARIZER_OFFLINE is set and it is not in the cache", remedy="Pull it once, or name a file.", where=where
        )
    base = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
    root = f"{base}/api/models/{model.repository}"
    try:
        with client(sources(settings.index_url).certificates, os.environ.get("HF_TOKEN", "")) as hub:
            commit = _json(hub, f"{root}/revision/{model.revision}")["sha"]
            listed = _json(hub, f"{root}/tree/{commit}?recursive=true")
    except httpx.HTTPStatusError as error:
        raise ModelError(
            f"the hub has no such repository for you ({said(error)})",
            remedy="Check the name and the revision; a gated one needs your HF_TOKEN. A file is named by its path.",
            where=where,
        ) from error
    except (httpx.HTTPError, TimeoutError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"the hub at {base} could not be asked ({said(error)})",
            remedy="Let HF_ENDPOINT name your mirror, or name a file.",
            where=where,
        ) from error
    file = _chosen([entry for entry in listed if str(entry.get("path", "")).endswith(".gguf")], model.choice, where)
    return {
        "hub": f"{model.repository}@{commit}",
        "path": file["path"],
        "size": file["size"],
        "sha256": file["lfs"]["oid"].removeprefix("sha256:"),
    }


def _json(hub: httpx.Client, url: str) -> Any:
    answer = within(ANSWER_SECONDS, lambda: hub.get(url))
    answer.raise_for_status()
    return answer.json()


def _chosen(files: list[dict[str, Any]], choice: str, where: str) -> dict[str, Any]:
    """The file that ``choice`` names, by its name or a part of it; without one, the usual quantisation or the only."""
    models = [file for file in files if "mmproj" not in file["path"].lower() and file.get("lfs")]
    exact = [file for file in models if choice in (file["path"], Path(file["path"]).name)]
    wanted = re.compile(rf"(?<![a-z0-9]){re.escape(choice or USUAL)}(?![a-z0-9_])", re.IGNORECASE)
    found = exact or [file for file in models if wanted.search(file["path"])]
    if not choice and len(models) == 1:
        found = models
    if found and all(_PART.search(file["path"]) for file in found):
        raise ModelError(
            f"{choice or USUAL} lies there in {len(found)} parts",
            remedy="Name another quantisation, or join the parts (llama-gguf-split --merge) and name the file.",
            where=where,
        )
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(Path(file["path"]).name for file in found or models)) or "no GGUF file"
    problem = "several files there answer to it" if found else f"no file there is {choice or USUAL}"
    raise ModelError(problem, remedy=f"Write gguf:<repository>:<file>; it holds {names}.", where=where)
