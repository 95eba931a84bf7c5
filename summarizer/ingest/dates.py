"""Dates as articles and their metadata write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlsplit

from summarizer.language.lexicon import months, weekdays


def _strptime(form: str, text: str) -> datetime:
    return datetime.strptime(text, form).replace(tzinfo=UTC)


_WRITTEN = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y%m%d")
_PARSERS: tuple[Callable[[str], datetime], ...] = (
    datetime.fromisoformat,
    parsedate_to_datetime,
    *(partial(_strptime, form) for form in _WRITTEN),
)


_MONTH = f"(?:{'|'.join(sorted(months(), key=len, reverse=True))})"
_DATE = rf"(?:\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}}|\d{{4}}-\d\d-\d\d)"
_STAMP = re.compile(
    rf"^(?:(?:first )?(?:published|posted)\b[^\d\n]{{0,20}}|(?:{'|'.join(weekdays())}),? )?"
    rf"({_DATE})(?:[ ,|]+(?:at )?\d[^\n]{{0,25}})?$",
    re.IGNORECASE | re.MULTILINE,
)
_DATELINE = re.compile(
    rf"^(?-i:[A-Z][A-Z.' -]+),? (?:[\w. ]{{1,30}}, )?({_DATE}),? ?(?:\([^)\n]{{1,30}}\) ?)?[-–—:]",
    re.IGNORECASE | re.MULTILINE,
)
_IN_PATH = re.compile(r"(?<!\d)((?:19|20)\d\d)([/_-]?)(\d{1,2}|[a-z]{3})\2(\d{1,2})(?!\d)", re.IGNORECASE)
_TOP = 600  # characters of a text in which its date may stand


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


def date_in_url(url: str | None) -> datetime | None:
    """The day in an address such as ``/2024/03/05/``, ``/2024/mar/05/`` or ``/story-20240305.html``; none to come."""
    for year, mark, month, day in _IN_PATH.findall(urlsplit(url).path) if url else ():
        if mark or len(month) == len(day) == 2:
            found = parse_date(f"{day} {month} {year}" if month.isalpha() else f"{year}/{month}/{day}")
            if found and found <= datetime.now(UTC):
                return found
    return None


def date_in_text(text: str) -> datetime | None:
    """The day, with its year, of a dateline ("LARNE, January 30, 2024 (AP) -") or of a line that holds little else, at
    the top of an English text; none to come."""
    found = _STAMP.search(text[:_TOP]) or _DATELINE.search(text[:_TOP])
    date = parse_date(found[1]) if found else None
    return date if date and date <= datetime.now(UTC) else None
