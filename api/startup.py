"""What would keep the service from starting, found before it starts, so that it is one sentence and no traceback."""

from __future__ import annotations

import socket
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from api.connections import Connection, most_connections
from api.security import Keys, rate_of
from api.settings import ServiceSettings
from api.tables import Database
from api.webhooks import key
from summarizer.errors import InputError


def check(host: str, port: int) -> ServiceSettings:
    """The settings of the environment. Raises InputError for the first thing that would not do."""
    settings = _settings()
    key(settings)
    if settings.rate_limit:
        rate_of(settings.rate_limit, where="SUMMARIZER_RATE_LIMIT")
    if settings.api_keys_file:
        Keys(settings.api_keys_file)
    _bind(host, port)
    Database(settings.jobs_url).close()
    return settings


def options(settings: ServiceSettings) -> dict[str, Any]:
    """Of uvicorn: how it serves the app. A process may have as many connections as the system lets it."""
    limits = {"most": most_connections(), "read_seconds": settings.request_timeout}
    return {
        "http": type("Connection", (Connection,), limits),
        "root_path": settings.root_path,
        "log_config": None,
        "access_log": False,
        "proxy_headers": False,  # the app reads them itself, with one that uvicorn does not know
        "server_header": False,
        "timeout_graceful_shutdown": settings.stop_timeout,
    }


def _settings() -> ServiceSettings:
    remedy = "Correct it, or unset it; docs/service.md has the settings."
    try:
        return ServiceSettings()
    except ValidationError as refused:
        first = refused.errors(include_url=False)[0]
        if not first["loc"]:  # of several settings together, and their values may be secrets
            raise InputError(first["msg"].removeprefix("Value error, "), remedy=remedy) from refused
        name = "SUMMARIZER_" + "_".join(map(str, first["loc"])).upper()
        raise InputError(f"{first['msg']} (got {first['input']!r})", remedy=remedy, where=name) from refused
    except SettingsError as refused:
        problem = f"{refused}: lists are JSON, as in '[\"https://example.org\"]'"
        raise InputError(problem, remedy=remedy) from refused


def _bind(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        remedy = "Stop what listens there, or choose another --port or --host."
        raise InputError(
            f"the address cannot be had ({error.strerror})", remedy=remedy, where=f"{host}:{port}"
        ) from error
