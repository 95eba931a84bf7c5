"""Mails to Documents: what the writer of this mail says, without what it quotes, its signature and header.

The text says first who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_string, policy
from email.utils import parseaddr, parsedate_to_datetime

from summarizer.ingest.base import Raw, Report
from summarizer.ingest.text import document_from_text
from summarizer.types import Document

_HEADER = re.compile(r"(?:[A-Z][\w-]{1,40}: .*\n(?:[ \t]+.*\n)*){3,}\r?\n")
_NAMED = re.compile(r"^(?:From|Subject|Date|Message-ID): ", re.MULTILINE | re.IGNORECASE)
_QUOTING = re.compile(r"^.{0,120}\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu)\s?:$")
_REPLY = re.compile(r"^(?:(?:re|fwd?|aw|sv|tr|wg):\s*)+", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_LEAST = 3  # of the fields of a mail's header


def is_mail(content: str) -> bool:
    """Whether a text opens with the header of a mail."""
    header = _HEADER.match(content)
    return bool(header) and len(set(_NAMED.findall(header.group()))) >= _LEAST if header else False


def read(raw: Raw, _: Report) -> Iterator[Document]:
    """The one mail of a file. Raises InputError."""
    mail = message_from_string(raw.text, policy=policy.default)
    body = mail.get_body(("plain",)) if hasattr(mail, "get_body") else None
    try:
        published = parsedate_to_datetime(mail["Date"]) if mail["Date"] else None
    except ValueError:
        published = None
    sender = parseaddr(str(mail["From"] or ""))[0]
    text = own_words(str(body.get_content()) if body else "")
    yield document_from_text(
        f"{sender} wrote: {text}" if sender and text else text,
        id=raw.name,
        title=_REPLY.sub("", str(mail["Subject"] or "")) or None,
        url=raw.url,
        published=published,
        where=raw.where,
    )


def own_words(text: str) -> str:
    """The text of a mail without quoted lines, the lines that introduce them, and the signature; its paragraphs, which
    mails break into short lines, in one line each."""
    lines = _SIGNATURE.split(text)[0].splitlines()
    kept = [line.rstrip() for line in lines if not line.startswith(">") and not _QUOTING.match(line.strip())]
    paragraphs = re.split(r"\n{2,}", "\n".join(kept).strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
