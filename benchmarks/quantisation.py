"""What rounding SmolLM2's shipped weights (Q4_1) once more costs: KL and agreement with the weights as shipped.

    python benchmarks/quantisation.py [--articles FILE ...] [--kinds q8_0 q4_0] [--tokens 80]

Weights are rounded and read back by the gguf package and run in float32, so that only the rounding of weights is
measured. The reference reads the start of each article and continues greedily; every token's distribution is compared.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from summarizer.generation.embedded_weights import shipped
from summarizer.settings import Settings

CHARACTERS = 1_500


def distributions(model: Any, texts: list[Any]) -> Iterator[Any]:
    """Log-probabilities after every token of each text."""
    import torch

    with torch.inference_mode():
        for ids in texts:
            yield torch.log_softmax(model(ids).logits[0], -1)


def rounded(weight: Any, kind: str) -> Any:
    """A matrix after a journey through a GGUF quantisation."""
    import gguf
    import torch

    target = gguf.GGMLQuantizationType[kind.upper()]
    return torch.from_numpy(gguf.dequantize(gguf.quantize(weight.numpy(), target), target).copy())


def main() -> None:
    """Print a row for each kind of rounding."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    examples = sorted((Path(__file__).parent.parent / "examples").rglob("*.txt"))
    parser.add_argument("--articles", nargs="*", type=Path, default=examples[:3])
    parser.add_argument("--kinds", nargs="*", default=["q8_0", "q4_0"])
    parser.add_argument("--tokens", type=int, default=80)
    options = parser.parse_args()

    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    path = shipped(Settings())
    source = {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    tokenizer = AutoTokenizer.from_pretrained(**source)
    model = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32).eval()
    texts = []
    for article in options.articles:
        ask = f"Summarize this news story.\n\n{article.read_text(encoding='utf-8')[:CHARACTERS]}"
        prompt = tokenizer.apply_chat_template(
            [{"role": "user", "content": ask}], tokenize=False, add_generation_prompt=True
        )
        ids = tokenizer(prompt, return_tensors="pt", add_special_tokens=False).input_ids
        texts.append(model.generate(ids, max_new_tokens=options.tokens, do_sample=False))
    reference = list(distributions(model, texts))
    weights = {name: value.detach().clone() for name, value in model.named_parameters()}
    print("| rounded to | mean KL, nats a token | same likeliest token |\n|---|---|---|")
    for kind in options.kinds:
        for name, value in model.named_parameters():
            # The shipped embedding is Q8_0 already, and stays so.
            stays = value.ndim < 2 or "embed" in name
            value.data = weights[name] if stays else rounded(weights[name], kind)
        pairs = list(zip(reference, distributions(model, texts), strict=True))
        divergence = torch.cat([(ours.exp() * (ours - theirs)).sum(-1) for ours, theirs in pairs]).mean()
        same = torch.cat([ours.argmax(-1) == theirs.argmax(-1) for ours, theirs in pairs]).float().mean()
        print(f"| {kind} | {divergence:.4f} | {same:.1%} |", flush=True)


if __name__ == "__main__":
    main()
