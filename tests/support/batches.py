"""Batch runs as a user starts them, and what they write."""

import json
import sys

from shell import summarizer_command

SUMMARIZER = [sys.executable, "-m", "summarizer.cli"]


def given(*arguments, workers=1):
    return ["batch", *map(str, arguments), "--model", "extractive", "--max-words", "40", "--workers", str(workers)]


def batch(*arguments, workers=1):
    return summarizer_command(*given(*arguments, workers=workers))


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def place_in(output):
    return [row["place"] for row in lines(output.with_name(output.name + ".failures.jsonl"))]
