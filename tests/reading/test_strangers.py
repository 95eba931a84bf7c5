"""Articles of one request that tell of something else than the others."""

from __future__ import annotations

from summarizer import Document, Summarizer

CABLE = {
    "first": "A fire in a cable tunnel left 60,000 homes in the port of Velm without power on Friday, the grid said.",
    "second": "Traffic lights and trams stopped in Velm on Friday when the power failed after a fire in a tunnel.",
    "third": "Power came back in most of Velm by midnight, and the grid company promised to pay for spoiled food.",
}
OTHER = "The painter Ida Kroll, who made more than 900 views of the steppe, died in Almaty at the age of 91."


def given(texts: dict[str, str]) -> list[Document]:
    return [Document(id=name, text=text) for name, text in texts.items()]


def test_a_stranger_is_named_and_left_out(summarizer: Summarizer) -> None:
    summary = summarizer.summarize(given({**CABLE, "painter": OTHER}), max_words=60)
    [warning] = summary.warnings
    assert "painter" in warning
    assert all(name in warning for name in CABLE)
    assert "Kroll" not in summary.text + " ".join(point.text for point in summary.key_points)
    assert [document.id for document in summary.documents] == [*CABLE, "painter"]


def test_two_stories_are_not_told_as_one(summarizer: Summarizer) -> None:
    summary = summarizer.summarize(given({"fire": CABLE["first"], "painter": OTHER}), max_words=60)
    [warning] = summary.warnings
    assert "fire" in warning
    assert "painter" in warning
    assert "Kroll" not in summary.text


def test_one_event_in_different_words_stays_together(summarizer: Summarizer) -> None:
    assert summarizer.summarize(given(CABLE)).warnings == ()
