"""How many written sentences hold a name or number that stands in no source: counted apart from the grounding check.

    python benchmarks/unsupported.py runs/x [system ...]

Reads a folder of ``python -m eval run``. A name is a capitalised word that opens no sentence, a number any run of
digits
with its separators; either must occur, letter by letter, in the text of the example's documents. No code is shared
with ``summarizer.verification``, and nothing is normalised: "Iraq's" passes, "15 January" for "Jan. 15" is counted.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“(]*[A-Z0-9])")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<=[^\s.!?:“\"(] )[\"“(]*([A-Z][\w’'.-]*\w)")


def unsupported(output: str, sources: str) -> tuple[int, int, list[str]]:
    """(sentences, sentences with a fault, the faults) of one output."""
    sentences = _SENTENCE.split(output)
    faults = [
        [found for found in {*_NUMBER.findall(s), *_NAME.findall(s)} if found.lower() not in sources.lower()]
        for s in sentences
    ]
    return len(sentences), sum(map(bool, faults)), [fault for some in faults for fault in some]


def main() -> None:
    """Print one line a system, and every fault."""
    run = Path(sys.argv[1])
    examples = [json.loads(line) for line in (run / "examples.jsonl").open(encoding="utf-8")]
    sources = {
        row["id"]: "\n".join(f"{d.get('title') or ''}\n{d['text']}" for d in row["documents"]) for row in examples
    }
    for system in sys.argv[2:] or sorted(p.parent.name for p in run.glob("*/outputs.jsonl")):
        total = bad = outputs = 0
        faults: list[str] = []
        for line in (run / system / "outputs.jsonl").open(encoding="utf-8"):
            row = json.loads(line)
            count, wrong, found = unsupported(row["text"], sources[row["id"]])
            total, bad, outputs = total + count, bad + wrong, outputs + bool(wrong)
            faults += [f"{row['id']}: {fault}" for fault in found]
        print(f"{system}: {bad} of {total} sentences, {outputs} outputs")
        for fault in faults:
            print("   ", fault)


if __name__ == "__main__":
    main()
