"""Dates as articles and their metadata write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial


def _strptime(form: str, text: str) -> datetime:
    return datetime.strptime(text, form).replace(tzinfo=UTC)


_WRITTEN = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y%m%d")
_PARSERS: tuple[Callable[[str], datetime], ...] = (
    datetime.fromisoformat,
    parsedate_to_datetime,
    *(partial(_strptime, form) for form in _WRITTEN),
)


def parse_date(value: object) -> datetime | None:
    """A time from ISO 8601, RFC 5322, seconds since 1970 or an English date; UTC where no zone is given, else None.

    Orders that readers disagree about (03/04/2021) are not guessed at.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_seconds(float(value))
    text = str(value).strip()
    for parse in _PARSERS:
        try:
            found = parse(text)
        except (ValueError, TypeError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _from_seconds(value: float) -> datetime | None:
    """Seconds since 1970, or milliseconds when so large that the year would pass 5000."""
    try:
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
