"""``summarizer.pipeline("summarization", model=…)``: the call that transformers 5 removed, with the same answers.

transformers 5 deleted ``SummarizationPipeline`` (huggingface/transformers pull request 43256). Here it takes the same
arguments and returns the same list of ``{"summary_text": …}``; docs/migration.md says what ``Summarizer`` adds to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from summarizer.errors import InputError, ModelError
from summarizer.generation.conventions import positions, stated_window
from summarizer.settings import Settings

# The usual one that has safetensors; the default of transformers 4, distilled from it, is known for pickles only.
DEFAULT_MODEL = "facebook/bart-large-cnn"
_FOR_THE_ANSWER = {"return_tensors", "clean_up_tokenization_spaces"}
_TRUNCATING = {True: True, "only_first": "only_first", "longest_first": "longest_first"}
_WITHOUT_EFFECT = {"return_text", "framework", "use_fast", "num_workers"}


class SummarizationPipeline:
    """An encoder-decoder model and its tokenizer; call it with a text, a list of texts, or any iterable of texts.

    Options given here hold for every call; those of a call hold for it alone. Not safe for several threads.
    """

    def __init__(self, model: Any, tokenizer: Any, *, batch_size: int = 1, **options: Any) -> None:
        if not model.config.is_encoder_decoder:
            raise ModelError(
                "the summarization pipeline takes encoder-decoder models only",
                remedy='Use Summarizer("hf:…"), which also runs chat models.',
                where=str(model.config.name_or_path),
            )
        self.model = model
        self.tokenizer = tokenizer
        self.batch_size = batch_size
        self._options = options
        self._window = stated_window(model.config, tokenizer)
        task = (getattr(model.config, "task_specific_params", None) or {}).get("summarization") or {}
        self._prefix = str(task.get("prefix") or getattr(model.config, "prefix", None) or "")
        self._stated = {key: value for key, value in task.items() if key != "prefix"}

    def __call__(self, texts: str | Iterable[str], **options: Any) -> Any:
        """``[{"summary_text": …}]`` for a text; one dictionary a text for a list, or a list of them a text with
        ``num_return_sequences``; an iterator of the same for any other iterable.

        truncation: cut what is longer than the model's window; without it, such a text raises InputError. batch_size:
        texts of one forward pass. return_tensors: ``{"summary_token_ids": …}`` in place of texts. Everything else
        (max_length, min_length, num_beams, do_sample …) goes to generate.
        """
        chosen = {**self._options, **options}
        size = int(chosen.pop("batch_size", self.batch_size))
        truncation = _TRUNCATING.get(chosen.pop("truncation", False), False)
        for name in _WITHOUT_EFFECT:
            chosen.pop(name, None)
        if isinstance(texts, str):
            return self._written([texts], truncation, chosen)[0]
        if isinstance(texts, (list, tuple)):
            return list(self._each(iter(texts), size, truncation, chosen))
        return self._each(iter(texts), size, truncation, chosen)

    def _each(self, texts: Iterator[str], size: int, truncation: Any, options: dict[str, Any]) -> Iterator[Any]:
        while batch := list(islice(texts, size)):
            for found in self._written(batch, truncation, options):
                yield found[0] if len(found) == 1 else found

    def _written(self, texts: list[str], truncation: Any, options: dict[str, Any]) -> list[list[dict[str, Any]]]:
        import torch

        as_ids = options.get("return_tensors", False)
        tidied = options.get("clean_up_tokenization_spaces", False)
        options = {name: value for name, value in options.items() if name not in _FOR_THE_ANSWER}
        for text in texts:
            if not isinstance(text, str):
                raise InputError(f"a text was expected, not {type(text).__name__}", remedy="Give strings.")
        inputs = self.tokenizer(
            [self._prefix + text for text in texts],
            return_tensors="pt",
            padding=len(texts) > 1,
            truncation=truncation,
            max_length=self._window if truncation else None,
        )
        self._check_length(inputs["input_ids"].shape[1])
        ids, mask = (inputs[key].to(self.model.device) for key in ("input_ids", "attention_mask"))
        with torch.inference_mode():
            rows = self.model.generate(ids, attention_mask=mask, **{**self._stated, **options})
        if as_ids:
            summaries = [{"summary_token_ids": row} for row in rows]
        else:
            decoded = self.tokenizer.batch_decode(rows, skip_special_tokens=True, clean_up_tokenization_spaces=tidied)
            summaries = [{"summary_text": text} for text in decoded]
        each = len(summaries) // len(texts)
        return [summaries[place * each : (place + 1) * each] for place in range(len(texts))]

    def _check_length(self, tokens: int) -> None:
        limit = positions(self.model.config)
        if limit and tokens > limit:
            raise InputError(
                f"the text has {tokens} tokens; the model reads {limit}",
                remedy="Pass truncation=True to cut it, or use Summarizer, which chooses what the model reads.",
            )


def pipeline(
    task: str = "summarization",
    model: Any = None,
    *,
    tokenizer: Any = None,
    device: int | str | None = None,
    device_map: str | None = None,
    revision: str | None = None,
    dtype: Any = None,
    torch_dtype: Any = None,
    batch_size: int = 1,
    **options: Any,
) -> SummarizationPipeline:
    """A summarization pipeline as transformers 4 made it.

    model: an id, a folder, or a loaded model (then with its ``tokenizer``); tokenizer: a loaded one, or an id or folder
    of another model's; device: -1 is the CPU, a number that GPU, the best there is when None; device_map: the name of
    one device, or "auto" for the best. Weights are safetensors only. Raises InputError for another task, ModelError
    for a model that cannot be loaded.
    """
    if task != "summarization":
        raise InputError(f"there is no pipeline '{task}' here", remedy='Ask for "summarization".')
    if options.pop("trust_remote_code", False):
        raise InputError("code from the hub is never run here", remedy="Leave out trust_remote_code.")
    if model is not None and not isinstance(model, str):
        if tokenizer is None:
            raise InputError("a loaded model came without its tokenizer", remedy="Pass tokenizer=… too.")
        return SummarizationPipeline(model.eval(), tokenizer, batch_size=batch_size, **options)
    from summarizer.generation.hub import load_model, load_tokenizer

    settings = Settings()
    source = str(model or DEFAULT_MODEL).removeprefix("hf:")
    loaded = load_model(
        f"{source}@{revision}" if revision else source,
        settings,
        device=_device(device if device is not None or device_map == "auto" else device_map),
        dtype=_dtype(dtype if dtype is not None else torch_dtype),
    )
    if isinstance(tokenizer, str):
        tokenizer = load_tokenizer(tokenizer.removeprefix("hf:"), settings)
    return SummarizationPipeline(loaded.model, tokenizer or loaded.tokenizer, batch_size=batch_size, **options)


def _device(device: int | str | None) -> str | None:
    if isinstance(device, int):
        return "cpu" if device < 0 else f"cuda:{device}"
    return None if device is None else str(device)


def _dtype(dtype: Any) -> Any:
    """transformers 4 loaded float32 unless told otherwise; "auto" leaves the choice to our loader."""
    import torch

    if dtype == "auto":
        return None
    return getattr(torch, dtype) if isinstance(dtype, str) else dtype or torch.float32
