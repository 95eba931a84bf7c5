"""A real HTTP server that speaks OpenAI's chat protocol, and behaves, refuses, stalls and breaks as servers do."""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from summarizer.generation.openai import OpenAIGenerator


class Answers(BaseHTTPRequestHandler):
    """Does to each request what the server's script says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/v1/models":
            status = self.server.models_script.pop(0) if self.server.models_script else 200
            self.reply(status, self.server.models)
        else:
            found = self.server.properties.get(self.path)
            self.reply(200 if found else 404, found or {})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            server.bodies.append(body)
            server.keys.append(self.headers.get("Authorization"))
            what = server.script.pop(0) if server.script else 200
            server.active += 1
            server.most_active = max(server.most_active, server.active)
        try:
            time.sleep(server.delay)
            self.act(what, body)
        finally:
            with server.lock:
                server.active -= 1

    def act(self, what, body):
        if what == "stall":
            time.sleep(1.5)
        elif what == "drop":
            self.close_connection = True
        elif what == "garbage":
            self.reply(200, b"<html>hello</html>", "text/html")
        elif what != 200:
            self.reply(what, {"error": {"message": f"said {what}"}})
        elif body.get("stream"):
            self.stream(body)
        else:
            text = self.server.answer(body["messages"][-1]["content"])
            choice = {"message": {"content": text}, "finish_reason": "stop"}
            if body.get("logprobs") and self.server.logprobs is not None:
                choice["logprobs"] = {"content": [{"token": text, "top_logprobs": self.server.logprobs}]}
            self.reply(200, {"choices": [choice], "usage": {"prompt_tokens": 90, "completion_tokens": 5}})

    def stream(self, body):
        """Its words one by one in chunks, after the second of which ``server.breaks`` may strike."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        text = self.server.streams.pop(0) if self.server.streams else self.server.answer(str(body["messages"]))
        pieces = [{"choices": [{"delta": {"content": word}}]} for word in re.findall(r"\S+\s*", text)]
        if self.server.breaks == "error":
            pieces[2] = {"error": {"message": "out of memory"}}
        for place, piece in enumerate([*(json.dumps(piece, ensure_ascii=False) for piece in pieces), "[DONE]"]):
            if place == 2 and self.server.breaks == "drop":
                self.close_connection = True
                return
            line = f": still here\n\ndata: {piece}\n\n".encode()
            self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def reply(self, status, body, kind="application/json"):
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()
        self.wfile.write(payload)


class Server(ThreadingHTTPServer):
    """An OpenAI-compatible server on a free port. ``script`` holds what the next completions do, else they succeed:
    an HTTP status, ``"stall"``, ``"drop"`` or ``"garbage"``; ``streams`` what the next streamed answers are."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.script: list[int | str] = []
        self.bodies: list[dict] = []
        self.keys: list[str | None] = []
        self.text = "The bridge is closed."
        self.texts: dict[str, str] = {}
        self.streams: list[str] = []
        self.logprobs: list[dict] | None = None
        self.models = {"data": [{"id": "tiny-chat", "max_model_len": 2000}, {"id": "other"}]}
        self.models_script: list[int] = []
        self.properties: dict[str, dict] = {}
        self.retry_after = "0"
        self.breaks: str | None = None
        self.delay = 0.0
        self.active = self.most_active = 0
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"

    def answer(self, asked):
        """What it writes: ``text``, or for a prompt that holds a key of ``texts`` the text of that key."""
        return next((text for part, text in self.texts.items() if part in asked), self.text)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.shutdown()
        super().__exit__(*failure)

    def generator(self, model="tiny-chat", **fields):
        return OpenAIGenerator(model, self.url, **{"timeout": 0.5, "attempts": 3, **fields})
