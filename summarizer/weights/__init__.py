"""Weights that are known by content: a catalogue of files with SHA-256, and the sources that may serve them.

In goes a model's name, out comes a folder or file whose bytes have been checked. It may import nothing but what the
whole house speaks.
"""

from summarizer.weights.cache import cached, derived, ensure, pull, remove
from summarizer.weights.catalogue import Model, catalogue, find

__all__ = ["Model", "cached", "catalogue", "derived", "ensure", "find", "pull", "remove"]
