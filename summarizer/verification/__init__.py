"""Verification: which source sentences a claim rests on, and whether they state it."""

from summarizer.verification.evidence import Encode, Evidence, evidence_for
from summarizer.verification.grounding import Grounded, ground
from summarizer.verification.judge import Judge

__all__ = ["Encode", "Evidence", "Grounded", "Judge", "evidence_for", "ground"]
