"""What a GGUF file is, told from its metadata before anything is loaded."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from tiny_gguf import LAYERS, MARKS, NO_SYSTEM, save_gguf

from summarizer.errors import ModelError
from summarizer.generation.gguf_file import checked, read


def test_it_reads_what_the_package_gguf_reads(tiny_gguf: Path) -> None:
    import gguf

    ours, theirs = checked(tiny_gguf, "tiny"), gguf.GGUFReader(tiny_gguf)
    assert ours.architecture == "qwen2"
    assert (ours.context, ours.of_architecture("block_count")) == (1024, LAYERS)
    assert set(ours.control_tokens()) == set(MARKS)
    for key, value in ours.values.items():
        found = theirs.fields[key].contents()
        assert value == (tuple(found) if isinstance(found, list) else found), key
    for tensor, expected in zip(ours.tensors, theirs.tensors, strict=True):
        assert (tensor.name, tensor.shape, tensor.kind) == (
            expected.name,
            tuple(expected.shape),
            expected.tensor_type,
        )
        assert ours.data_start + tensor.offset == expected.data_offset


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"architecture": "clip"}, "picture encoder"),
        ({"architecture": "whisper"}, "speech recogniser"),
        ({"architecture": "nomic-bert"}, "text encoder"),
        ({"architecture": "gemma-embedding"}, "text encoder"),
        ({"architecture": "t5"}, "hf:<id>"),
        ({"template": None}, "Instruct or Chat"),
        ({"context": 256}, "256 tokens holds no story"),
        ({"extra": {"split.count": 3}}, "one of the 3 parts .* llama-gguf-split --merge"),
    ],
)
def test_what_cannot_write_is_said_with_what_can(tmp_path: Path, made: dict, said: str) -> None:
    path = save_gguf(tmp_path / "model.gguf", **made)
    with pytest.raises(ModelError, match=f"^gguf:x: .*{said}"):
        checked(path, "gguf:x")


def test_a_file_that_is_something_else(tmp_path: Path) -> None:
    for content in (b"PK\x03\x04 not a model", b"GG", b"", b"GGUF" + struct.pack("<IQQ", 1, 1, 1)):
        path = tmp_path / "model.gguf"
        path.write_bytes(content)
        with pytest.raises(ModelError, match=r"GGUF|broken|cannot be read"):
            read(path, "gguf:x")
    with pytest.raises(ModelError, match="no such file"):
        read(tmp_path / "absent.gguf", "gguf:x")
    with pytest.raises(ModelError, match="cannot be read"):
        read(tmp_path, "gguf:x")


def test_a_file_that_is_cut_off(tmp_path: Path, tiny_gguf: Path) -> None:
    whole = tiny_gguf.read_bytes()
    path = tmp_path / "model.gguf"
    start = read(tiny_gguf, "x").data_start
    for length in (25, 200, start // 2, start - 40):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelError, match="broken or cut off"):
            read(path, "gguf:x")
    path.write_bytes(whole[:-1000])
    with pytest.raises(ModelError, match=r"the last .* bytes of it are missing"):
        read(path, "gguf:x")


def test_a_header_with_flipped_bytes_ends_in_an_error_or_is_read(tmp_path: Path, tiny_gguf: Path) -> None:
    """Every length and count of the header turned into a huge one: no crash, no endless loop, no memory taken."""
    whole = tiny_gguf.read_bytes()
    path = tmp_path / "model.gguf"
    for place in [8, 16, *range(24, 600, 7)]:
        path.write_bytes(whole[:place] + b"\xff" * 8 + whole[place + 8 :])
        try:
            read(path, "gguf:x")
        except ModelError as error:
            assert error.where == "gguf:x"  # noqa: PT017 - some positions hold text, in which any byte is good


def test_a_model_of_an_unknown_kind_is_refused_when_it_is_loaded(tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    from summarizer.generation.registry import load_generator
    from summarizer.settings import Settings

    path = save_gguf(tmp_path / "model.gguf", architecture="brandnew", template=NO_SYSTEM)
    capfd.readouterr()
    with pytest.raises(ModelError, match=r"llama\.cpp does not load it"):
        load_generator(f"gguf:{path}", Settings(threads=1))
    assert capfd.readouterr() == ("", "")
