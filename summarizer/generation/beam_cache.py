"""A cache for beam search that copies only what beams do not share."""

from __future__ import annotations

from typing import Any


def beam_cache(model: Any) -> dict[str, Any]:
    """``past_key_values`` for one ``generate`` with beams; empty when ``model`` keeps its cache in its own way.

    After every token transformers reorders the whole cache by the beams that survive. Beams of one text read the same
    encoder states, and survivors are always beams of the same text: reordering what was computed from those states
    changes nothing and, for long input, costs most of a step.
    """
    known = getattr(model, "_supports_default_dynamic_cache", lambda: False)
    if not model.config.is_encoder_decoder or hasattr(model, "_reorder_cache") or not known():
        return {}
    from transformers import DynamicCache, EncoderDecoderCache

    config = model.config.get_text_config(decoder=True)
    cache: Any = EncoderDecoderCache(DynamicCache(config=config), DynamicCache(config=config))
    cache.reorder_cache = cache.self_attention_cache.reorder_cache
    return {"past_key_values": cache}
