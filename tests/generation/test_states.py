"""The states of given tokens after a middle layer, against transformers' own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_gguf import HEADS, INNER, KV_HEADS, LAYERS, WIDTH, weights
from tiny_models import NEWS

from summarizer.errors import ModelError
from summarizer.generation.gguf_file import read
from summarizer.generation.states import StateReader, cut
from summarizer.settings import Settings

TEXTS = [*NEWS[:9], "naïve café 日本 🙂 <|im_end|>"]
CUT = 2


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(threads=1, cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def reader(tiny_gguf: Path, settings: Settings):
    made = StateReader(tiny_gguf, CUT, settings, longest=128)
    yield made
    made.close()


def test_every_token_has_its_place_and_its_state(reader: StateReader) -> None:
    for text, states in zip(TEXTS, reader.read(TEXTS), strict=True):
        assert states.vectors.shape == (len(states.spans), WIDTH)
        assert states.spans[0][0] == 0
        assert states.spans[-1][1] == len(text)
        assert all(start < end for start, end in states.spans)
    words = reader.read([NEWS[0]])[0]
    assert "".join(NEWS[0][start:end] for start, end in words.spans) == NEWS[0]


def test_what_stands_beside_a_text_does_not_change_its_states(reader: StateReader) -> None:
    together = reader.read(TEXTS)
    for text, states in zip(TEXTS, together, strict=True):
        assert reader.read([text])[0].vectors == pytest.approx(states.vectors, abs=0.02)


def test_a_text_that_is_too_long(reader: StateReader) -> None:
    with pytest.raises(ValueError, match="at most 128 are read"):
        reader.read([" ".join(NEWS)])


def test_the_cut_file_is_made_once_and_holds_the_first_layers(tiny_gguf: Path, settings: Settings) -> None:
    whole = read(tiny_gguf, "x")
    made = cut(whole, CUT, settings)
    before = made.stat().st_mtime_ns
    assert cut(whole, CUT, settings) == made
    assert made.stat().st_mtime_ns == before
    short = read(made, "x")
    assert short.of_architecture("block_count") == CUT
    assert {tensor.name for tensor in whole.tensors} - {tensor.name for tensor in short.tensors} == {
        tensor.name for tensor in whole.tensors if tensor.name.startswith(("blk.2.", "blk.3.", "output."))
    }
    assert {k: v for k, v in short.values.items() if "block" not in k} == {
        k: v for k, v in whole.values.items() if "block" not in k
    }
    with pytest.raises(ModelError, match="cannot be cut after 4"):
        cut(whole, LAYERS, settings)


@pytest.mark.torch
def test_they_are_the_states_that_transformers_has(reader: StateReader) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from tiny_gguf import tokenizer

    words = tokenizer()
    given = weights(words.get_vocab_size())
    config = transformers.Qwen2Config(
        vocab_size=words.get_vocab_size(),
        hidden_size=WIDTH,
        intermediate_size=INNER,
        num_hidden_layers=CUT,
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        rms_norm_eps=1e-6,
        rope_theta=10_000.0,
        max_position_embeddings=1024,
    )
    model = transformers.AutoModel.from_config(config).eval()
    names = {
        "embed_tokens": "token_embd",
        "norm": "output_norm",
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "ffn_norm",
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output",
        "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
    }

    def ours(name: str) -> str:
        stem, _, kind = name.rpartition(".")
        head, _, rest = stem.partition(".")
        if head != "layers":
            return f"{names[stem]}.{kind}"
        layer, _, module = rest.partition(".")
        return f"blk.{layer}.{names[module]}.{kind}"

    state = {name: torch.from_numpy(given[ours(name)]) for name in model.state_dict()}
    model.load_state_dict(state)
    ids = torch.tensor([words.encode(NEWS[0]).ids])
    with torch.inference_mode():
        expected = model(input_ids=ids).last_hidden_state[0].numpy()
    found = reader.read([NEWS[0]])[0].vectors
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 0.02 * np.abs(expected).max()
