"""mbox (RFC 4155) to entries, a mail each, as a stream: files of mailing lists and of whole accounts are large."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.ingest import mail
from summarizer.ingest.base import Entries, Entry, File, too_large

_ENVELOPE = re.compile(rb"From [^\r\n]{0,300}\d\d:\d\d[^\r\n]{0,100}\r?\n")
_QUOTED = re.compile(rb">+From ")
_LINE = 65_536


def is_mbox(head: bytes) -> bool:
    """Whether ``head``, the first bytes of a file, opens with an envelope and the first field of a mail."""
    found = _ENVELOPE.match(head)
    return bool(found and mail.FIELD.match(head, found.end()))


def entries(file: File, limit: int) -> Entries:
    """One entry a mail; one of more than ``limit`` bytes stands as its error."""
    for number, data in enumerate(_mails(file, limit), start=1):
        where = f"{file.where}, mail {number}"
        if data is None:
            yield too_large(None, limit, where=where)
        else:
            yield Entry(f"{file.name}#{number}", where, data, format=mail.FORMAT)


def _mails(file: File, limit: int) -> Iterator[bytes | None]:
    """Mails without their envelopes; None for one that is too large."""
    held, size, begun = bytearray(), 0, False
    after_blank = at_start = True
    while line := file.stream.readline(_LINE):
        if after_blank and at_start and _ENVELOPE.match(line):
            if begun:
                yield bytes(held) if size <= limit else None
            held, size, begun = bytearray(), 0, True
        else:
            if at_start and _QUOTED.match(line):
                line = line[1:]
            size += len(line)
            if size <= limit:
                held += line
        after_blank = at_start and not line.strip(b"\r\n")
        at_start = line.endswith(b"\n")
    if begun:
        yield bytes(held) if size <= limit else None
