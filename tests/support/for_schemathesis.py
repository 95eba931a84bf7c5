"""Hooks of schemathesis: what the document cannot say, so that most of its requests get as far as a summary."""

from __future__ import annotations

import itertools
import json
from typing import Any

import schemathesis
from serving import story

LINES, KEY, EVENTS = "application/x-ndjson", "Idempotency-Key", "text/event-stream"
numbers = itertools.count()


@schemathesis.hook
def before_load_schema(context: Any, document: dict[str, Any]) -> None:
    """Every line of a job is a JobRequest, which OpenAPI 3.1 cannot say; articles hold stories; the model is there."""
    job = document["paths"]["/v1/jobs"]["post"]["requestBody"]["content"][LINES]
    job["schema"] = {"type": "array", "items": {"$ref": "#/components/schemas/JobRequest"}, "minItems": 1}
    job["example"] = [json.loads(line) for line in job["example"].splitlines()]
    file = document["paths"]["/v1/documents"]["post"]["requestBody"]["content"]["application/octet-stream"]
    file["schema"] = {"enum": [story(number) for number in range(10)]}
    schemas = document["components"]["schemas"]
    article = schemas["InputDocument"]
    plain, page = (kind["properties"] for kind in article["oneOf"])
    plain["text"] = {"enum": [story(number) for number in range(10)]}
    page["html"] = {"enum": [f"<p>{story(number)}</p>" for number in range(10)]}
    # A chat ends in a user's message, which OpenAPI cannot say of a list either.
    schemas["Message"]["properties"] |= {"content": plain["text"], "role": {"enum": ["user"]}}
    schemas["Message"]["required"] = ["role", "content"]
    schemas["SummaryRequest"]["properties"]["model"] = {"enum": ["extractive", None]}
    # The options of a line are those of a summary, and are varied there; here each would be a job more.
    line = schemas["JobRequest"]["properties"]
    texts = {"type": "object", "properties": {"text": plain["text"]}, "required": ["text"]}
    documents = {**line["documents"], "items": texts}
    schemas["JobRequest"]["properties"] = {"custom_id": line["custom_id"], "documents": documents}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A valid key is a new one, or every second request would be refused as the repetition of another. Every second
    summary comes as events, which a header of the name Accept cannot say in OpenAPI."""
    if case.path == "/v1/summaries":
        case.headers["Accept"] = EVENTS if next(numbers) % 2 else "application/json"
    key = (case.headers or {}).get(KEY)
    if isinstance(key, str) and key.isascii() and key.isprintable() and key and " " not in key and len(key) < 200:
        case.headers[KEY] = f"{key}-{next(numbers)}"


@schemathesis.deserializer(EVENTS)
def events(context: Any, response: Any) -> list[dict[str, Any]]:
    """The events of a stream, their data read, as the document has them."""
    found = []
    for block in response.content.decode().strip().split("\n\n"):
        lines = [line.partition(": ") for line in block.split("\n") if not line.startswith(":")]
        event = {name: value for name, _, value in lines}
        if data := event.get("data"):
            found.append(event | {"data": data if data == "[DONE]" else json.loads(data)})
    return found


@schemathesis.serializer(LINES)
def ndjson(context: Any, value: Any) -> bytes:
    """A line an item; what is no list is one line."""
    lines = value if isinstance(value, list) else [value]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
