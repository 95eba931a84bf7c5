"""Which source sentences a claim rests on, whether they state it, and where sources tell it differently.

In go claims and ``Evidence`` (the articles' sentences and vectors), out come ``Grounded`` sentences: citations, a
calibrated support, and why a claim may not leave. It may import ``reading`` and ``generation``, whose models judge.
"""

from summarizer.verification.evidence import Evidence
from summarizer.verification.grounding import Grounded, ground

__all__ = ["Evidence", "Grounded", "ground"]
