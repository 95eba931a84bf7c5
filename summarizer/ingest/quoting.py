"""What a mail's sender says, without the mails it quotes, its signature and the foot of a mailing; by ``mail.toml``.

Own rules, since the kept libraries do other things: mail-parser-reply takes a list with hyphens for a signature, and
its patterns need exponential time on some texts; quotequail gives what stands above the first quotation, which loses
answers below it and between its lines.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from summarizer.interruption import interruptible

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_DATA: dict[str, Any] = tomllib.loads((files("summarizer.ingest") / "mail.toml").read_text(encoding="utf-8"))
_LONGEST = 300  # characters of a line that the patterns see
_HEAD_LINES, _FOOT_LINES = 15, 60
_LINES_OF_A_SIGNATURE, _LONG_LINE_OF_A_SIGNATURE = 8, 80
_HEADER_LINES, _HEADER_FIELDS = 6, 2
_LINES_OF_AN_INTRODUCTION = 3


def _table(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row})" for row in _DATA[name]), re.IGNORECASE)


_INTRODUCTION, _FORWARD, _PARTING, _NOTICE, _FOOT = map(
    _table, ("introductions", "forwards", "partings", "notices", "feet")
)
_FROM, _SUBJECT, _FIELD = (
    re.compile(rf"\*?(?:{_DATA[name]})\*? ?[:：]", re.IGNORECASE) for name in ("from", "subject", "fields")
)
_TIME_OR_ADDRESS = re.compile(r"\d[:.h]\d\d|\S@\S")
_DATE_OR_ADDRESS = re.compile(r"\d|\S@\S")


def without_quotes(tree: HtmlElement) -> bool:
    """Take what mail programs quote and sign with out of ``tree``; whether there was any."""
    found = False
    for query in _DATA["html"]["after"]:
        for element in tree.xpath(query):
            while element.getparent() is not None and (sibling := element.getnext()) is not None:
                sibling.drop_tree()
                found = True
    for query in (*_DATA["html"]["after"], *_DATA["html"]["quotes"]):
        for element in tree.xpath(query):
            if element.getparent() is not None:
                element.drop_tree()
                found = True
    return found


def own_lines(text: str, *, quotes_are_out: bool = False) -> list[str]:
    """Lines of ``text`` that its sender wrote, "" between paragraphs.

    quotes_are_out: quotations were taken out before, so what stands behind "On … wrote:" is no quotation.
    """
    return _without_parting(_without_frame(_unquoted(text.split("\n"), quotes_are_out=quotes_are_out)))


def _unquoted(lines: Sequence[str], *, quotes_are_out: bool) -> list[str]:
    kept: list[str] = []
    behind = 0
    for i in interruptible(range(len(lines))):
        line = lines[i].strip()
        if i < behind or line.startswith(">"):
            continue
        if _opens_signature(lines, i) or _opens_another_mail(lines, i):
            break
        length = _introduction(lines, i)
        if length:
            written = " ".join(lines[i : i + length])
            rest = next((line for line in lines[i + length : i + length + 3] if line.strip()), "")
            if rest.lstrip().startswith(">") or (quotes_are_out and _DATE_OR_ADDRESS.search(written)):
                behind = i + length
                continue
            if _TIME_OR_ADDRESS.search(written):
                break
        kept.append(line)
    return kept


def _opens_signature(lines: Sequence[str], i: int) -> bool:
    """The mark of RFC 3676, 4.3; many programs strip its blank, and then it must be near the end."""
    mark = lines[i].rstrip("\r")
    return mark == "-- " or (mark.strip() == "--" and len(lines) - i <= _LINES_OF_A_SIGNATURE + 4)


def _opens_another_mail(lines: Sequence[str], i: int) -> bool:
    line = lines[i].strip()
    if len(line) > _LONGEST or not line:
        return False
    if _is_header(lines, i):
        return True
    return (line[0] in "-_—" or line.endswith((":", "："))) and bool(_FORWARD.fullmatch(line))


def _is_header(lines: Sequence[str], i: int) -> bool:
    """Whether the header of a mail begins with line ``i``, as Outlook writes it into an answer."""
    first = lines[i].strip()
    if not (_FROM.match(first) or _FIELD.match(first)):
        return False
    block = [line.strip() for line in lines[i : i + 2 * _HEADER_LINES] if line.strip()][:_HEADER_LINES]
    about = [line for line in block if _SUBJECT.match(line) or "@" in line]
    others = sum(bool(_FIELD.match(line) or _SUBJECT.match(line)) for line in block)
    return bool(about) and any(map(_FROM.match, block)) and others >= _HEADER_FIELDS


def _introduction(lines: Sequence[str], i: int) -> int:
    """How many lines from ``i`` say who wrote what is quoted behind them; 0 when they do not."""
    joined = ""
    for length, line in enumerate(lines[i : i + _LINES_OF_AN_INTRODUCTION], start=1):
        joined = f"{joined} {line.strip()}".strip()
        if not line.strip() or len(joined) > _LONGEST:
            return 0
        if joined.endswith((":", "：")):
            return length if _INTRODUCTION.fullmatch(joined) else 0
    return 0


def _without_frame(lines: list[str]) -> list[str]:
    """Without greetings, notices and the foot of a mailing; these stand at the top and at the end."""
    words = list(accumulate((len(line.split()) for line in lines), initial=0))
    kept: list[str] = []
    in_foot = False
    for i in interruptible(range(len(lines))):
        line = lines[i][:_LONGEST]
        in_foot = in_foot and bool(line)
        framing = line and (i < _HEAD_LINES or i >= len(lines) - _FOOT_LINES)
        if framing and _FOOT.match(line):
            if 2 * words[i] >= words[-1] and any(kept):
                break
            in_foot = True
        if not in_foot and not (framing and len(lines[i]) <= _LONGEST and _NOTICE.fullmatch(line)):
            kept.append(lines[i])
    return kept


def _without_parting(lines: list[str]) -> list[str]:
    """Without "Best regards" near the end and the name, post and addresses below it."""
    below = 0
    for i in range(len(lines) - 1, -1, -1):
        if not lines[i]:
            continue
        if _PARTING.fullmatch(lines[i][:_LONGEST]):
            return lines[:i]
        below += 1
        if below > _LINES_OF_A_SIGNATURE or len(lines[i]) > _LONG_LINE_OF_A_SIGNATURE:
            break
    return lines
