"""A provider of texts: takes what Callweave sends by HTTP, says what became of it, and brings what patients answer."""

from __future__ import annotations

import json
import queue
import threading
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from examples.hospital.story import Says, Story

TOKEN = "hospital-town-provider-0001"
SERVICE = "106900"
"""Our number at the provider."""


@dataclass(frozen=True)
class Sent:
    """A text that was taken."""

    id: str
    to: str
    text: str


class Texts:
    """The provider; `with Texts(story) as texts`, then tell it where its news go."""

    def __init__(self, story: Story) -> None:
        self.sent: list[Sent] = []
        self.refused: list[str] = []
        """News that Callweave did not take."""
        self._story = story
        self._answers: list[Says] = list(story.answers)
        self._news: queue.Queue[tuple[str, dict[str, str]] | None] = queue.Queue()
        self._inbound = ""
        self._lock = threading.Lock()
        self._count = self._written = 0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = json.dumps({"id": provider._take(body)}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Nothing of it belongs on the screen."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._threads = [
            threading.Thread(target=self._server.serve_forever, daemon=True),
            threading.Thread(target=self._bring, daemon=True),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._news.put(None)

    @property
    def port(self) -> int:
        """Where it takes texts."""
        return int(self._server.server_address[1])

    @property
    def busy(self) -> int:
        """News that have not been brought."""
        return self._news.unfinished_tasks

    def gateway(self, callweave: str) -> dict[str, Any]:
        """The body of `PUT /gateways/sms` for it; `callweave` is where its news go."""
        self._inbound = f"{callweave}/api/v1/inbound/main/sms"
        known = {"stands": "header.X-Token", "secret": "callback"}
        return {
            "kind": "sms_http",
            "config": {
                "url": f"http://127.0.0.1:{self.port}/send", "method": "POST", "sender": SERVICE,
                "json_body": {"to": "{{ to }}", "text": "{{ text }}", "key": "{{ key }}"}, "message_id_field": "id",
                "secrets": {"callback": TOKEN},
                "callbacks": {
                    "receipts": {
                        "tells": "receipt", "known_by": known, "reference": "json.id", "state": "json.state",
                        "states": {"DELIVRD": "delivered", "UNDELIV": "failed"},
                    },
                    "texts": {
                        "tells": "text", "known_by": known, "id": "json.id", "sender": "json.from",
                        "receiver": "json.to", "text": "json.text",
                    },
                },
            },
        }  # fmt: skip

    @property
    def came(self) -> int:
        """How many texts people have written."""
        return self._written

    def write(self, phone: str, text: str) -> None:
        """Somebody writes to the hospital."""
        with self._lock:
            self._count += 1
            self._written += 1
            self._news.put(("texts", {"id": f"in-{self._count}", "from": phone, "to": SERVICE, "text": text}))

    def _take(self, body: dict[str, str]) -> str:
        to, text = body["to"], body["text"]
        with self._lock:
            self._count += 1
            identity = f"t{self._count}"
            self.sent.append(Sent(identity, to, text))
            answer = next((each for each in self._answers if each.phone == to and each.words in text), None)
            if answer is not None:
                self._answers.remove(answer)
        state = "UNDELIV" if to in self._story.undelivered else "DELIVRD"
        self._news.put(("receipts", {"id": identity, "state": state}))
        if answer is not None:
            self.write(to, answer.answer)
        return identity

    def _bring(self) -> None:
        while (news := self._news.get()) is not None:
            where, body = news
            request = urllib.request.Request(f"{self._inbound}/{where}", json.dumps(body).encode(), method="POST")
            request.add_header("Content-Type", "application/json")
            request.add_header("X-Token", TOKEN)
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    answer.read()
            except OSError as error:
                self.refused.append(f"{where} {body}: {error}")
            finally:
                self._news.task_done()
