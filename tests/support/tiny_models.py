"""Real transformers models of two layers with tokenizers trained on the spot, saved as a hub folder would be.

Their weights are random: what they write is noise, but every part that runs is the one that a full model runs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

NEWS = (
    "The council closed the old bridge on Monday after inspectors found cracks in two of its pillars.",
    "Repairs will cost two million euros and last until autumn, the mayor told reporters.",
    "Ferries will carry commuters across the river every ten minutes until the bridge reopens.",
    "Shopkeepers on the east bank said they feared for their trade during the summer.",
    "An engineer who warned of the cracks in 2019 said nobody had answered her letters.",
    "The opposition asked for the minutes of every meeting at which the bridge was discussed.",
    "Buses were rerouted over the northern crossing, which added twenty minutes to most journeys.",
    "Police reported long queues of lorries at the crossing early on Tuesday morning.",
    "The ministry promised half of the money, provided that the work begins before June.",
    "Schools on both banks opened an hour later so that pupils could arrive in time.",
)
_T5 = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 4}
_BART = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
}
_LED = {
    **_BART,
    "max_encoder_position_embeddings": 512,
    "max_decoder_position_embeddings": 128,
    "attention_window": [16, 16],
}
_TASK = {"summarization": {"prefix": "summarize: ", "num_beams": 4, "length_penalty": 2.0, "early_stopping": True}}
SEQ2SEQ: dict[str, tuple[str, dict[str, Any]]] = {
    "bart": ("BartConfig", {**_BART, "max_position_embeddings": 256, "forced_bos_token_id": 0}),
    "distilbart": ("BartConfig", {**_BART, "decoder_layers": 1, "max_position_embeddings": 256}),
    "t5": ("T5Config", {**_T5, "n_positions": 256, "task_specific_params": _TASK}),
    "flan-t5": ("T5Config", {**_T5, "n_positions": 256, "feed_forward_proj": "gated-gelu"}),
    "mt5": ("MT5Config", _T5),
    "longt5": ("LongT5Config", {**_T5, "n_positions": 256, "local_radius": 7, "encoder_attention_type": "local"}),
    "longt5-tglobal": (
        "LongT5Config",
        {**_T5, "n_positions": 256, "local_radius": 7, "encoder_attention_type": "transient-global"},
    ),
    "pegasus": ("PegasusConfig", {**_BART, "max_position_embeddings": 256}),
    "pegasus-x": (
        "PegasusXConfig",
        {
            **_BART,
            "max_position_embeddings": 512,
            "block_size": 16,
            "num_global_tokens": 4,
            "stagger_local_blocks": True,
        },
    ),
    "led": ("LEDConfig", _LED),
    "primera": ("LEDConfig", _LED),
}
_LLAMA = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
}
REFUSES_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
)


class Chat(NamedTuple):
    """A family of chat models. marks: its control tokens, the first of which ends a turn; template: its chat template,
    written after the family's own in all that matters here."""

    config: str
    fields: dict[str, Any]
    marks: tuple[str, ...]
    template: str


CAUSAL = {
    "llama": Chat(
        "LlamaConfig",
        _LLAMA,
        ("<|eot_id|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>"),
        "<|begin_of_text|>{% for message in messages %}<|start_header_id|>{{ message['role'] }}<|end_header_id|>\n\n"
        "{{ message['content'] }}<|eot_id|>{% endfor %}"
        "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}",
    ),
    "qwen": Chat(
        "Qwen3Config",
        _LLAMA,
        ("<|im_end|>", "<|im_start|>", "<|endoftext|>"),
        _CHATML + "{% if enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}",
    ),
    "gemma": Chat(
        "Gemma2Config",
        {**_LLAMA, "sliding_window": 64, "query_pre_attn_scalar": 8},
        ("<end_of_turn>", "<start_of_turn>", "<bos>"),
        "<bos>" + REFUSES_SYSTEM + "{% for message in messages %}<start_of_turn>{{ message['role'] }}\n"
        "{{ message['content'] }}<end_of_turn>\n{% endfor %}"
        "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}",
    ),
    "smollm": Chat("SmolLM3Config", _LLAMA, ("<|im_end|>", "<|im_start|>", "<|endoftext|>"), _CHATML + "{% endif %}"),
    "mistral": Chat(
        "MistralConfig",
        {**_LLAMA, "sliding_window": 64},
        ("</s>", "<s>", "[INST]", "[/INST]"),
        "<s>" + REFUSES_SYSTEM + "{% for message in messages %}{% if message['role'] == 'user' %}"
        "[INST] {{ message['content'] }} [/INST]{% else %}{{ message['content'] }}</s>{% endif %}{% endfor %}",
    ),
}


