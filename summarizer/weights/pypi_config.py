"""Where the user's packages come from: the settings of pip and uv, read without either installed."""

from __future__ import annotations

import configparser
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

PYPI = "https://pypi.org/simple"


class Sources(NamedTuple):
    """Places that may hold a wheel: ``find_links`` folders or pages, then Simple indexes, in the order to be asked."""

    find_links: tuple[str, ...]
    indexes: tuple[str, ...]
    certificates: str | None


def sources(index_url: str | None = None, environ: Mapping[str, str] | None = None) -> Sources:
    """What pip or uv would use here; ``index_url`` overrules the main index. Environment before files, as both do."""
    env = os.environ if environ is None else environ
    pip, uv = _pip_config(env), _uv_config(env)
    main = (
        index_url or env.get("PIP_INDEX_URL") or env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL")
        or pip.get("index-url") or next(iter(uv["default"]), None) or PYPI
    )  # fmt: skip
    extra = [
        *env.get("PIP_EXTRA_INDEX_URL", pip.get("extra-index-url", "")).split(),
        *env.get("UV_INDEX", "").split(),
        *env.get("UV_EXTRA_INDEX_URL", "").split(),
        *uv["extra"],
    ]
    no_index = env.get("PIP_NO_INDEX", pip.get("no-index", "")).lower() in ("1", "true", "yes", "on")
    indexes = [index_url] if no_index and index_url else [] if no_index else [main, *extra]
    links = [
        *env.get("PIP_FIND_LINKS", pip.get("find-links", "")).split(),
        *env.get("UV_FIND_LINKS", "").replace(",", " ").split(),
        *uv["find-links"],
    ]
    certificates = next(
        (env[name] for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE") if env.get(name)),
        pip.get("cert") or None,
    )
    return Sources(tuple(dict.fromkeys(links)), tuple(dict.fromkeys(map(_unnamed, indexes))), certificates)


def _unnamed(index: str) -> str:
    # uv allows "name=https://…".
    return re.sub(r"^[\w.-]+=(?=\w+://)", "", index)


def _pip_config(env: Mapping[str, str]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for path in _pip_files(env):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                merged |= {key.replace("_", "-"): value for key, value in parser.items(section)}
    return merged


def _pip_files(env: Mapping[str, str]) -> list[Path]:
    """The files that pip reads, weakest first (https://pip.pypa.io/en/stable/topics/configuration/)."""
    explicit = env.get("PIP_CONFIG_FILE")
    if explicit == os.devnull:
        return []
    home = Path.home()
    if sys.platform == "win32":
        name = "pip.ini"
        folders = [Path(env.get("PROGRAMDATA", "C:/ProgramData")) / "pip", home / "pip"]
        folders += [Path(env["APPDATA"]) / "pip"] if "APPDATA" in env else []
    else:
        name = "pip.conf"
        system = [Path(folder) / "pip" for folder in env.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":") if folder]
        own = Path(env.get("XDG_CONFIG_HOME", home / ".config")) / "pip"
        if sys.platform == "darwin":
            system.insert(0, Path("/Library/Application Support/pip"))
            own = (
                home / "Library/Application Support/pip" if (home / "Library/Application Support/pip").is_dir() else own
            )
        folders = [*reversed(system), Path("/etc"), home / ".pip", own]
    files = [folder / name for folder in [*folders, Path(sys.prefix)]]
    return [*files, Path(explicit)] if explicit else files


def _uv_config(env: Mapping[str, str]) -> dict[str, list[str]]:
    """``uv.toml`` of the system and of the user; a project's own file says where its packages come from, not ours."""
    found: dict[str, list[str]] = {"default": [], "extra": [], "find-links": []}
    config = Path(env.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    if sys.platform == "win32":
        config = Path(env.get("APPDATA", config))
    for path in (config / "uv" / "uv.toml", Path("/etc/uv/uv.toml")):
        try:
            settings: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
        found["default"] += [settings["index-url"]] if "index-url" in settings else []
        found["extra"] += settings.get("extra-index-url", [])
        found["find-links"] += settings.get("find-links", [])
        for index in settings.get("index", []):
            found["default" if index.get("default") else "extra"].append(index["url"])
    return found
