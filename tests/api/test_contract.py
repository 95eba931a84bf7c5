"""The served OpenAPI document against the server itself: no 5xx, nothing undocumented, an example of everything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from serving import Server

from api.app import create_app
from api.examples import JOB, JOB_REQUEST, MODELS, REQUEST, SUMMARY
from api.schemas import JobRequest, SummaryRequest
from api.settings import ServiceSettings
from summarizer import Summary
from summarizer.wire import Job, Models

SUPPORT = Path(__file__).parent.parent / "support"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.slow
def test_schemathesis_finds_no_5xx_and_nothing_undocumented(server: Server) -> None:
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{server.url}/openapi.json"]
    limits = ["--checks", CHECKS, "--max-examples", "10", "--seed", "1", "--no-color", "--phases"]
    found = subprocess.run(
        [*command, *limits, "examples,coverage,fuzzing,stateful"],
        env={**os.environ, "SCHEMATHESIS_HOOKS": "for_schemathesis", "PYTHONPATH": str(SUPPORT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert found.returncode == 0, found.stdout[-6000:]
    # It warns of operations that it could not get to do anything, and then has shown nothing about them.
    assert "WARNINGS" not in found.stdout, found.stdout[-6000:]


def test_every_body_answer_and_error_has_an_example(server: Server) -> None:
    document = httpx.get(f"{server.url}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            contents = [*operation.get("requestBody", {}).get("content", {}).values()]
            for answer in operation["responses"].values():
                contents += answer.get("content", {}).values()
            for content in contents:
                name = content["schema"].get("$ref", "").rpartition("/")[2]
                of_schema = document["components"]["schemas"].get(name, {}).get("examples")
                assert "example" in content or content.get("examples") or of_schema, f"{method} {path}: {content}"


def test_the_document_tells_keys_and_what_is_allowed_at_most(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"desk {'0' * 64}\n")
    app = create_app(ServiceSettings(max_documents=7, api_keys_file=keys, jobs_url=f"sqlite:///{tmp_path}/jobs.sqlite"))
    document = app.openapi()
    assert document["components"]["schemas"]["SummaryRequest"]["properties"]["documents"]["maxItems"] == 7
    for kind, body in zip(document["components"]["schemas"]["InputDocument"]["oneOf"], ("text", "html"), strict=True):
        assert kind["required"] == [body]
        assert {"id", "title", "url", "source", "published", "language"} <= kind["properties"].keys()
    assert document["paths"]["/v1/summaries"]["post"]["operationId"] == "create_summary"
    assert document["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    assert document["paths"]["/v1/summaries"]["post"]["security"] == [{"key": []}]
    assert "security" not in document["paths"]["/healthz"]["get"]
    open_to_all = create_app(ServiceSettings(jobs_url=f"sqlite:///{tmp_path}/jobs.sqlite")).openapi()
    assert open_to_all["paths"]["/v1/summaries"]["post"]["security"] == [{}, {"key": []}]


def test_the_examples_are_valid() -> None:
    assert SummaryRequest.model_validate(REQUEST)
    assert JobRequest.model_validate(JOB_REQUEST)
    assert Summary.model_validate(SUMMARY).sentences[0].text == SUMMARY["text"]
    assert Job.model_validate(JOB)
    assert Models.model_validate(MODELS)