def save_seq2seq(family: str, folder: Path) -> Path:
    """A model of ``family`` (a key of SEQ2SEQ) with its tokenizer, in ``folder``."""
    import torch
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    bpe = family in {"bart", "distilbart", "led", "primera"}
    tokenizer = (_save_bpe if bpe else _save_sentencepiece)(family, folder)
    kind, fields = SEQ2SEQ[family]
    ids = {"pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id}
    start = {"decoder_start_token_id": tokenizer.eos_token_id if bpe else tokenizer.pad_token_id}
    if bpe:
        ids["bos_token_id"] = tokenizer.bos_token_id
    config = getattr(transformers, kind)(vocab_size=len(tokenizer), **ids, **start, **fields)
    torch.manual_seed(7)
    _save(transformers.AutoModelForSeq2SeqLM.from_config(config), folder)
    return folder


def save_classifier(folder: Path, labels: list[str]) -> Path:
    """A BERT that puts pairs of texts into ``labels``, in ``folder``."""
    import torch
    import transformers
    from tokenizers import BertWordPieceTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    trained = BertWordPieceTokenizer()
    trained.train_from_iterator(NEWS, vocab_size=300, show_progress=False)
    trained.save_model(str(folder))
    tokenizer = transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt"))
    tokenizer.save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=tokenizer.vocab_size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        id2label=dict(enumerate(labels)),
        label2id={label: place for place, label in enumerate(labels)},
    )
    torch.manual_seed(7)
    _save(transformers.AutoModelForSequenceClassification.from_config(config), folder)
    return folder


def save_causal(folder: Path, family: str = "llama", *, chat_template: str | None = None, window: int = 1024) -> Path:
    """A model of ``family`` (a key of CAUSAL) with a byte-level BPE tokenizer; chat_template: in place of its own."""
    import torch
    import transformers
    from tokenizers import ByteLevelBPETokenizer

    folder.mkdir(parents=True, exist_ok=True)
    chat = CAUSAL[family]
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(NEWS, vocab_size=400, special_tokens=["<pad>", *chat.marks])
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=trained._tokenizer, eos_token=chat.marks[0], pad_token="<pad>", model_max_length=window
    )
    tokenizer.chat_template = (chat.template if chat_template is None else chat_template) or None
    tokenizer.save_pretrained(folder)
    config = getattr(transformers, chat.config)(
        vocab_size=len(tokenizer),
        max_position_embeddings=window,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        **chat.fields,
    )
    torch.manual_seed(7)
    _save(transformers.AutoModelForCausalLM.from_config(config), folder)
    return folder


def _save(model: Any, folder: Path) -> None:
    # Freshly initialised weights are nearly equal everywhere; scaled up, the model has clear preferences.
    for weights in model.parameters():
        if weights.dim() > 1:
            weights.data.mul_(6.0)
    model.save_pretrained(folder)


def _save_sentencepiece(family: str, folder: Path) -> Any:
    """As older hub folders are: a bare spiece.model, which transformers converts when it loads it."""
    import sentencepiece
    import transformers

    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(NEWS) + "\n|||||\nsummarize: \n", encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(folder / "spiece"),
        vocab_size=150,
        model_type="unigram",
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        byte_fallback=False,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    corpus.unlink()
    kind = "PegasusTokenizer" if family.startswith("pegasus") else "T5Tokenizer"
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": kind}))
    return getattr(transformers, kind).from_pretrained(folder)


def _save_bpe(family: str, folder: Path) -> Any:
    import transformers
    from tokenizers import ByteLevelBPETokenizer

    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(NEWS, vocab_size=400, special_tokens=marks)
    trained.save_model(str(folder))
    settings: dict[str, Any] = {"tokenizer_class": "LEDTokenizer" if family in {"led", "primera"} else "BartTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    tokenizer = getattr(transformers, settings["tokenizer_class"]).from_pretrained(folder)
    if family == "primera":
        tokenizer.add_special_tokens({"additional_special_tokens": ["<doc-sep>"]})
        tokenizer.save_pretrained(folder)
    return tokenizer
