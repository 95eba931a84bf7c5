"""The curl examples of the README run as they are printed there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from serving import Server

from summarizer import Summary
from summarizer.wire import Job

README = Path(__file__).parent.parent.parent / "README.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_examples(server: Server) -> None:
    printed = re.search(r"<!-- curl -->\n```sh\n(.*?)```", README.read_text(), re.DOTALL)
    assert printed
    script = printed[1].replace("http://localhost:8000", server.url).replace("\\\n", " ").strip()
    ready, summary, events, job = (
        subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout
        for line in script.split("\n")
    )
    assert json.loads(ready) == {"status": "ok"}
    assert Summary.model_validate_json(summary).sentences
    assert events.startswith("event: sentence\ndata: {")
    assert "\nevent: done\n" in events
    assert Job.model_validate_json(job).counts.total == 1
