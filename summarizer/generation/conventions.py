"""How a family of seq2seq models wants several documents written down, read from its config and tokenizer."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

_DOCUMENT_SEPARATOR = "<doc-sep>"
_MULTI_NEWS_SEPARATOR = "|||||"
_NO_LIMIT = 1_000_000
_RELATIVE_POSITIONS_WINDOW = 1024


class Conventions(NamedTuple):
    """prefix: what stands before the text; between, after: what stands between documents, and after each;
    separator: token id that gets global attention, if any; takes_global: the model has global attention;
    window: tokens the encoder reads; most_written: tokens the decoder can write, None for no limit."""

    prefix: str
    between: str
    after: str
    separator: int | None
    takes_global: bool
    window: int
    most_written: int | None

    def join(self, documents: Sequence[str]) -> str:
        """One input text."""
        return self.prefix + self.between.join(document + self.after for document in documents)


def conventions(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Conventions:
    """Told from the vocabulary (``<doc-sep>``: PRIMERA, Xiao et al. 2022), the forward signature (global attention:
    LED, Beltagy et al. 2020), ``task_specific_params`` (the prefix of T5, Raffel et al. 2020) and, for PEGASUS, the
    separator with which Multi-News, its multi-document training set, is written (Fabbri et al. 2019)."""
    config = model.config
    separator = tokenizer.get_vocab().get(_DOCUMENT_SEPARATOR)
    return Conventions(
        prefix=_prefix(config),
        between=_between(config, tokenizer) if separator is None else "",
        after="" if separator is None else _DOCUMENT_SEPARATOR,
        separator=separator,
        takes_global="global_attention_mask" in inspect.signature(model.forward).parameters,
        window=stated_window(config, tokenizer) or _RELATIVE_POSITIONS_WINDOW,
        most_written=_most_written(config),
    )


def _prefix(config: PretrainedConfig) -> str:
    tasks = getattr(config, "task_specific_params", None) or {}
    said = (tasks.get("summarization") or {}).get("prefix") or getattr(config, "prefix", None)
    if said is not None:
        return str(said)
    # T5 and Flan-T5 learned their tasks by name; mT5 and LongT5, of other types, were pre-trained without any.
    return "summarize: " if config.model_type == "t5" else ""


def _between(config: PretrainedConfig, tokenizer: PreTrainedTokenizerBase) -> str:
    if config.model_type.startswith("pegasus"):
        ids = tokenizer(_MULTI_NEWS_SEPARATOR, add_special_tokens=False)["input_ids"]
        if tokenizer.unk_token_id not in ids:
            return f" {_MULTI_NEWS_SEPARATOR} "
    return "\n"


def positions(config: PretrainedConfig) -> int | None:
    """Tokens that the encoder has positions for; None where they are relative, and longer input only costs more."""
    fields = ("max_encoder_position_embeddings", "max_position_embeddings")
    return next((int(value) for field in fields if (value := getattr(config, field, None))), None)


def stated_window(config: PretrainedConfig, tokenizer: PreTrainedTokenizerBase) -> int | None:
    """Tokens that the encoder was made to read, by its config and its tokenizer; None when neither says."""
    stated = [positions(config), getattr(config, "n_positions", None), tokenizer.model_max_length]
    return min((int(limit) for limit in stated if limit and limit < _NO_LIMIT), default=None)


def _most_written(config: PretrainedConfig) -> int | None:
    positions = getattr(config, "max_decoder_position_embeddings", None)
    if positions is None:
        positions = getattr(config, "max_position_embeddings", None)
    # The decoder's start token takes a position too.
    return None if positions is None else int(positions) - 1
