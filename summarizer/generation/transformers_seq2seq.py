"""``hf:`` for encoder-decoder models: BART, T5, mT5, PEGASUS, PEGASUS-X, LED, PRIMERA, LongT5 and their kin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from summarizer.generation.base import Candidate, Limits, Prompt, Unit
from summarizer.generation.beam_cache import beam_cache
from summarizer.generation.conventions import conventions
from summarizer.generation.lengths import OutputTokens, output_tokens, within
from summarizer.generation.sampling import GumbelSampler
from summarizer.generation.transformers_runner import Runner, failed

_BEAMS = 4
_NO_REPEAT = 3
_ONE_BEAM = {"num_beams": 1, "early_stopping": False, "length_penalty": 1.0}
_BATCH = 8
_BATCH_TOKENS = 16_384  # padded input tokens of one batch, copies for sampling included
_SHORT = 256  # tokens up to which padding costs less than a pass of its own
_SPREAD = 2.5  # longest over shortest of a batch, beyond that


class _Request(NamedTuple):
    """A prompt ready for the model: its place among the prompts, its token ids, its length limits."""

    place: int
    ids: list[int]
    tokens: OutputTokens


class Seq2SeqGenerator:
    """Beam search first, then samples; prompts of like length and limit share a batch.

    The model's own ``generation_config`` gives beams, length penalty and n-gram blocking where it states them. A
    query is not part of these models' input: it acts through the selection of what they read.
    model, tokenizer: as transformers loads them; both belong to the generator from then on. stated: how it decodes.
    """

    languages: frozenset[str] | None = None
    unit: Unit = "story"

    def __init__(self, model: Any, tokenizer: Any, *, name: str) -> None:
        self.name = name
        self.conventions = conventions(model, tokenizer)
        self.window = self.conventions.window
        self._runner = Runner(model, tokenizer)
        self.stated = _stated_decoding(model)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text alone, without special tokens."""
        return self._runner.count_tokens(texts)

    def overhead(self, prompt: Prompt) -> int:
        """Tokens of prefix, separators and special tokens; the answer has the decoder's own window."""
        around = self._runner.encode(self.conventions.join(["" for _ in prompt.passages]), special=True)
        # A sentence may take one token more inside a text than alone, where a space or line break meets it.
        return len(around) + sum(len(passage.sentences) for passage in prompt.passages)

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """Drafts for each prompt. Raises GenerationError; ValueError when one is longer than the encoder's window."""
        requests = [self._request(place, prompt) for place, prompt in enumerate(prompts)]
        drafts: list[list[Candidate]] = [[] for _ in prompts]
        for place, candidates in self._drafts(requests, limits):
            drafts[place] = [within(candidate, prompts[place]) for candidate in candidates]
        return drafts

    def encode(self, prompt: Prompt) -> list[int]:
        """Token ids that the encoder reads for ``prompt``, special tokens included."""
        documents = [self._runner.plain(" ".join(passage.sentences)) for passage in prompt.passages]
        return self._runner.encode(self.conventions.join([text for text in documents if text.strip()]), special=True)

    def target(self, text: str) -> list[int]:
        """Token ids of ``text`` as the decoder writes it, special tokens included: what it learns to write."""
        return self._runner.encode(self._runner.plain(text), special=True)

    def model_inputs(self, rows: Sequence[Sequence[int]]) -> dict[str, Any]:
        """Padded ids (rows, longest), their mask and, where the model has it, its global attention: on the first token
        and on every document separator."""
        import torch

        inputs = self._runner.padded(rows, self._runner.tokenizer.pad_token_id, left=False)
        if self.conventions.takes_global:
            seen = torch.zeros_like(inputs["input_ids"])
            seen[:, 0] = 1
            if self.conventions.separator is not None:
                seen[inputs["input_ids"] == self.conventions.separator] = 1
            inputs["global_attention_mask"] = seen
        return inputs

    def _drafts(self, requests: Sequence[_Request], limits: Limits) -> Iterator[tuple[int, list[Candidate]]]:
        """Candidates by the request's place. Raises GenerationError."""
        for batch in _batches(requests, max(1, _sampled(limits))):
            try:
                rows = self._rows([request.ids for request in batch], batch[0].tokens, limits)
            except (RuntimeError, IndexError) as failure:
                raise failed(self.name, failure) from failure
            for request, drafts in zip(batch, rows, strict=True):
                yield request.place, [self._candidate(row, request) for row in drafts]

    def _rows(self, ids: Sequence[list[int]], tokens: OutputTokens, limits: Limits) -> list[list[list[int]]]:
        """Token ids of the candidates of each prompt, those of one batch."""
        import torch

        given, model, extra = self.model_inputs(ids), self._runner.model, _sampled(limits)
        lengths = {"do_sample": False, "min_new_tokens": tokens.least, "max_new_tokens": tokens.most}
        rows: list[list[list[int]]] = [[] for _ in ids]
        with self._runner.lock, torch.inference_mode():
            if extra < limits.candidates:
                first = model.generate(**given, **self.stated, **lengths, **beam_cache(model))
                rows = [[row] for row in first[:, 1:].tolist()]
            if extra:
                copies = {key: tensor.repeat_interleave(extra, dim=0) for key, tensor in given.items()}
                how = {**self.stated, **_ONE_BEAM, **lengths}
                sampled = model.generate(**copies, **how, logits_processor=[_sampling(limits)])
                for place, row in enumerate(sampled[:, 1:].tolist()):
                    rows[place // extra].append(row)
        return rows

    def _candidate(self, row: list[int], request: _Request) -> Candidate:
        model, ends, row = self._runner.model, self._runner.ends(), row[: request.tokens.most]
        stop = next((place for place, token in enumerate(row) if token in ends), None)
        # BART and its kin write their end token at the limit whether or not they have come to an end.
        forced = model.generation_config.forced_eos_token_id is not None and stop == request.tokens.most - 1
        return Candidate(
            text=self._runner.tokenizer.decode(row[:stop], skip_special_tokens=True),
            prompt_tokens=len(request.ids),
            completion_tokens=len(row) if stop is None else stop,
            finished=stop is not None and not forced,
        )

    def _request(self, place: int, prompt: Prompt) -> _Request:
        ids = self.encode(prompt)
        if len(ids) > self.window:
            raise ValueError(f"prompt {place} has {len(ids)} tokens; the window of {self.name} is {self.window}")
        counts = self.count_tokens(prompt.sentences)
        return _Request(place, ids, output_tokens(prompt, counts, self.conventions.most_written))


def _stated_decoding(model: Any) -> dict[str, Any]:
    """Beam settings from ``generation_config``, else from ``task_specific_params``, else the usual ones."""
    task = (getattr(model.config, "task_specific_params", None) or {}).get("summarization") or {}

    def known(field: str, otherwise: Any) -> Any:
        value = getattr(model.generation_config, field, None)
        return task.get(field, otherwise) if value is None else value

    return {
        "num_beams": known("num_beams", _BEAMS),
        "length_penalty": known("length_penalty", 1.0),
        "no_repeat_ngram_size": known("no_repeat_ngram_size", _NO_REPEAT),
        "early_stopping": known("early_stopping", True),
    }


def _sampled(limits: Limits) -> int:
    """How many of the candidates are drawn; the one before them, if any, is the most likely text."""
    return limits.candidates if limits.sampled else limits.candidates - 1


def _sampling(limits: Limits) -> GumbelSampler:
    """Draws those candidates, each with a seed of its own."""
    first = limits.candidates - _sampled(limits)
    return GumbelSampler(limits.temperature, [limits.seed * 1000 + k for k in range(first, limits.candidates)])


def _batches(requests: Sequence[_Request], copies: int) -> Iterator[list[_Request]]:
    """Requests of one length limit, shortest first: at most ``_BATCH`` rows, ``_BATCH_TOKENS`` padded tokens, and no
    long text padding much shorter ones. A beam search depends on where it will be stopped."""
    batch: list[_Request] = []
    for request in sorted(requests, key=lambda request: (request.tokens, len(request.ids), request.place)):
        full = len(batch) == _BATCH or len(request.ids) * copies * (len(batch) + 1) > _BATCH_TOKENS
        stretched = bool(batch) and len(request.ids) > max(_SHORT, _SPREAD * len(batch[0].ids))
        if batch and (full or stretched or request.tokens != batch[0].tokens):
            yield batch
            batch = []
        batch.append(request)
    if batch:
        yield batch
