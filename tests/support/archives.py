"""Archives that the tests make: short articles of our own, as many as wanted, each about something else."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_TOWNS = "Ashby Brenford Calder Dunmore Elstow Farley Garrick Holt Ilford Jesmond Kelso Larne Marlow Norwold".split()
_WORKS = "library harbour tramway museum reservoir theatre hospital stadium lighthouse cannery market".split()
_DEEDS = "reopened flooded burned sold extended inherited surveyed".split()
_SYLLABLES = "ba cor den fil gam hol jin kur lem mon nar pel quin rost sil tav ulm ver wex yor zan".split()


def _name(number: int, which: int) -> str:
    """An invented name, another one for each article."""
    code = zlib.crc32(f"{number}/{which}".encode())
    return "".join(_SYLLABLES[code // 21**place % 21] for place in range(3)).capitalize()


def article(number: int) -> dict[str, Any]:
    """A JSON article of four sentences; what it tells differs with its number."""
    town, work, deed = _TOWNS[number % 14], _WORKS[number % 11], _DEEDS[number % 7]
    names = [_name(number, which) for which in range(12)]
    return {
        "id": f"article-{number}",
        "title": f"{town} {work} {deed}",
        "text": f"The {names[0]} {work} in {town} was {deed} on Monday by {names[1]} {names[2]}. "
        f"Anna {names[3]} of {names[4]} Street told {names[5]} Radio that {number + 40} people had helped. "
        f"{names[6]} Council paid {number * 3 + 7} thousand pounds to {names[7]} and {names[8]}. "
        f"{names[9]}, {names[10]} and {names[11]} will follow next spring.",
        "published": (datetime(2024, 3, 1, tzinfo=UTC) + timedelta(hours=5 * number)).isoformat(),
        "source": f"{town} Post",
    }


def json_line(number: int) -> bytes:
    """The article as a line of JSONL."""
    return json.dumps(article(number)).encode() + b"\n"


def page(number: int) -> bytes:
    """The article as a web page with its metadata."""
    told = article(number)
    paragraphs = "".join(f"<p>{sentence}.</p>" for sentence in told["text"].rstrip(".").split(". "))
    return (
        f"<!DOCTYPE html><html lang=en><head><title>{told['title']}</title>"
        f"<meta property='og:site_name' content='{told['source']}'>"
        f"<meta property='article:published_time' content='{told['published']}'></head>"
        f"<body><article><h1>{told['title']}</h1>{paragraphs}</article></body></html>"
    ).encode()


def warc(pages: dict[str, bytes]) -> bytes:
    """Pages by their URL as a gzipped WARC, one member a record, as crawlers write it."""
    records = []
    for url, body in pages.items():
        kind = "Content-Type: text/html; charset=utf-8"
        http = f"HTTP/1.1 200 OK\r\n{kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-04-01T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{len(records):032x}>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        )
        records.append(gzip.compress(head.encode() + http + b"\r\n\r\n", mtime=0))
    return b"".join(records)


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip file with these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    """A tar file with these members."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


class Poison:
    """Ends the process that unpickles it, as a page does that crashes a library."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (os._exit, (1,))


def pdf(lines: list[str], *, title: str) -> bytes:
    """A PDF page with these lines of text, written by hand (ISO 32000-1, 7.5)."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    content = f"BT /F1 12 Tf 14 TL 50 700 Td {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< /Title ({title}) /CreationDate (D:20240305120000Z) >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Size 6 /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(written)}\n%%EOF"
    return written + f"xref\n0 6\n0000000000 65535 f \n{table}{trailer}".encode()


def write_archive(path: Path, count: int) -> Path:
    """``count`` articles as JSONL."""
    path.write_bytes(b"".join(map(json_line, range(count))))
    return path
