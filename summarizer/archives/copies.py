"""Near-copies in an archive, of which all but one count for nothing (MinHash, Broder 1997)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from summarizer.errors import ModelError

_COPY_JACCARD = 0.5  # of three-word shingles
_PERMUTATIONS, _BANDS = 128, 32


class Copies:
    """MinHash signatures of the articles that take part, in an LSH index."""

    def __init__(self) -> None:
        try:
            import rensa
        except ImportError as error:
            raise ModelError(
                "rensa is not installed", remedy="Run: pip install 'summarizer[archives]'", where="stories"
            ) from error
        self._rensa: Any = rensa
        self._index = rensa.RMinHashLSH(threshold=_COPY_JACCARD, num_perm=_PERMUTATIONS, num_bands=_BANDS)
        self._signatures: dict[int, Any] = {}

    def find_or_add(self, number: int, words: Sequence[str], may_be: Callable[[int], bool]) -> int | None:
        """The likest article that this one is a copy of, if it may be; else it may itself be copied from now on."""
        signature = self._rensa.RMinHash(num_perm=_PERMUTATIONS, seed=0)
        signature.update([" ".join(some) for some in zip(words, words[1:], words[2:], strict=False)] or list(words))
        near: list[int] = self._index.query(signature)
        likeness = {other: float(self._signatures[other].jaccard(signature)) for other in near}
        best = min(likeness, key=lambda other: (-likeness[other], other), default=None)
        if best is not None and likeness[best] >= _COPY_JACCARD and may_be(best):
            return best
        self._index.insert(number, signature)
        self._signatures[number] = signature
        return None

    def remove(self, number: int) -> None:
        """Forget an article that no longer takes part; copies were never in the index."""
        if self._signatures.pop(number, None) is not None:
            self._index.remove(number)
