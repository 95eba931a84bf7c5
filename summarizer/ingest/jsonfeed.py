"""JSON Feed (1.0 and 1.1, jsonfeed.org) to articles as ``json`` reads them."""

from __future__ import annotations

from collections.abc import Mapping

_VERSION = "jsonfeed.org/version/"


def items(value: object) -> list[object] | None:
    """The feed's items under our names of fields; None when ``value`` is no JSON Feed."""
    if not isinstance(value, Mapping) or _VERSION not in str(value.get("version")):
        return None
    found = value.get("items")
    return [_renamed(item, value) for item in found] if isinstance(found, list) else []


def _renamed(item: object, feed: Mapping[str, object]) -> object:
    if not isinstance(item, Mapping):
        return item
    html = item.get("content_html")
    text = item.get("content_text") or item.get("summary")
    body = {"html": f"<html><body><article>{html}</article></body></html>"} if html else {"text": text}
    return {
        **body,
        "id": item.get("id") or item.get("url"),
        "title": item.get("title"),
        "url": item.get("url") or item.get("external_url"),
        "source": feed.get("title"),
        "published": item.get("date_published") or item.get("date_modified"),
        "language": item.get("language") or feed.get("language"),
    }
