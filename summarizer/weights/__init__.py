"""Weights that are known by content: a catalogue of files with SHA-256, and the sources that may serve them."""

from summarizer.weights.cache import cached, derived, ensure, pull, remove
from summarizer.weights.catalogue import Model, catalogue, find

__all__ = ["Model", "cached", "catalogue", "derived", "ensure", "find", "pull", "remove"]
