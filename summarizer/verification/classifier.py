"""``hf:<id or folder>[@revision]``: any entailment or fact-checking classifier of transformers as the judge.

Cross-encoders (NLI models, MiniCheck's RoBERTa and DeBERTa, HHEM-1.0) say in their config which label means entailed;
a T5 that was taught to answer 0 or 1 (MiniCheck-Flan-T5) is asked for its first token.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from summarizer.errors import ModelError
from summarizer.generation.hub import Loaded, load_classifier
from summarizer.settings import Settings
from summarizer.verification.judge import Pair

_ENTAILED = re.compile(
    r"^(?:entail\w*|consistent|support\w*|faithful|factual|correct|true|yes|aligned)$", re.IGNORECASE
)
_UNNAMED = re.compile(r"^(?:label_)?\d+$", re.IGNORECASE)
_BATCH = 8
_LONGEST = 512  # tokens of evidence and claim together


class ClassifierJudge:
    """One model, used by one thread at a time."""

    threshold = 0.5
    held_weight = 0.0

    def __init__(self, loaded: Loaded, name: str) -> None:
        self.name = name
        self._model, self._tokenizer = loaded
        self._lock = threading.Lock()
        self._writes = "ConditionalGeneration" in type(self._model).__name__
        self._entailed = -1 if self._writes else entailed_label(self._model.config.id2label, name)

    @classmethod
    def load(cls, source: str, settings: Settings) -> ClassifierJudge:
        """From an id or folder. Raises ModelError."""
        return cls(load_classifier(source, settings), f"hf:{source}")

    def entailed(self, pairs: Sequence[Pair]) -> list[float]:
        """How likely each claim says only what its evidence says, in 0..1; same order."""
        order = sorted(range(len(pairs)), key=lambda place: len(pairs[place][0]) + len(pairs[place][1]))
        found = [0.0] * len(pairs)
        with self._lock:
            for start in range(0, len(order), _BATCH):
                some = order[start : start + _BATCH]
                answers = self._answer([pairs[place] for place in some])
                for place, answer in zip(some, answers, strict=True):
                    found[place] = answer
        return found

    def _answer(self, pairs: Sequence[Pair]) -> list[float]:
        import torch

        with torch.inference_mode():
            if self._writes:
                return self._written(pairs)
            logits = self._model(**self._inputs([e for e, _ in pairs], [c for _, c in pairs])).logits.float()
            if self._entailed < 0:
                return [float(p) for p in torch.sigmoid(logits[:, 0])]
            return [float(p) for p in torch.softmax(logits, dim=-1)[:, self._entailed]]

    def _written(self, pairs: Sequence[Pair]) -> list[float]:
        """The probability of "1" against "0" as the first token that a T5 writes."""
        import torch

        end = self._tokenizer.eos_token
        inputs = self._inputs([f"predict: {evidence}{end}{claim}" for evidence, claim in pairs])
        start = torch.full((len(pairs), 1), self._model.config.decoder_start_token_id, device=self._model.device)
        logits = self._model(**inputs, decoder_input_ids=start).logits[:, 0].float()
        ids = [self._tokenizer(answer, add_special_tokens=False)["input_ids"][0] for answer in ("0", "1")]
        return [float(p) for p in torch.softmax(logits[:, ids], dim=-1)[:, 1]]

    def _inputs(self, *texts: list[str]) -> Any:
        # Of what is too long the evidence is cut, never the claim.
        cut: bool | str = "only_first" if len(texts) > 1 else True
        found = self._tokenizer(*texts, truncation=cut, max_length=_LONGEST, padding=True, return_tensors="pt")
        return found.to(self._model.device)


def entailed_label(labels: Mapping[int, str], name: str) -> int:
    """Which of a classifier's labels means entailed; -1 for a single score. Raises ModelError when nothing tells."""
    if len(labels) == 1:
        return -1
    named = [place for place, label in labels.items() if _ENTAILED.match(str(label).strip())]
    if len(named) == 1:
        return int(named[0])
    if len(labels) == 2 and all(_UNNAMED.match(str(label)) for label in labels.values()):
        return 1  # the habit of fact checkers with labels 0 and 1: 1 is supported
    raise ModelError(
        f"its config does not say which label means entailed ({', '.join(map(str, labels.values()))})",
        remedy="Choose an entailment or fact-checking classifier, or name its labels in id2label of its config.json.",
        where=name,
    )
