from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from eval.data.extractive_fragments import coverage_density, fragments, novel_share
from eval.data.tokenization import words


def textbook(summary: list[str], source: list[str]) -> list[int]:
    """Figure 2 of Grusky et al. (2018), as it is printed, lengths of fragments only."""
    found: list[int] = []
    i = j = 0
    while i < len(summary):
        best = 0
        while j < len(source):
            if summary[i] == source[j]:
                k = 0
                while i + k < len(summary) and j + k < len(source) and summary[i + k] == source[j + k]:
                    k += 1
                best = max(best, k)
                j += k
            else:
                j += 1
        if best:
            found.append(best)
        i, j = i + max(best, 1), 0
    return found


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
def test_fragments_are_at_least_those_of_the_paper(summary: list[str], source: list[str]) -> None:
    # The paper skips over a match once found, so that it can miss a longer one inside it; ours tries every place.
    assert sum(fragments(summary, source)) >= 0
    assert sum(run > 0 for run in fragments(summary, source)) == len(fragments(summary, source))
    assert sum(fragments(summary, source)) == sum(word in source for word in summary)
    assert sum(textbook(summary, source)) == sum(word in source for word in summary)


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
