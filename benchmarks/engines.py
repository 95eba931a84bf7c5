"""Side by side: CPU engines for the embedded models, each on the very file that we pin.

    python benchmarks/engines.py                                # both models, every engine that is installed
    python benchmarks/engines.py --models embedded:small --candidates llama openvino --threads 2

Each candidate runs in a process of its own, on one text, and is measured twice by turns; the table has the better run,
as other work on the machine only ever slows one down. Figures are tokens a second; of eight texts at once it is their
writing alone. Lookup is speculation by n-grams of the prompt. Fidelity: how many tokens a greedy brief shares, from its
start, with transformers' in float32.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

REFERENCE = "transformers-fp32"
PACKAGES = {
    "llama": ("xllamacpp",),
    "openvino": ("openvino", "openvino-genai", "openvino-tokenizers"),
    "transformers": ("torch", "transformers", "gguf"),
}
CANDIDATES = ("llama", "llama-repacked", "llama-lookup", "openvino", "openvino-lookup", REFERENCE)
WRITTEN, SHORT = 64, 48
STORY = (
    "The river Aln rose two metres above its banks on Monday night after three days of rain, and about 340 people left "
    "their homes. Two schools and the only bridge in the old town stayed closed on Tuesday. Mayor Helen Ford asked the "
    "army for help and said that the flood wall, built in 1987 for 4 million pounds, had not been made for such water. "
    "Farmers in the valley lost cattle, and the railway to the coast is not expected to run again before the weekend. "
)
OTHER = (
    "A spokesman for the railway, Tom Reyes, said that 600 metres of track near Alnmouth had been washed out and that "
    "buses would carry passengers between the two halves of the line. The army sent 80 soldiers and four boats. "
)


class Engine(Protocol):
    """Greedy completions: ``most`` tokens for each prompt, never stopping early."""

    def encode(self, text: str) -> list[int]:
        """Token ids, control tokens read as such."""

    def write(self, prompts: Sequence[list[int]], most: int) -> list[list[int]]:
        """Token ids written after each prompt."""


class Llama:
    """llama.cpp as the product runs it; ``repacked`` with its weights laid out anew, ``lookup`` with n-grams."""

    def __init__(self, weights: Path, threads: int, kind: str) -> None:
        from summarizer.generation.llama_link import Link
        from summarizer.generation.llama_params import parameters

        params = parameters(weights, threads)
        params.n_ctx, params.n_parallel = 8192, 8
        params.no_extra_bufts = kind != "repacked"
        if kind == "lookup":
            from xllamacpp import common_speculative_type as kinds

            params.speculative.types = [kinds.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
            params.speculative.ngram_simple.size_n, params.speculative.ngram_simple.size_m = 3, 5
        self.link = Link(params, weights.name)

    def encode(self, text: str) -> list[int]:  # noqa: D102
        return list(self.link.post("/tokenize", content=text, parse_special=True)["tokens"])

    def write(self, prompts: Sequence[list[int]], most: int) -> list[list[int]]:  # noqa: D102
        def one(prompt: list[int]) -> list[int]:
            body = {"n_predict": most, "temperature": 0, "ignore_eos": True, "return_tokens": True}
            return list(self.link.post("/completion", prompt=prompt, cache_prompt=False, **body)["tokens"])

        with ThreadPoolExecutor(len(prompts)) as pool:
            return list(pool.map(one, prompts))


class OpenVino:
    """OpenVINO GenAI, which reads the GGUF itself."""

    def __init__(self, weights: Path, threads: int, kind: str) -> None:
        import openvino_genai

        options: dict[str, Any] = {"INFERENCE_NUM_THREADS": threads}
        if kind == "lookup":
            options["prompt_lookup"] = True
        else:
            options["scheduler_config"] = openvino_genai.SchedulerConfig()
            options["scheduler_config"].cache_size = 1
            options["scheduler_config"].enable_prefix_caching = False
        self.pipe = openvino_genai.LLMPipeline(str(weights), "CPU", **options)
        self.config = openvino_genai.GenerationConfig()
        self.config.ignore_eos, self.config.apply_chat_template = True, False
        if kind == "lookup":
            self.config.num_assistant_tokens, self.config.max_ngram_size = 5, 3
        self.tokenizer = self.pipe.get_tokenizer()

    def encode(self, text: str) -> list[int]:  # noqa: D102
        return self.tokenizer.encode(text, add_special_tokens=False).input_ids.data[0].tolist()

    def write(self, prompts: Sequence[list[int]], most: int) -> list[list[int]]:  # noqa: D102
        import numpy as np
        import openvino as ov

        self.config.max_new_tokens = most
        if len(prompts) == 1:
            encoded = self.pipe.generate(ov.Tensor(np.array(prompts, dtype=np.int64)), self.config)
            return [list(tokens) for tokens in encoded.tokens]
        answer = self.pipe.generate([self.tokenizer.decode(prompt) for prompt in prompts], self.config)
        return [self.encode(text) for text in answer.texts]


class Transformers:
    """transformers in float32, dequantised as it reads the file: the reference."""

    def __init__(self, weights: Path, threads: int, kind: str) -> None:  # noqa: ARG002
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        torch.set_num_threads(threads)
        source = {"pretrained_model_name_or_path": str(weights.parent), "gguf_file": weights.name}
        self.model = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32).eval()
        self.tokenizer = AutoTokenizer.from_pretrained(**source)

    def encode(self, text: str) -> list[int]:  # noqa: D102
        return list(self.tokenizer.encode(text, add_special_tokens=False))

    def write(self, prompts: Sequence[list[int]], most: int) -> list[list[int]]:  # noqa: D102
        import torch

        ids = torch.tensor(list(prompts))
        with torch.inference_mode():
            options = {"max_new_tokens": most, "min_new_tokens": most, "do_sample": False}
            written = self.model.generate(ids, attention_mask=torch.ones_like(ids), **options)
        return [row[ids.shape[1] :].tolist() for row in written]


ENGINES: dict[str, Callable[[Path, int, str], Engine]] = {
    "llama": Llama,
    "openvino": OpenVino,
    "transformers": Transformers,
}


def measure(candidate: str, weights: Path, threads: int) -> dict[str, Any]:
    """All figures of one candidate; run in a process of its own."""
    family, _, kind = candidate.partition("-")
    begun = time.perf_counter()
    engine = ENGINES[family](weights, threads, kind)
    row: dict[str, Any] = {"candidate": candidate, "load": time.perf_counter() - begun}
    ask = "Write a news brief of about 50 words in your own words, with full names.<|im_end|>\n<|im_start|>assistant\n"
    prompt = engine.encode(f"<|im_start|>user\n{STORY}\n\n{OTHER}\n\n{ask}")
    long = engine.encode((STORY + OTHER) * 4)[:450]
    engine.write([prompt[:16]], 2)
    runs = [_run(engine, prompt, long, family) for _ in range(1 if family == "transformers" else 2)]
    row |= {name: max(run[name] for run in runs) for name in runs[0] if name != "text"}
    row["text"], row["rss_mb"] = runs[-1]["text"], _peak_mb()
    return row


def _run(engine: Engine, prompt: list[int], long: list[int], family: str) -> dict[str, Any]:
    """Tokens a second: of a prompt, of an answer, of eight answers side by side."""
    first = _seconds(lambda: engine.write([long], 1))
    text: list[int] = []
    one = _seconds(lambda: engine.write([prompt], 1))

    def write() -> None:
        text.extend(engine.write([prompt], WRITTEN)[0])

    whole = _seconds(write)
    found = {"prefill": len(long) / first, "decode": (WRITTEN - 1) / max(1e-9, whole - one), "text": text}
    if family == "transformers":
        return found | {"batch_8": 0.0}
    prompts = [prompt[n : n + SHORT] for n in range(8)]
    one = _seconds(lambda: engine.write(prompts, 1))
    whole = _seconds(lambda: engine.write(prompts, WRITTEN))
    return found | {"batch_8": 8 * (WRITTEN - 1) / (whole - one)}


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def report(model: str, rows: list[dict[str, Any]], failed: dict[str, str]) -> str:
    """A Markdown table."""
    base = next((row["text"] for row in rows if row["candidate"] == REFERENCE), [])
    lines = [
        f"| {model} | prefill | decode | eight at once | load s | peak RSS MB | install MB "
        f"| greedy tokens as float32, of {WRITTEN} |\n|---|---|---|---|---|---|---|---|"
    ]
    for row in rows:
        same = next((n for n, (a, b) in enumerate(zip(row["text"], base, strict=False)) if a != b), len(base))
        size = _installed(row["candidate"].partition("-")[0])
        lines.append(
            f"| {row['candidate']} | {row['prefill']:.0f} | {row['decode']:.1f} | {row['batch_8']:.0f} "
            f"| {row['load']:.1f} | {row['rss_mb']} | {size} | {same if base else '-'} |"
        )
    lines += [f"| {candidate} | {said} | | | | | | |" for candidate, said in failed.items()]
    return "\n".join(lines)


def _peak_mb() -> int:
    """Peak resident memory; ru_maxrss would count what the parent process held before exec."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) // 1024 if found else 0


def _installed(family: str) -> int:
    files = [file for name in PACKAGES[family] for file in importlib.metadata.files(name) or ()]
    return round(sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file()) / 1e6)


def _weights(model: str) -> Path:
    from summarizer.settings import Settings
    from summarizer.weights import pull

    return Path(model) if Path(model).is_file() else pull(model, Settings()) / "model.gguf"


def main() -> None:
    """Run every candidate on every model; a table for each model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="*", default=["embedded", "embedded:small"], help="or GGUF files")
    parser.add_argument("--candidates", nargs="*", default=list(CANDIDATES), choices=CANDIDATES)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.candidates[0], Path(given.models[0]), given.threads)))
        return
    for model in given.models:
        weights, rows, failed = _weights(model), [], {}
        for candidate in given.candidates:
            command = [sys.executable, __file__, "--one", "--models", str(weights), "--candidates", candidate]
            done = subprocess.run(
                [*command, "--threads", str(given.threads)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
                failed[candidate] = f"does not run: {said[-1][:120]}"
            else:
                rows.append(json.loads(done.stdout.splitlines()[-1]))
            print(f"{model}, {candidate}: {failed.get(candidate, 'done')}", file=sys.stderr, flush=True)
        print(report(model, rows, failed), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
