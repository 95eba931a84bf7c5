"""The removed pipeline: the same arguments, and the same texts as ``generate`` gives with them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from tiny_models import NEWS, save_causal, save_seq2seq  # noqa: E402

from summarizer.compat import pipeline  # noqa: E402
from summarizer.errors import InputError, ModelError  # noqa: E402

pytestmark = pytest.mark.torch
LENGTHS = {"max_length": 24, "min_length": 5}


@pytest.fixture(scope="module")
def bart(tmp_path_factory):
    return save_seq2seq("bart", tmp_path_factory.mktemp("bart"))


@pytest.fixture(scope="module")
def summarize(bart):
    return pipeline("summarization", model=str(bart), device=-1)


def direct(folder, text, **options):
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    rows = model.generate(**tokenizer(text, return_tensors="pt"), **options)
    return tokenizer.batch_decode(rows, skip_special_tokens=True)


@pytest.mark.parametrize(
    "options", [LENGTHS, {"num_beams": 3, "length_penalty": 0.5, "no_repeat_ngram_size": 2, **LENGTHS}]
)
def test_one_text(summarize, bart, options):
    assert summarize(NEWS[0], **options) == [{"summary_text": direct(bart, NEWS[0], **options)[0]}]


def test_a_list_batched_or_not(summarize, bart):
    expected = [{"summary_text": direct(bart, text, **LENGTHS)[0]} for text in NEWS[:5]]
    assert summarize(list(NEWS[:5]), **LENGTHS) == expected
    assert summarize(list(NEWS[:5]), batch_size=2, **LENGTHS) == expected
    assert list(summarize(iter(NEWS[:5]), batch_size=4, **LENGTHS)) == expected


def test_several_sequences(summarize, bart):
    options = {"num_beams": 4, "num_return_sequences": 2, **LENGTHS}
    expected = [{"summary_text": text} for text in direct(bart, NEWS[0], **options)]
    assert summarize(NEWS[0], **options) == expected
    assert summarize([NEWS[0]], **options) == [expected]


def test_token_ids_in_place_of_texts(summarize):
    [found] = summarize(NEWS[0], return_tensors=True, **LENGTHS)
    text = summarize.tokenizer.decode(found["summary_token_ids"], skip_special_tokens=True)
    assert [{"summary_text": text}] == summarize(NEWS[0], **LENGTHS)


def test_options_of_the_pipeline_hold_for_its_calls(bart):
    assert pipeline(model=str(bart), **LENGTHS)(NEWS[1]) == [{"summary_text": direct(bart, NEWS[1], **LENGTHS)[0]}]


def test_t5_gets_its_prefix_and_its_own_settings(tmp_path):
    folder = save_seq2seq("t5", tmp_path)
    own = {"num_beams": 4, "length_penalty": 2.0, "early_stopping": True}
    expected = direct(folder, f"summarize: {NEWS[0]}", max_length=20, **own)[0]
    assert pipeline("summarization", f"hf:{folder}")(NEWS[0], max_length=20) == [{"summary_text": expected}]


def test_what_is_too_long_is_cut_only_when_asked(summarize):
    story = " ".join(NEWS * 3)
    with pytest.raises(InputError, match=r"the model reads 256.*truncation=True"):
        summarize(story, **LENGTHS)
    cut = summarize.tokenizer(story, truncation=True, max_length=256)["input_ids"]
    row = summarize.model.generate(torch.tensor([cut]), **LENGTHS)[0]
    text = summarize.tokenizer.decode(row, skip_special_tokens=True)
    assert summarize(story, truncation=True, **LENGTHS) == [{"summary_text": text}]


def test_a_loaded_model(bart, summarize):
    again = pipeline("summarization", summarize.model, tokenizer=summarize.tokenizer)
    assert again(NEWS[0], **LENGTHS) == summarize(NEWS[0], **LENGTHS)
    with pytest.raises(InputError, match="tokenizer"):
        pipeline("summarization", summarize.model)


def test_usual_arguments_of_old_calls(bart, summarize):
    again = pipeline("summarization", model=str(bart), tokenizer=str(bart), framework="pt", device=-1, use_fast=True)
    assert again(NEWS[0], **LENGTHS) == summarize(NEWS[0], **LENGTHS)
    mapped = pipeline("summarization", model=str(bart), device_map="cpu", num_workers=0)
    assert mapped(NEWS[0], **LENGTHS) == summarize(NEWS[0], **LENGTHS)
    with pytest.raises(ModelError, match="cannot be loaded"):
        pipeline("summarization", model=str(bart), tokenizer=str(bart.parent))
    with pytest.raises(InputError, match="never run"):
        pipeline("summarization", model=str(bart), trust_remote_code=True)


def test_the_name_is_callable_and_knows_its_one_task():
    code = (
        "import summarizer\nassert callable(summarizer.pipeline)\nfrom summarizer import Summarizer\n"
        "try: summarizer.pipeline('translation')\nexcept summarizer.InputError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )
    assert "no pipeline 'translation'" in done.stdout


def test_what_it_does_not_do(tmp_path):
    with pytest.raises(InputError, match="no pipeline 'translation'"):
        pipeline("translation")
    with pytest.raises(ModelError, match="encoder-decoder"):
        pipeline("summarization", str(save_causal(tmp_path)))
    with pytest.raises(ModelError, match="cannot be loaded"):
        pipeline("summarization", str(tmp_path / "nothing"))
