"""What seq2seq and causal models share: batches by length, the two decodings of a batch, rows back to candidates."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from summarizer.errors import GenerationError
from summarizer.generation.base import Candidate, Limits, Prompt
from summarizer.generation.beam_cache import beam_cache
from summarizer.generation.lengths import OutputTokens
from summarizer.generation.sampling import GumbelSampler
from summarizer.generation.special_tokens import defuse, defuser

_BATCH_TOKENS = 16_384  # padded input tokens of one batch, copies for sampling included
_SHORT = 256  # tokens up to which padding costs less than a pass of its own
_SPREAD = 2.5  # longest over shortest of a batch, beyond that
_NO_LIMIT = 10**9


class Request(NamedTuple):
    """A prompt ready for the model: its place among the prompts, its token ids, its length limits."""

    place: int
    ids: list[int]
    tokens: OutputTokens


class Decoding(NamedTuple):
    """Arguments of ``model.generate``: for the first candidate, and for those that are sampled."""

    first: Mapping[str, Any]
    sampled: Mapping[str, Any]


def _sampled(limits: Limits) -> int:
    """How many of the candidates are drawn; the one before them, if any, is the most likely text."""
    return limits.candidates if limits.sampled else limits.candidates - 1


def sampling(limits: Limits) -> GumbelSampler:
    """Draws those candidates, each with a seed of its own."""
    first = limits.candidates - _sampled(limits)
    return GumbelSampler(limits.temperature, [limits.seed * 1000 + k for k in range(first, limits.candidates)])


class Runner:
    """One transformers model and its tokenizer, used by one thread at a time: neither is safe for more.

    name: of the generator, for errors. A batch holds at most ``batch_size`` prompts. What a decoder-only model writes
    token by token does not depend on where it will be stopped, so its batches mix length limits; a beam search does
    depend on it.
    """

    def __init__(self, model: Any, tokenizer: Any, batch_size: int, name: str) -> None:
        self.name = name
        self.model = model
        self.tokenizer = tokenizer
        self.batch_size = batch_size
        self.lock = threading.Lock()
        self._control = defuser([*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()])
        # The window is checked by the generators; the tokenizer's own warning would only repeat it.
        tokenizer.model_max_length = _NO_LIMIT
        # Lengths come from max_words; the model's own, made for its training set, would contradict them.
        model.generation_config.max_length = model.generation_config.min_length = None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        if not texts:
            return []
        with self.lock:
            return [len(ids) for ids in self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]]

    def sentence_tokens(self, prompt: Prompt) -> list[int]:
        """Tokens of each sentence of ``prompt``."""
        return self.count_tokens([sentence for passage in prompt.passages for sentence in passage.sentences])

    def encode(self, text: str, *, special: bool) -> list[int]:
        """Token ids; special: with those that the tokenizer itself puts around a text."""
        with self.lock:
            return list(self.tokenizer(text, add_special_tokens=special)["input_ids"])

    def plain(self, text: str) -> str:
        """``text`` in which no control token of this model can be read."""
        return defuse(text, self._control)

    def padded(self, rows: Sequence[Sequence[int]], pad: int, *, left: bool) -> dict[str, Any]:
        """``input_ids`` and ``attention_mask``, (rows, longest), on the model's device."""
        import torch

        width = max(len(row) for row in rows)
        ids = [[pad] * (width - len(row)) for row in rows]
        mask = [[0] * (width - len(row)) for row in rows]
        ids = [[*fill, *row] if left else [*row, *fill] for fill, row in zip(ids, rows, strict=True)]
        mask = [
            [*fill, *[1] * len(row)] if left else [*[1] * len(row), *fill] for fill, row in zip(mask, rows, strict=True)
        ]
        device = self.model.device
        return {"input_ids": torch.tensor(ids, device=device), "attention_mask": torch.tensor(mask, device=device)}

    def drafts(
        self,
        requests: Sequence[Request],
        limits: Limits,
        inputs: Callable[[Sequence[Sequence[int]]], dict[str, Any]],
        decoding: Callable[[OutputTokens], Decoding],
    ) -> Iterator[tuple[int, list[Candidate]]]:
        """Candidates by the request's place. inputs: model inputs of a batch of rows; decoding: by length limits.
        Raises GenerationError."""
        mixed = not self.model.config.is_encoder_decoder
        copies = max(1, _sampled(limits))
        for batch in batches(requests, self.batch_size, copies, mixed_limits=mixed):
            given = inputs([request.ids for request in batch])
            how = decoding(max((request.tokens for request in batch), key=lambda tokens: tokens.most))
            most = [request.tokens.most for request in batch]
            try:
                rows = self._rows(given, how, limits, most if len(set(most)) > 1 else None)
            except (RuntimeError, IndexError) as failure:
                raise failed(self.name, failure) from failure
            for request, drafts in zip(batch, rows, strict=True):
                yield request.place, [self._candidate(row, request) for row in drafts]

    def _rows(
        self, given: dict[str, Any], how: Decoding, limits: Limits, most: Sequence[int] | None
    ) -> list[list[list[int]]]:
        """Token ids of the candidates of each prompt. most: tokens of each, where they differ."""
        import torch

        # A decoder-only model repeats its prompt; an encoder-decoder one begins with its start token.
        skip = 1 if self.model.config.is_encoder_decoder else given["input_ids"].shape[1]
        extra = _sampled(limits)
        rows: list[list[list[int]]] = [[] for _ in given["input_ids"]]
        with self.lock, torch.inference_mode():
            if extra < limits.candidates:
                first = self.model.generate(
                    **given, **how.first, **beam_cache(self.model), stopping_criteria=_stopping(most, skip, 1)
                )
                rows = [[row] for row in first[:, skip:].tolist()]
            if extra:
                sampler = sampling(limits)
                copies = {key: tensor.repeat_interleave(extra, dim=0) for key, tensor in given.items()}
                sampled = self.model.generate(
                    **copies,
                    **how.sampled,
                    logits_processor=[sampler],
                    stopping_criteria=_stopping(most, skip, extra),
                )
                for place, row in enumerate(sampled[:, skip:].tolist()):
                    rows[place // extra].append(row)
        return rows

    def ends(self) -> list[int]:
        """Token ids at which the model stops."""
        stated = self.model.generation_config.eos_token_id
        return stated if isinstance(stated, list) else [] if stated is None else [stated]

    def _candidate(self, row: list[int], request: Request) -> Candidate:
        ends, row = self.ends(), row[: request.tokens.most]
        stop = next((place for place, token in enumerate(row) if token in ends), None)
        # BART and its kin write their end token at the limit whether or not they have come to an end.
        forced = self.model.generation_config.forced_eos_token_id is not None and stop == request.tokens.most - 1
        return Candidate(
            text=self.tokenizer.decode(row[:stop], skip_special_tokens=True),
            prompt_tokens=len(request.ids),
            completion_tokens=len(row) if stop is None else stop,
            finished=stop is not None and not forced,
        )


def failed(name: str, failure: Exception) -> GenerationError:
    """What PyTorch said when a model could not go on: memory is short, or its files do not belong together."""
    return GenerationError(
        f"it failed while writing ({failure})",
        remedy="Choose a smaller model if memory is short; see whether its tokenizer is its own.",
        where=name,
    )


def _stopping(most: Sequence[int] | None, skip: int, copies: int) -> list[Callable[..., Any]]:
    """Ends each row of a batch at its own length, ``most`` tokens after the first ``skip``."""
    if most is None:
        return []
    import torch

    ends = torch.tensor(most).repeat_interleave(copies) + skip
    return [lambda ids, *_, **__: ids.shape[1] >= ends.to(ids.device)]


def batches(requests: Sequence[Request], size: int, copies: int, *, mixed_limits: bool) -> Iterator[list[Request]]:
    """Requests, shortest first: at most ``size`` rows, ``_BATCH_TOKENS`` padded tokens, no long text padding much
    shorter ones and, unless ``mixed_limits``, one length limit."""
    batch: list[Request] = []

    def limit(request: Request) -> tuple[int, ...]:
        return () if mixed_limits else request.tokens

    for request in sorted(requests, key=lambda request: (limit(request), len(request.ids), request.place)):
        full = len(batch) == size or len(request.ids) * copies * (len(batch) + 1) > _BATCH_TOKENS
        stretched = bool(batch) and len(request.ids) > max(_SHORT, _SPREAD * len(batch[0].ids))
        if batch and (full or stretched or limit(request) != limit(batch[0])):
            yield batch
            batch = []
        batch.append(request)
    if batch:
        yield batch
