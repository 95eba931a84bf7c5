"""What the articles tell differently: sources that disagree, and facts that moved while they were written."""

from __future__ import annotations

from summarizer.disagreement import disagreements
from summarizer.moving import as_disagreements
from summarizer.sources import Sources
from summarizer.types import Disagreement

_MOST = 5


def told_differently(sources: Sources) -> list[Disagreement]:
    """Facts that moved, each value with its time, then what independent articles disagree on; at most five."""
    found = as_disagreements(sources.moving, sources.sentences, sources.moments)
    known = {(c.citation.document, c.citation.start) for d in found for c in d.claims}
    if len(sources.independent) > 1:
        for other in disagreements(sources.sentences, sources.vectors, {}):
            if not {(c.citation.document, c.citation.start) for c in other.claims} <= known:
                found.append(other)
    return found[:_MOST]
