"""One string chooses the model; a wrong one is answered with what there is."""

from __future__ import annotations

import sys

import pytest

from summarizer.errors import ModelError
from summarizer.generation.base import Limits, Passage, Prompt
from summarizer.generation.inventory import available_models
from summarizer.generation.registry import load_generator
from summarizer.settings import Settings


def test_extractive_loads_without_weights(tmp_path):
    assert load_generator("extractive", Settings(cache_dir=tmp_path, offline=True)).name == "extractive"


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("extractiv", "Did you mean extractive?"),
        ("hg:some", "Did you mean hf?"),
        ("facebook/bart-large-cnn", "Did you mean hf:facebook/bart-large-cnn?"),
        ("something else", "openai:<model>@<base-url>"),
        ("", "Use one of: embedded"),
        ("hf:", "names no model"),
        ("extractive:big", "takes no name"),
    ],
)
def test_a_wrong_name_says_what_would_be_right(model, hint, tmp_path):
    with pytest.raises(ModelError) as caught:
        load_generator(model, Settings(cache_dir=tmp_path))
    assert hint in str(caught.value)


@pytest.fixture
def other_package(tmp_path, monkeypatch):
    """A second distribution on the path, as pip would install it, that offers the kinds ``shout`` and ``broken``."""
    (tmp_path / "shouting.py").write_text(
        "from summarizer.generation.base import Candidate\n"
        "class Shout:\n"
        "    window, languages, unit = 100, None, 'story'\n"
        "    def __init__(self, rest, settings): self.name = 'shout:' + rest\n"
        "    def count_tokens(self, texts): return [len(t) for t in texts]\n"
        "    def overhead(self, prompt): return 0\n"
        "    def generate(self, prompts, limits):\n"
        "        return [[Candidate(text='LOUD', prompt_tokens=1, completion_tokens=1)] for _ in prompts]\n"
    )
    info = tmp_path / "shouting-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[summarizer.generators]\nshout = shouting:Shout\nbroken = shouting_gone:X\nextractive = shouting:Shout\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("shouting", None)


@pytest.mark.usefixtures("other_package")
def test_another_package_adds_a_kind():
    shout = load_generator("shout:now", Settings())
    prompt = Prompt(passages=(Passage(document="a", sentences=("x",), salience=(1.0,)),), max_words=3)
    assert (shout.name, shout.generate([prompt], Limits())[0][0].text) == ("shout:now", "LOUD")


@pytest.mark.usefixtures("other_package")
def test_another_package_is_listed_with_its_name(tmp_path):
    listed = {status.kind: status for status in available_models(Settings(cache_dir=tmp_path))}
    assert (listed["shout"].form, listed["shout"].state, listed["shout"].needs) == (
        "shout:…",
        "installed",
        "see shouting",
    )
    assert [status.form for status in available_models(Settings(cache_dir=tmp_path))].count("extractive") == 1


@pytest.mark.usefixtures("other_package")
def test_another_package_cannot_replace_a_built_in_kind_and_its_failure_is_explained():
    assert load_generator("extractive", Settings()).name == "extractive"
    with pytest.raises(ModelError, match="shouting_gone"):
        load_generator("broken:x", Settings())
