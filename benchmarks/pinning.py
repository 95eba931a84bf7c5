"""What binding threads to cores, OpenVINO's default, costs where several one-thread processes work on one machine.

    python benchmarks/pinning.py [--processes 2] [--batches 60]

Each process runs the sentence encoder on the same batches; both ways are timed side by side, three rounds in turn.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median

import numpy as np

from summarizer.settings import Settings
from summarizer.weights import pull

_ROUNDS = 3
_BATCH, _LENGTH = 16, 64  # sentences, tokens


def encode(pinned: bool, batches: int) -> float:
    """Seconds that this process takes for ``batches`` batches on one thread."""
    import openvino

    options = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "ENABLE_CPU_PINNING": pinned}
    encoder = pull("all-minilm-l6-v2", Settings()) / "encoder.xml"
    request = openvino.Core().compile_model(str(encoder), "CPU", options).create_infer_request()
    ids = np.full((_BATCH, _LENGTH), 2000, dtype=np.int64)
    inputs = {"ids": ids, "mask": np.ones_like(ids)}
    request.infer(inputs)
    begin = time.perf_counter()
    for _ in range(batches):
        request.infer(inputs)
    return time.perf_counter() - begin


def main() -> None:
    """Time both ways and print the ratio."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--batches", type=int, default=60)
    options = arguments.parse_args()
    seconds: dict[bool, list[float]] = {True: [], False: []}
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        for _ in range(_ROUNDS):
            for pinned, taken in seconds.items():
                running = [pool.submit(encode, pinned, options.batches) for _ in range(options.processes)]
                taken.append(max(one.result() for one in running))
    bound, free = (median(seconds[pinned]) for pinned in (True, False))
    print(f"{options.processes} processes on {os.cpu_count()} cores, {options.batches} batches each")
    print(f"bound {bound:.2f} s, free {free:.2f} s: {bound / free:.2f} times")


if __name__ == "__main__":
    main()
