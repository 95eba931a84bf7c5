"""What the articles tell differently: sources that disagree, and facts that moved while they were written."""

from __future__ import annotations

from summarizer.selection.moving_facts import as_disagreements
from summarizer.types import Disagreement
from summarizer.verification.disagreement import disagreements
from summarizer.writing.story import Story

_MOST = 5


def told_differently(story: Story) -> list[Disagreement]:
    """Facts that moved, each value with its time, then what independent articles disagree on; at most five."""
    found = as_disagreements(story.moving, story.sentences, story.moments)
    known = {(c.citation.document, c.citation.start) for d in found for c in d.claims}
    if len(story.independent) > 1:
        for other in disagreements(story.sentences, story.vectors):
            if not {(c.citation.document, c.citation.start) for c in other.claims} <= known:
                found.append(other)
    return found[:_MOST]
