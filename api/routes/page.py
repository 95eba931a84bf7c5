"""The page at / and the reference at /docs, from files on this server alone."""

from __future__ import annotations

from pathlib import Path

import fastapi_offline
from fastapi import APIRouter
from fastapi.responses import FileResponse

_STATIC = Path(__file__).parent.parent / "static"
FOLDERS = {"/static/swagger": Path(fastapi_offline.__file__).parent / "static", "/static": _STATIC}
"""What is served as it is; Swagger UI comes from the package fastapi-offline."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index() -> FileResponse:
    """The page to try the service on."""
    return FileResponse(_STATIC / "index.html")


@router.get("/docs")
async def docs() -> FileResponse:
    """The OpenAPI document, to read and to try."""
    return FileResponse(_STATIC / "docs.html")


@router.get("/favicon.ico")
async def favicon() -> FileResponse:
    """The page's icon."""
    return FileResponse(_STATIC / "icon.svg", media_type="image/svg+xml")
