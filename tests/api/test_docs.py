"""The curl and Python examples of README.md and docs/service.md run against a service as they are printed there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from printed import Block, blocks
from serving import Server

from summarizer import Summary
from summarizer.wire import Job

HERE = [block for block in blocks("sh", "python") if block.mark == "run: tests/api/test_docs.py"]


def _answers(block: Block, server: Server) -> list[str]:
    return [
        subprocess.run(
            ["sh", "-c", command.replace("http://localhost:8000", server.url)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in block.commands
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_examples(server: Server) -> None:
    in_readme, first, chat = (_answers(block, server) for block in HERE if block.language == "sh")
    assert Summary.model_validate_json(in_readme[0]).sentences
    ready, summary, events, job = first
    assert json.loads(ready) == {"status": "ok"}
    assert Summary.model_validate_json(summary).sentences
    assert events.startswith("event: sentence\ndata: {")
    assert "\nevent: done\n" in events
    assert Job.model_validate_json(job).counts.total == 1
    assert "Northern Star" in json.loads(chat[0])["choices"][0]["message"]["content"]


def test_the_python_client_example(server: Server) -> None:
    [block] = [block for block in HERE if block.language == "python"]
    code = block.code.replace("http://localhost:8000", server.url)
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "Harrow Island" in printed.splitlines()[0]
    assert "\ndone " in printed
    assert "total=1 done=1 failed=0" in printed
    assert printed.splitlines()[-1].startswith("story-1 The ferry")
