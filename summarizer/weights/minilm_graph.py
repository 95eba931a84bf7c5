"""all-MiniLM-L6-v2 (Wang et al. 2020; Reimers & Gurevych 2019) as an OpenVINO graph, from its safetensors alone.

Token ids and mask (batch, length) in, unit rows (batch, 384) out: BERT's encoder (Devlin et al. 2019), mean pooling and
normalisation are one graph, so that nothing but the rows leaves the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensors = Mapping[str, NDArray[np.float32]]

_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_EPSILON = 1e-12


def minilm(tensors: Tensors) -> Any:
    """The openvino.Model of ``tensors``, named as in the checkpoint. Inputs: ``ids``, ``mask`` int64."""
    import openvino as ov
    from openvino import opset13 as ops

    ids = ops.parameter([-1, -1], np.int64, name="ids")
    mask = ops.parameter([-1, -1], np.int64, name="mask")
    ids.output(0).set_names({"ids"})
    mask.output(0).set_names({"mask"})
    graph = _Graph(tensors)
    hidden = graph.embed(ids)
    seen = ops.unsqueeze(ops.unsqueeze(ops.not_equal(mask, np.int64(0)), 1), 2)  # (batch, 1, 1, length)
    for layer in range(_LAYERS):
        hidden = graph.layer(f"encoder.layer.{layer}", hidden, seen)
    weights = ops.unsqueeze(ops.convert(mask, "f32"), 2)
    total = ops.reduce_sum(ops.multiply(hidden, weights), np.array([1]))
    mean = ops.divide(total, ops.reduce_sum(weights, np.array([1])))
    rows = ops.normalize_l2(mean, np.array([1]), 1e-24, "max")
    return ov.Model([rows], [ids, mask], "all-MiniLM-L6-v2")


class _Graph:
    """The parts of BERT over one checkpoint."""

    def __init__(self, tensors: Tensors) -> None:
        from openvino import opset13

        self.tensors = tensors
        self.ops: Any = opset13

    def embed(self, ids: Any) -> Any:
        """Words, places and the first segment, summed and normalised."""
        ops, names = self.ops, ("word_embeddings", "position_embeddings", "token_type_embeddings")
        words, places, segments = (self.tensors[f"embeddings.{name}.weight"] for name in names)
        length = ops.squeeze(ops.gather(ops.shape_of(ids), np.array([1]), np.int64(0)), 0)
        spots = ops.range(np.int64(0), length, np.int64(1), "i64")
        # Gathered row by row: added to the table instead, the segment would double the words in memory.
        summed = ops.add(ops.gather(ops.constant(words), ids, np.int64(0)), ops.constant(segments[0]))
        return self.normalised("embeddings.LayerNorm", ops.add(summed, ops.gather(places, spots, np.int64(0))))

    def layer(self, name: str, hidden: Any, seen: Any) -> Any:
        """Self-attention and feed-forward, each added to its input and normalised."""
        ops, attention = self.ops, f"{name}.attention"
        query, key, value = (self.heads(f"{attention}.self.{part}", hidden) for part in ("query", "key", "value"))
        mixed = ops.transpose(ops.scaled_dot_product_attention(query, key, value, seen), np.array([0, 2, 1, 3]))
        joined = self.linear(f"{attention}.output.dense", ops.reshape(mixed, np.array([0, 0, _WIDTH]), True))
        hidden = self.normalised(f"{attention}.output.LayerNorm", ops.add(hidden, joined))
        wide = ops.gelu(self.linear(f"{name}.intermediate.dense", hidden), "erf")
        return self.normalised(f"{name}.output.LayerNorm", ops.add(hidden, self.linear(f"{name}.output.dense", wide)))

    def heads(self, name: str, hidden: Any) -> Any:
        """(batch, length, width) projected and split: (batch, heads, length, width / heads)."""
        split = self.ops.reshape(self.linear(name, hidden), np.array([0, 0, _HEADS, _WIDTH // _HEADS]), True)
        return self.ops.transpose(split, np.array([0, 2, 1, 3]))

    def linear(self, name: str, hidden: Any) -> Any:
        """A dense layer with its bias."""
        product = self.ops.matmul(hidden, self.tensors[f"{name}.weight"], False, True)
        return self.ops.add(product, self.tensors[f"{name}.bias"])

    def normalised(self, name: str, hidden: Any) -> Any:
        """Layer normalisation over the last axis."""
        ops = self.ops
        plain = ops.mvn(hidden, np.array([-1]), True, _EPSILON, "inside_sqrt")
        return ops.add(ops.multiply(plain, self.tensors[f"{name}.weight"]), self.tensors[f"{name}.bias"])
