"""The embedded weights three ways: in our CPU engine, dequantised in transformers, served by llama.cpp's own server.

Runs where the weights are cached. The same pipeline runs over each; what comes out has the same citations.
"""

from __future__ import annotations

import pytest

from summarizer.errors import ModelError
from summarizer.generation.base import Limits, Passage, Prompt
from summarizer.generation.registry import load_generator
from summarizer.settings import Settings
from summarizer.summarizer import Summarizer
from summarizer.weights import cached

SETTINGS = Settings(threads=1)
EMBEDDED = "smollm2-135m-instruct"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        cached(EMBEDDED, SETTINGS) is None or cached("all-minilm-l6-v2", SETTINGS) is None,
        reason="the weights are not cached",
    ),
]
ARTICLES = (
    "The harbour council closed the Lindholm bridge on Monday after inspectors found cracks in two of its pillars. "
    "Repairs will cost two million euros, the mayor, Ines Falk, told reporters. "
    "Ferries will carry commuters across the river every ten minutes until the bridge reopens.",
    "Cracks in two pillars have closed the Lindholm bridge to all traffic since Monday, the harbour council said. "
    "An engineer, Tomas Brandt, said he had warned of the cracks in 2019 and received no answer. "
    "The ministry promised half of the two million euros that the repairs will cost.",
)


@pytest.fixture(scope="module")
def served():
    """llama.cpp's own server over the embedded weights, on a free port of this machine."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(cached(EMBEDDED, SETTINGS) / "shipped.gguf")
    params.model_alias = {"smollm2"}
    params.n_ctx, params.n_parallel = 4096, 2
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.n_gpu_layers = params.port = 0
    params.warmup, params.verbosity = False, -1
    server = xllamacpp.Server(params)
    yield server.listening_address
    del server


def summarized(model):
    return Summarizer(model, settings=SETTINGS).summarize(list(ARTICLES), max_words=30, key_points=2)


def check_grounded(summary, model):
    """Every sentence is supported and cites whole sentences of the articles, whatever model wrote it."""
    texts = dict(zip("12", ARTICLES, strict=True))
    assert summary.model == model
    assert summary.sentences
    assert 0 < len(summary.text.split()) <= 30
    assert all(sentence.supported for sentence in summary.sentences)
    assert summary.key_points
    for said in (*summary.sentences, *summary.key_points):
        assert said.citations
        for citation in said.citations:
            cited = texts[citation.document][citation.start : citation.end]
            assert cited[0].isupper()
            assert cited.endswith(".")
    assert summary.usage.candidates > 0
    assert summary.usage.read_share > 0.5


@pytest.mark.parametrize("model", ["embedded:base", pytest.param("hf:embedded:base", marks=pytest.mark.torch)])
def test_in_this_process(model):
    if model.startswith("hf:"):
        pytest.importorskip("torch")
    check_grounded(summarized(model), model)


def test_served_by_llama_cpp(served):
    model = f"openai:smollm2@{served}/v1"
    check_grounded(summarized(model), model)
    assert load_generator(model, SETTINGS).window == 2048


@pytest.mark.torch
def test_dequantised_weights_are_the_published_ones_in_float32():
    torch = pytest.importorskip("torch")
    gguf = pytest.importorskip("gguf")
    generator = load_generator("hf:embedded:base", SETTINGS)
    weights = generator._runner.model.state_dict()
    assert {tensor.dtype for tensor in weights.values()} == {torch.float32}
    assert generator.window == 8192
    shipped = {tensor.name: tensor for tensor in gguf.GGUFReader(cached(EMBEDDED, SETTINGS) / "shipped.gguf").tensors}
    for ours, theirs in (("layers.3.mlp.up_proj", "blk.3.ffn_up"), ("embed_tokens", "token_embd")):
        found, stored = weights[f"model.{ours}.weight"].numpy(), shipped[f"{theirs}.weight"]
        expected = gguf.dequantize(stored.data, stored.tensor_type)
        # Kept in 8 bits in between, in blocks of 32 of one scale.
        assert abs(found - expected).max() <= abs(expected).max() / 127


def test_a_model_that_llama_cpp_does_not_serve(served):
    with pytest.raises(ModelError, match=r"Did you mean smollm2\? It serves: smollm2"):
        load_generator(f"openai:smollm3@{served}/v1", SETTINGS)


def test_streaming_from_llama_cpp(served):
    generator = load_generator(f"openai:smollm2@{served}/v1", SETTINGS)
    prompt = Prompt(passages=(Passage(document="1", sentences=ARTICLES[:1], salience=(1.0,)),), max_words=30)
    pieces = list(generator.stream(prompt, Limits()))
    assert len(pieces) > 3
    [[candidate]] = generator.generate([prompt], Limits())
    # Not equal to the text of generate(): llama.cpp computes a cached prompt in other batches, which flips near-ties.
    assert "bridge" in "".join(pieces)
    assert candidate.prompt_tokens > 50
