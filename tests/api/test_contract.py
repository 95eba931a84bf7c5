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
from api.chat import ChatEvent
from api.examples import CHAT_EVENTS, EVENTS, JOB, JOB_REQUEST, MODELS, REQUEST, SUMMARY
from api.schemas import JobRequest, SummaryRequest
from api.settings import ServiceSettings
from summarizer import Summary
from summarizer.wire import Job, Models, SummaryEvent

SUPPORT = Path(__file__).parent.parent / "support"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance"
)


@pytest.mark.slow
def test_schemathesis_finds_no_5xx_and_nothing_undocumented(server: Server) -> None:
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{server.url}/openapi.json"]
    # By default it reads a stream of events for ten seconds, and on a busy machine takes what came until then for all.
    limits = ["--checks", CHECKS, "--max-examples", "10", "--seed", "1", "--no-color", "--request-timeout", "60"]
    found = subprocess.run(
        [*command, *limits, "--phases", "examples,coverage,fuzzing,stateful"],
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


def test_each_answer_of_one_path_has_a_schema_of_its_own(tmp_path: Path) -> None:
    document = create_app(ServiceSettings(jobs_url=f"sqlite:///{tmp_path}/jobs.sqlite")).openapi()
    schemas = document["components"]["schemas"]
    for path, whole, event in (
        ("summaries", "Summary", "SummaryEvent"),
        ("chat/completions", "ChatCompletion", "ChatEvent"),
    ):
        content = document["paths"][f"/v1/{path}"]["post"]["responses"]["200"]["content"]
        named = {kind: one["schema"]["$ref"].rpartition("/")[2] for kind, one in content.items()}
        assert named == {"application/json": whole, "text/event-stream": event}
    sent = {
        kind: schemas[one.rpartition("/")[2]]["properties"]["data"]["$ref"].rpartition("/")[2]
        for kind, one in schemas["SummaryEvent"]["discriminator"]["mapping"].items()
    }
    assert sent == {
        "sentence": "SummarySentence", "key_point": "KeyPoint", "disagreement": "Disagreement", "done": "Summary",
        "error": "Problem",
    }  # fmt: skip


def test_what_is_always_sent_is_required_and_what_may_be_left_out_has_no_default(tmp_path: Path) -> None:
    schemas = create_app(ServiceSettings(jobs_url=f"sqlite:///{tmp_path}/jobs.sqlite")).openapi()["components"][
        "schemas"
    ]
    for name in ("Summary", "SummarySentence", "SourceDocument", "Problem", "Job"):
        assert schemas[name]["required"] == [*schemas[name]["properties"]]
    assert schemas["SummaryRequest"]["required"] == ["documents"]
    assert not any("default" in field for field in schemas["SummaryRequest"]["properties"].values())
    assert schemas["SummaryRequest"]["properties"]["max_words"]["description"] == "Default: 80."


def test_the_document_tells_the_headers(tmp_path: Path) -> None:
    settings = {"jobs_url": f"sqlite:///{tmp_path}/jobs.sqlite"}
    answers = create_app(ServiceSettings(**settings)).openapi()["paths"]["/v1/jobs"]["post"]["responses"]
    counted = ["X-Request-Id", "RateLimit-Policy", "RateLimit"]
    assert [*answers["202"]["headers"]] == [*counted, "Location", "Retry-After"]
    assert [*answers["401"]["headers"]] == ["X-Request-Id", "WWW-Authenticate"]
    for status in ("409", "429", "503"):
        assert [*answers[status]["headers"]] == [*counted, "Retry-After"]
    uncounted = create_app(ServiceSettings(**settings, rate_limit=None)).openapi()["paths"]["/v1/jobs"]
    assert [*uncounted["post"]["responses"]["422"]["headers"]] == ["X-Request-Id"]
    asked = uncounted["post"]["parameters"]
    assert [one["name"] for one in asked if one.get("in") == "header"] == ["Idempotency-Key"]
    assert {"$ref": "#/components/parameters/X-Request-Id"} in asked


def test_the_examples_are_valid() -> None:
    assert SummaryRequest.model_validate(REQUEST)
    assert JobRequest.model_validate(JOB_REQUEST)
    assert Summary.model_validate(SUMMARY).sentences[0].text == SUMMARY["text"]
    assert Job.model_validate(JOB)
    assert Models.model_validate(MODELS)
    for kind, event in EVENTS.items():
        assert SummaryEvent.model_validate(event).root.event == kind
    for event in CHAT_EVENTS.values():
        assert ChatEvent.model_validate(event).model_dump(exclude_unset=True) == event
