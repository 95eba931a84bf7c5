"""Verification: which source sentences a claim rests on, and whether they state it."""
