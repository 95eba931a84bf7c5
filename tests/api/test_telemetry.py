"""Traces, as a collector receives them."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from serving import Server, sqlite_url, story


def test_a_trace_a_log_line_and_a_problem_carry_the_same_request_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/traces":
                exported.append(body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        with Server(jobs_url=sqlite_url(tmp_path)) as server:
            for body in ({"documents": [{"text": story(1)}]}, {"documents": []}):
                answer = httpx.post(f"{server.url}/v1/summaries", json=body, headers={"X-Request-Id": "desk-7"})
            assert answer.json()["request_id"] == "desk-7"
            until = time.monotonic() + 20
            while b"".join(exported).count(b"desk-7") < 2:
                assert time.monotonic() < until
                time.sleep(0.1)
            said = [json.loads(line) for line in server.read_log().splitlines() if "desk-7" in line]
        collector.shutdown()
    traces = {line["trace_id"] for line in said if line["message"] == "request"}
    assert len(traces) == 2
    assert all(bytes.fromhex(trace) in b"".join(exported) for trace in traces)
    assert b"ran aground" not in b"".join(exported)
