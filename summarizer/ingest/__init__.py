"""Articles in, Documents out: one reader a format, chosen by content, and what is not the story taken out.

In go files, folders, URLs and pasted text, out come ``Document``s, or an InputError that names what could not be read.
It may import ``language`` and nothing that a model needs.
"""

from __future__ import annotations

from summarizer.ingest.html import document_from_html
from summarizer.ingest.sources import load_documents
from summarizer.ingest.text import document_from_text

__all__ = ["document_from_html", "document_from_text", "load_documents"]
