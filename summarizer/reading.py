"""A sentence read once: its words, and the stems of those that carry content."""

from __future__ import annotations

from functools import cached_property

from summarizer.words import Token, is_content, stem, tokens

REPORTING = frozenset(
    """said say says told tell tells announced announces announce stated states added adds reported reports according
    noted notes wrote writes declared declares confirmed confirms explained""".split()
)


class Reading:
    """tokens, norms, stems (n): of its words; a stem is empty for a word without content."""

    def __init__(self, text: str, language: str = "en") -> None:
        self.tokens = tokens(text)
        self.norms = [_expand(token) for token in self.tokens]
        self.stems = [stem(token.norm, language) if is_content(token.norm) else "" for token in self.tokens]

    @cached_property
    def content(self) -> list[str]:
        """Stems of the content words in order; reporting verbs are one."""
        return ["say" if n in REPORTING else s for n, s in zip(self.norms, self.stems, strict=True) if s]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct content stems."""
        return frozenset(self.content)


def _expand(token: Token) -> str:
    if token.norm.endswith(("n't", "nt")) and token.norm not in {"want", "went"} and "'" in token.norm:
        return "not"
    return "will" if token.norm.endswith("'ll") else token.norm
