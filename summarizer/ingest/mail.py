"""Mails (RFC 5322, ``.eml``) to Documents: subject, date, sender, and what the sender says; attachments are left out.

The standard library takes a mail apart. Of its bodies the HTML is read, which of a newsletter is the one that its
readers see, and the plain text where that is all there is. The text of a person's mail says first who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import cast

from summarizer.errors import InputError
from summarizer.ingest.base import Raw
from summarizer.ingest.blocks import text_of
from summarizer.ingest.dates import parse_date
from summarizer.ingest.encoding import decode
from summarizer.ingest.html import declared_charset, parse
from summarizer.ingest.quoting import own_lines, without_quotes
from summarizer.ingest.text import document_from_text
from summarizer.types import Document

FORMAT = "mail"
"""The ``format`` of an entry that is a mail."""
HINTS = ("eml", "emlx", "message/rfc822")
MAX_HEADER_BYTES = 500_000
"""A mail's own header; those of large mailings have some 20,000."""
MAX_MULTIPARTS = 50
"""Bodies with parts, within or beside each other; a forwarded newsletter with attachments has four."""
MAX_PART_LINES = 20_000
"""Lines that may part two bodies."""
MAX_LINES = 200_000
"""Lines of a body; a year of a mailing list has as many, and that is an mbox."""

FIELD = re.compile(rb"[!-9;-~]{1,80}:")
"""How a line of a mail's header begins."""
_NAMED = frozenset((b"from", b"subject", b"date", b"message-id"))
_LEAST = 3  # of the fields of a mail's header
_HEAD = 100_000
_APPLE = re.compile(rb"(\d{1,10})[ \t]*\n")
_REPLY = re.compile(r"^(?:(?:re|fwd?|aw|antw|sv|vs|tr|wg|rv|enc|rif|odp|ynt)(?:\[\d+\])?\s?:\s*)+", re.IGNORECASE)
_LONGEST_FIELD = 2_000
_LINK = re.compile(r"\s?[<(\[]\s?(?:https?://|mailto:)[^\s<>()\[\]]{1,2000}\s?[>)\]]")
_ITEM = re.compile(r"(?:[-*•·–]|\d{1,2}[.)]) ")
_ONE_BY_ONE = "Save the mails that it holds one by one"
_LOCKED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


def is_mail(data: bytes, hint: str = "") -> bool:
    """Whether ``data`` opens with the header of a mail. hint: a file's extension, or a MIME type."""
    data = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if hint.lower() in HINTS:
        return bool(FIELD.match(data) or _APPLE.match(data))
    if not FIELD.match(data):
        return False
    names: set[bytes] = set()
    for line in data.split(b"\n"):
        if not line.strip():
            break
        if FIELD.match(line):
            names.add(line.partition(b":")[0].lower())
        elif line[:1] not in b" \t":
            return False
    return len(names & _NAMED) >= _LEAST


def read(data: bytes, raw: Raw) -> Document:
    """The Document of one mail. Raises InputError."""
    apple = _APPLE.match(data)
    if apple:  # Apple Mail puts the length before the mail, and a property list behind it
        data = data[apple.end() : apple.end() + int(apple[1])]
    mail = _parsed(data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n"), raw.where)
    sender = _sender(mail)
    text = _own_words(mail, raw.where)
    return document_from_text(
        f"{sender} wrote: {text}" if sender and not _is_newsletter(mail) else text,
        id=raw.name,
        title=_REPLY.sub("", _field(mail, "Subject")) or None,
        url=raw.url or _field(mail, "Archived-At").strip("<>") or None,
        source=sender or None,
        published=parse_date(_field(mail, "Date")),
        where=raw.where,
    )


def _parsed(data: bytes, where: str) -> Message:
    """The parser costs lines times nested parts, so neither may be without bound."""
    header = data.find(b"\n\n")
    if (header if header >= 0 else len(data)) > MAX_HEADER_BYTES:
        raise InputError("Its header has no end", remedy="Check that it is a mail, and save it again", where=where)
    parted = data.count(b"\n--") > MAX_PART_LINES
    if parted or len(re.findall(rb"multipart/", data, re.IGNORECASE)) > MAX_MULTIPARTS:
        raise InputError("A mail of too many parts", remedy=_ONE_BY_ONE, where=where)
    try:
        return message_from_bytes(data)
    except RecursionError as error:
        raise InputError("A mail of too many parts within each other", remedy=_ONE_BY_ONE, where=where) from error


def _field(mail: Message, name: str) -> str:
    """A field of the header on one line, decoded (RFC 2047, and UTF-8 as it stands); "" where there is none."""
    found = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    written = decode(found[:_LONGEST_FIELD].encode("utf-8", "surrogateescape"), where=name)
    with suppress(LookupError, ValueError, TypeError, HeaderParseError):  # an unknown charset: as it is written
        written = str(make_header(decode_header(" ".join(written.split()))))
    return " ".join(written.split())


def _sender(mail: Message) -> str:
    """The sender's name, else the address."""
    try:
        name, address = parseaddr(_field(mail, "From"))
    except RecursionError:  # comments within comments
        return ""
    return name or address


def _is_newsletter(mail: Message) -> bool:
    """Sent to many by none of them: a list that people write to names an address for that (RFC 2369)."""
    fields = {key.lower() for key, _ in mail.raw_items()}
    return bool(fields & {"list-unsubscribe", "feedback-id", "x-campaign"}) and "list-post" not in fields


def _own_words(mail: Message, where: str) -> str:
    """The first of HTML and plain text in which the sender says something."""
    if mail.get_content_type() in _LOCKED:
        raise InputError("An encrypted mail", remedy="Open it in your mail program, and save it decrypted", where=where)
    for kind, own in (("text/html", _of_html), ("text/plain", _of_plain)):
        text = "\n\n".join(filter(None, (own(_decoded(part, where), where) for part in _bodies(mail, kind))))
        if any(char.isalnum() for char in text):
            return text
    problem = "No words of the sender's own: it quotes, forwards or attaches"
    raise InputError(problem, remedy="Give the mail or the file that it passes on", where=where)


def _bodies(mail: Message, kind: str) -> Iterator[Message]:
    """The parts of a MIME type that are shown with the mail, in its order; none of mails that it passes on."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += reversed(cast("list[Message]", part.get_payload()))
        elif part.get_content_type() == kind and not _is_attached(part):
            yield part


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _decoded(part: Message, where: str) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return ""
    return decode(content, where=where, declared=part.get_content_charset() or declared_charset(content))


def _bounded(text: str, where: str) -> str:
    if text.count("\n") > MAX_LINES:
        raise InputError(f"More than {MAX_LINES:,} lines in one mail", remedy="Give its text as a file", where=where)
    return text


def _of_html(html: str, where: str) -> str:
    tree = parse(html) if html.strip() else None
    if tree is None:
        return ""
    marked = without_quotes(tree)
    return "\n".join(own_lines(_bounded(text_of(tree), where), quotes_are_out=marked)).strip()


def _of_plain(text: str, where: str) -> str:
    """Paragraphs, which mails break into short lines, in one line each; items of lists in one of their own."""
    pieces: list[str] = []
    for line in own_lines(_LINK.sub("", _bounded(text, where))):
        separator = "\n\n" if not line else "\n" if _ITEM.match(line) else " "
        pieces += (separator, line)
    return re.sub(r"\n[\n ]+", "\n\n", "".join(pieces)).strip()
