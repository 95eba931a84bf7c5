"""A client that a program made from the OpenAPI document: it has typed fields, and it works.

``OPENAPI_PYTHON_CLIENT`` names the program (`pip install openapi-python-client`, best into an environment of its own);
.ci/run does so. Skipped without.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import httpx
import pytest
from serving import Server, story

CALL = """
import sys
from summarizer_client import AuthenticatedClient, Client
from summarizer_client.api.jobs import read_job
from summarizer_client.api.summaries import create_summary
from summarizer_client.models import Summary, SummaryRequest, TextDocument

article = TextDocument(text=sys.argv[2], id="a", title="Ferry", url="https://example.org/a")
found = create_summary.sync(client=Client(sys.argv[1]), body=SummaryRequest(documents=[article], max_words=40))
assert isinstance(found, Summary), found
document = found.documents[0]
print(document.id, document.title, document.url, found.sentences[0].citations[0].document)
"""


@pytest.mark.slow
def test_a_generated_python_client_has_typed_fields_and_works(server: Server, tmp_path: Path) -> None:
    generator = os.environ.get("OPENAPI_PYTHON_CLIENT")
    if not generator:
        pytest.skip("OPENAPI_PYTHON_CLIENT names no openapi-python-client")
    document = tmp_path / "openapi.json"
    document.write_bytes(httpx.get(f"{server.url}/openapi.json").content)
    made = [generator, "generate", "--path", str(document), "--output-path", str(tmp_path / "made")]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    python = Path(generator).parent / "python"  # it has what the generated code needs
    said = subprocess.run(
        [python, "-c", CALL, server.url, story(1)],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "made")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert said.stdout.split() == ["a", "Ferry", "https://example.org/a", "a"], said.stderr
