"""Clients that programs made from the OpenAPI document: they have typed fields, and they work.

``OPENAPI_PYTHON_CLIENT`` names the program (`pip install openapi-python-client`, best into an environment of its own);
TypeScript's are `npm ci --prefix tests/api/typescript`. .ci/run does both. Skipped without.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from serving import Server, story

ROOT = Path(__file__).resolve().parent.parent.parent
TYPESCRIPT = Path(__file__).parent / "typescript"
ARTICLES = [story(1), story(2)]
WRONG = {
    'title: "Ferry aground"': 'headline: "Ferry aground"',
    "sentence.citations": "sentence.sources",
    "source?.url": "source?.address",
    "point.documents": "point.articles",
    "problem.remedy": "problem.advice",
    "piece.data.subject": "piece.data.about",
    "piece.data.detail": "piece.data.reason",
}
"""Places of client.ts, and the same with a name that the service does not know."""
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


@pytest.fixture(scope="module")
def project(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client, the example of the docs, and the service's types."""
    packages = TYPESCRIPT / "node_modules"
    if shutil.which("node") is None or not packages.exists():
        pytest.skip("npm ci --prefix tests/api/typescript was not run")
    folder = tmp_path_factory.mktemp("typescript")
    for name in ("client.ts", "package.json", "tsconfig.json"):
        shutil.copy(TYPESCRIPT / name, folder)
    (folder / "node_modules").symlink_to(packages)
    made = tool(folder, "openapi-typescript", f"{server.url}/openapi.json", "--output", "service.d.ts")
    assert made.returncode == 0, made.stderr
    documented = re.search(r"```ts\n(.*?)```", (ROOT / "docs" / "service.md").read_text(encoding="utf-8"), re.DOTALL)
    assert documented is not None
    (folder / "documented.ts").write_text(documented[1])
    return folder


def tool(project: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a program of npm's says."""
    command = [project / "node_modules" / ".bin" / name, *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_a_typescript_client_has_typed_fields_and_works(server: Server, project: Path) -> None:
    compiled = tool(project, "tsc", "--strict")
    assert compiled.returncode == 0, compiled.stdout
    command = ["node", "built/client.js", server.url, *ARTICLES]
    ran = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    told, refused, streamed = map(json.loads, ran.stdout.splitlines())

    documents = [
        {"id": name, "title": title, "url": f"https://example.org/{name}", "text": text}
        for name, title, text in zip(("echo", "post"), ("Ferry aground", "Ferry to be towed"), ARTICLES, strict=True)
    ]
    summary = server.client().summarize(documents, max_words=40)
    texts = {document.id: document.text for document in summary.documents}
    assert [sentence["text"] for sentence in told["sentences"]] == [sentence.text for sentence in summary.sentences]
    for sentence, expected in zip(told["sentences"], summary.sentences, strict=True):
        assert sentence["cited"] == [
            [one.document, *about(documents, one.document), texts[one.document][one.start : one.end]]
            for one in expected.citations
        ]
    assert told["points"] == [[point.text, len(point.documents)] for point in summary.key_points]
    assert told["read"] == 2
    assert refused["type"] == "urn:summarizer:problem:invalid-request"
    assert refused["pointers"] == ["/max_words"]
    assert refused["remedy"]
    assert {sentence.text for sentence in summary.sentences} <= set(streamed["told"])
    assert streamed["model"] == "extractive"


def about(documents: list[dict[str, str]], name: str) -> tuple[str, str]:
    """Title and address of a document."""
    return next((document["title"], document["url"]) for document in documents if document["id"] == name)


@pytest.mark.slow
def test_a_wrong_name_does_not_compile(project: Path, tmp_path: Path) -> None:
    wrongly = shutil.copytree(project, tmp_path / "wrongly", symlinks=True)
    text = (wrongly / "client.ts").read_text()
    for right, wrong in WRONG.items():
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    (wrongly / "client.ts").write_text(text)
    found = tool(wrongly, "tsc", "--strict", "--noEmit").stdout
    told = re.findall(r"^client\.ts\(\d+,\d+\): error TS\d+: .*'(\w+)' does not exist", found, re.MULTILINE)
    assert " ".join(sorted(told)) == "about address advice articles headline reason sources", found
