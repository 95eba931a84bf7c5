"""summarizer: grounded summaries of one article, or of many about one story; every sentence cites its sources."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summarizer.compat import pipeline
    from summarizer.errors import GenerationError, InputError, ModelError, SummarizerError
    from summarizer.ingest import document_from_html, document_from_text, load_documents
    from summarizer.settings import Settings
    from summarizer.summarizer import Event, Summarizer
    from summarizer.types import (
        Citation,
        Claim,
        Disagreement,
        Document,
        KeyPoint,
        Sentence,
        SourceDocument,
        Summary,
        SummaryOptions,
        SummarySentence,
        Update,
        Usage,
    )

_HOMES = {
    "summarizer.compat": ("pipeline",),
    "summarizer.errors": ("GenerationError", "InputError", "ModelError", "SummarizerError"),
    "summarizer.ingest": ("document_from_html", "document_from_text", "load_documents"),
    "summarizer.summarizer": ("Event", "Summarizer"),
    "summarizer.settings": ("Settings",),
    "summarizer.types": (
        "Citation",
        "Claim",
        "Disagreement",
        "Document",
        "KeyPoint",
        "Sentence",
        "SourceDocument",
        "Summary",
        "SummaryOptions",
        "SummarySentence",
        "Update",
        "Usage",
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Citation",
    "Claim",
    "Disagreement",
    "Document",
    "Event",
    "GenerationError",
    "InputError",
    "KeyPoint",
    "ModelError",
    "Sentence",
    "Settings",
    "SourceDocument",
    "Summarizer",
    "SummarizerError",
    "Summary",
    "SummaryOptions",
    "SummarySentence",
    "Update",
    "Usage",
    "document_from_html",
    "document_from_text",
    "load_documents",
    "pipeline",
]


def __getattr__(name: str) -> Any:
    # Names load when they are used, so that `summarizer --help` answers at once.
    if name not in _HOME_OF:
        raise AttributeError(f"module 'summarizer' has no attribute '{name}'")
    return getattr(import_module(_HOME_OF[name]), name)
