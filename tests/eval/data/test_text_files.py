from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from eval.data.text_files import read_lines, read_rows
from summarizer.errors import InputError


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"a\nb\n", ["a", "b"]),
        (b"a\nb", ["a", "b"]),
        (b"a\n\nb\n\n", ["a", "", "b", ""]),
        (b"a\r\nb\r\n", ["a", "b"]),
        ("\ufeffna\u00efve\u2028x\x0by\nz".encode(), ["na\u00efve\u2028x\x0by", "z"]),
        (b"", []),
    ],
)
def test_only_line_feeds_end_lines(tmp_path: Path, content: bytes, lines: list[str]) -> None:
    plain, packed = tmp_path / "x.txt", tmp_path / "x.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    assert read_lines(plain) == read_lines(packed) == lines


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_lines(tmp_path / "absent.txt")
    path = tmp_path / "x.txt"
    for content in (b"\x1f\x8bnonsense", b"\xff\xfe\x00"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="not readable"):
            read_lines(path)


def test_rows_carry_the_numbers_of_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"a": 1}\n\n{"a": 2}\n')
    assert list(read_rows(path, "{a}")) == [(1, {"a": 1}), (3, {"a": 2})]
    for line in ("[1]", "nonsense"):
        path.write_text('{"a": 1}\n' + line)
        with pytest.raises(InputError, match=r"line 2.*Each line is \{a\}"):
            list(read_rows(path, "{a}"))
