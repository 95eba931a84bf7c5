"""The embedded weights on the two other ways: dequantised for transformers, and served by llama.cpp's own server.

Runs where the weights are cached. The same pipeline runs over each; what comes out has the same citations.
"""

from __future__ import annotations

import pytest

from summarizer.settings import Settings
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
def dequantised(tmp_path_factory):
    pytest.importorskip("torch")
    from summarizer.generation.dequantise import dequantise

    folder = tmp_path_factory.mktemp("dequantised")
    dequantise(cached(EMBEDDED, SETTINGS) / "shipped.gguf", folder)
    return folder


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


def check_grounded(summary, model):
    """Every sentence is supported and cites whole sentences of the articles, whatever model wrote it."""
    texts = dict(zip("12", ARTICLES, strict=True))
    assert summary.model == model
    assert summary.sentences
    assert 0 < len(summary.text.split()) <= 40
    for sentence in summary.sentences:
        assert sentence.supported
        for citation in sentence.citations:
            cited = texts[citation.document][citation.start : citation.end]
            assert cited[0].isupper()
            assert cited.endswith(".")
    assert summary.usage.candidates > 0
    assert summary.usage.read_share > 0.5


@pytest.mark.torch
def test_dequantised_for_transformers(dequantised):
    from summarizer.summarizer import Summarizer

    model = f"hf:{dequantised}"
    summarizer = Summarizer(model, settings=SETTINGS)
    check_grounded(summarizer.summarize(list(ARTICLES), max_words=40), model)
    assert (dequantised / "model.safetensors").is_file()
    assert summarizer.generator().window == 8192


def test_served_by_llama_cpp(served):
    from summarizer.summarizer import Summarizer

    model = f"openai:smollm2@{served}/v1"
    summarizer = Summarizer(model, settings=SETTINGS)
    check_grounded(summarizer.summarize(list(ARTICLES), max_words=40), model)
    assert summarizer.generator().window == 2048


def test_a_model_that_llama_cpp_does_not_serve(served):
    from summarizer.errors import ModelError
    from summarizer.generation.registry import load_generator

    with pytest.raises(ModelError, match=r"Did you mean smollm2\? It serves: smollm2"):
        load_generator(f"openai:smollm3@{served}/v1", SETTINGS)


def test_streaming_from_llama_cpp(served):
    from summarizer.generation.base import Limits, Passage, Prompt
    from summarizer.generation.registry import load_generator

    generator = load_generator(f"openai:smollm2@{served}/v1", SETTINGS)
    prompt = Prompt(passages=(Passage(document="1", sentences=ARTICLES[:1], salience=(1.0,)),), max_words=30)
    pieces = list(generator.stream(prompt, Limits()))
    assert len(pieces) > 3
    [[candidate]] = generator.generate([prompt], Limits())
    # Not equal to the text of generate(): llama.cpp computes a cached prompt in other batches, which flips near-ties.
    assert "bridge" in "".join(pieces)
    assert candidate.prompt_tokens > 50
