from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from eval.data.extractive_fragments import coverage_density, fragments, novel_share
from eval.data.tokenization import words


def test_coverage_and_density_by_hand() -> None:
    source = words("The cat sat on the mat, and the dog slept.")
    # "the cat sat" (3) and "the dog" (2) are copied, "while" and "ran" are not.
    summary = words("The cat sat while the dog ran.")
    assert fragments(summary, source) == [3, 2]
    assert coverage_density(summary, source) == (5 / 7, 13 / 7)
    assert coverage_density([], source) == (0.0, 0.0)


TOKENS = st.lists(st.sampled_from("abc"), max_size=25)


@settings(deadline=None)
@given(summary=TOKENS, source=TOKENS)
def test_every_word_that_the_source_holds_is_in_a_fragment(summary: list[str], source: list[str]) -> None:
    # As by the paper's own procedure, which may find shorter runs, but of the same words.
    runs = fragments(summary, source)
    assert all(run > 0 for run in runs)
    assert sum(runs) == sum(word in source for word in summary)


@settings(deadline=None)
@given(summary=TOKENS, source=TOKENS)
def test_each_first_run_is_the_longest_there_is(summary: list[str], source: list[str]) -> None:
    runs = fragments(summary, source)
    if runs and summary[0] in source:
        joined = "".join(source)
        assert "".join(summary[: runs[0]]) in joined
        assert runs[0] == len(summary) or "".join(summary[: runs[0] + 1]) not in joined


def test_novel_share_counts_occurrences() -> None:
    assert novel_share(words("a b a x"), words("a b"), 1) == 0.25
    assert novel_share(words("a b a x"), words("a b"), 2) == 2 / 3
    assert novel_share(["a"], ["a"], 2) is None


def test_words_are_lower_cased_without_punctuation() -> None:
    assert words("Don’t stop: U.S. troops!") == ["don't", "stop", "u", "s", "troops"]
