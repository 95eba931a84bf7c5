"""Throughput of the transformers wrapper beside a plain loop over the same model, inputs and decoding arguments.

    python benchmarks/wrapper.py [hf:<id or folder>] [--rounds 3] [--words 40]

By default the model is a seq2seq one of BART-base's size with random weights (Lewis et al. 2020: 6+6 layers of width
768), which cost the same to run as trained ones. Both ways run in one process on one thread, in turn; seconds are
processor time. "equal" counts texts that agree.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from summarizer.generation.base import Limits, Passage, Prompt
from summarizer.generation.hub import load_tokenizer
from summarizer.generation.registry import load_generator
from summarizer.ingest import load_documents
from summarizer.reading.segment import split_sentences
from summarizer.settings import Settings

MIXED = (1, 3, 5, 8, 11, 14, 18, 24)  # sentences of each prompt
EQUAL = (8,) * 8
EXAMPLES = Path(__file__).parent.parent / "examples"


def prompts(sizes: Sequence[int], words: int) -> list[Prompt]:
    """One prompt a size, of sentences from the example articles."""
    folders = sorted(path for path in EXAMPLES.iterdir() if path.is_dir())
    sentences = [s.text for folder in folders for d in load_documents(folder) for s in split_sentences(d)]
    chosen = [list(islice(cycle(sentences), start, start + size)) for start, size in enumerate(sizes)]
    return [
        Prompt(passages=(Passage(document="1", sentences=tuple(some), salience=(1.0,) * len(some)),), max_words=words)
        for some in chosen
    ]


def plain_loop(generator: Any, given: Sequence[Prompt]) -> list[str]:
    """What a user would write: one ``generate`` for each prompt, with the wrapper's own ids and arguments."""
    import torch

    runner = generator._runner
    texts = []
    for prompt in given:
        request = generator._request(0, prompt)
        inputs = generator.model_inputs([request.ids])
        lengths = {"min_new_tokens": request.tokens.least, "max_new_tokens": request.tokens.most}
        with torch.inference_mode():
            row = runner.model.generate(**inputs, **generator.stated, **lengths, do_sample=False)[0, 1:]
        texts.append(runner.tokenizer.decode(row, skip_special_tokens=True))
    return texts


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time of ``work``, which other programs do not change as they do wall time, and what it returns."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def compare(generator: Any, given: Sequence[Prompt], rounds: int) -> tuple[float, float, int]:
    """Median seconds of the plain loop and of the wrapper, and how many of their texts are equal; one and the other
    begin in turn, so that what slows the machine down slows both."""
    plain: Callable[[], Any] = lambda: plain_loop(generator, given)  # noqa: E731
    wrapped: Callable[[], Any] = lambda: generator.generate(given, Limits())  # noqa: E731
    spent: dict[Any, list[float]] = {plain: [], wrapped: []}
    written = {}
    for turn in range(rounds):
        for way in (plain, wrapped) if turn % 2 == 0 else (wrapped, plain):
            took, written[way] = seconds(way)
            spent[way].append(took)
    opening = [" ".join(candidates[0].text.split()[:8]) for candidates in written[wrapped]]
    same = sum(" ".join(text.split()).find(start) >= 0 for text, start in zip(written[plain], opening, strict=True))
    return statistics.median(spent[plain]), statistics.median(spent[wrapped]), same


def random_bart(folder: Path, tokenizer: Any) -> Path:
    """BART-base's shape with random weights and the embedded model's tokenizer."""
    import torch
    from transformers import BartConfig, BartForConditionalGeneration

    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=len(tokenizer),
        d_model=768,
        encoder_layers=6,
        decoder_layers=6,
        encoder_attention_heads=12,
        decoder_attention_heads=12,
        encoder_ffn_dim=3072,
        decoder_ffn_dim=3072,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.eos_token_id,
        forced_eos_token_id=tokenizer.eos_token_id,
    )
    BartForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def main() -> None:
    """Print one line a model and batch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--words", type=int, default=40)
    arguments = parser.parse_args()
    settings = Settings().model_copy(update={"threads": 1})
    with tempfile.TemporaryDirectory() as folder:
        random = f"hf:{random_bart(Path(folder), load_tokenizer('embedded:small', settings))}"
        generator: Any = load_generator(arguments.model or random, settings)
        print(f"{'batch':<12} {'plain s':>8} {'wrapper s':>9} {'ratio':>6} {'equal':>6}")
        for name, sizes in (("8 mixed", MIXED), ("8 equal", EQUAL), ("1", MIXED[3:4])):
            # One prompt takes an eighth of the time, and hundredths count: more rounds.
            rounds = arguments.rounds * (5 if len(sizes) == 1 else 1)
            plain, wrapper, same = compare(generator, prompts(sizes, arguments.words), rounds)
            ratio, equal = plain / wrapper, f"{same}/{len(sizes)}"
            print(f"{name:<12} {plain:>8.2f} {wrapper:>9.2f} {ratio:>6.2f} {equal:>6}", flush=True)


if __name__ == "__main__":
    main()
