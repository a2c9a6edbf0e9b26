"""HTTP request: ask somebody's server, again if it has a bad moment, and go on by its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from engine.answers import MAX_BYTES, size
from engine.commands import HttpRequest as Ask
from engine.escaping import is_json, json_text, url_text
from engine.events import Event, HttpAnswered, TimerFired, reason_of
from engine.faults import Phrase
from engine.fields import Field, SecretTemplate, Template
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.on_unknown import OnUnknown, on_unknown_field
from engine.retries import IDEMPOTENT, TRIES, again_at, may_pass
from engine.secret import Secret, revealed
from engine.session.session import Session

MAX_URL = 2_000
MAX_HEADERS = 30
MAX_HEADER = 4_000
_URL = re.compile(r"https?://[^\s/?#@\\]+([/?#][^\s]*)?", re.IGNORECASE)
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$")]


class HttpRequestConfig(NodeConfig):
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field("GET", title="Method")
    url: Template = Field(
        title="Address", description="https://…; a value behind the host is written so that it cannot change the path."
    )
    headers: dict[HeaderName, SecretTemplate] = Field(
        {}, title="Headers", description="Secrets may stand here.", max_length=MAX_HEADERS,
        json_schema_extra={"widget": "variables"},
    )  # fmt: skip
    body: SecretTemplate | None = Field(
        None, title="Body", json_schema_extra={"multiline": True},
        description="JSON as a rule: values are written so that it stays JSON. Secrets may stand here.",
    )  # fmt: skip
    timeout: float = Field(
        10, title="Wait for the answer", ge=1, le=120, allow_inf_nan=False,
        json_schema_extra={"widget": "seconds", "unit": "s"},
    )  # fmt: skip
    tries: int | None = Field(
        None, title="Tries", ge=1, le=9, json_schema_extra={"group": "advanced"},
        description="If empty: 3 for GET, PUT and DELETE, 1 for POST and PATCH, which may do their work twice.",
    )  # fmt: skip
    on_unknown: OnUnknown = on_unknown_field()


class HttpRequest(Node[HttpRequestConfig]):
    """Asks a server over HTTP."""

    type, label, group, icon, medium = "http_request", "HTTP request", "data", "http", "data"
    help = (
        "An answer of 2xx is “success”. No answer, 408, 425, 429 and 5xx are tried again after 2, 8, 32 … seconds; "
        "all else is “failed”. `results.<node>.value` is the body (JSON taken apart, or text), `status` its status."
    )
    starter = {"method": "GET", "url": ""}
    waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("success", "Success")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        return self._ask(session, attempt=1)

    def handle(self, session: Session, event: Event) -> Action:
        attempt: int = session.memo
        if isinstance(event, TimerFired):
            return self._ask(session, attempt + 1)
        if isinstance(event, HttpAnswered) and 200 <= event.status < 300:
            return self._answered("success", event, attempt)
        if attempt < self.tries and (not isinstance(event, HttpAnswered) or may_pass(event.status)):
            return Wait(memo=attempt, until=again_at(session.at, attempt))
        if isinstance(event, HttpAnswered):
            return self._answered("failed", event, attempt)
        return Leave("failed", details={"tries": attempt} | reason_of(event))

    def summary(self) -> Iterator[Summary]:
        yield f"{self.config.method} {self.config.url.source}"
        if self.tries > 1:
            yield Phrase("{count} tries", {"count": self.tries})

    @property
    def tries(self) -> int:
        """How often it is asked at most."""
        return self.config.tries or (TRIES if self.config.method in IDEMPOTENT else 1)

    def _ask(self, session: Session, attempt: int) -> Action:
        config, scope = self.config, session.scope
        url = url_text(config.url, scope).strip()
        headers = {name: _one_line(template.sealed(scope)) for name, template in config.headers.items()}
        body: str | Secret = "" if config.body is None else config.body.sealed(scope, json_text)
        wrong = _wrong(url, headers, body)
        if wrong:
            return Leave("failed", details={"tries": attempt - 1, "reason": wrong})
        if config.body is not None and is_json(config.body) and not any(n.lower() == "content-type" for n in headers):
            headers["Content-Type"] = "application/json"
        command = Ask(
            method=config.method, url=url, headers=headers, body=body, timeout=config.timeout,
            on_unknown=config.on_unknown,
        )  # fmt: skip
        return Wait((command,), attempt)

    def _answered(self, outlet: str, event: HttpAnswered, attempt: int) -> Action:
        details: dict[str, Any] = {"status": event.status, "tries": attempt}
        if size(event.body) > MAX_BYTES:
            return Leave("failed", details=details | {"reason": "an answer of more than 64 KiB"})
        return Leave(outlet, event.body, details)


def _one_line(value: str | Secret) -> str | Secret:
    """A header's value without line ends, which would begin another header."""
    line = " ".join(str(revealed(value)).split())
    return Secret(line) if isinstance(value, Secret) else line


def _wrong(url: str, headers: dict[str, str | Secret], body: str | Secret) -> str:
    """Why the request cannot be made; empty if it can."""
    if not _URL.fullmatch(url):
        return "no address such as https://example.com/path"
    if len(url) > MAX_URL:
        return "an address of more than 2,000 characters"
    if any(len(revealed(value)) > MAX_HEADER for value in headers.values()):
        return "a header of more than 4,000 characters"
    return "a body of more than 64 KiB" if len(revealed(body).encode("utf-8", "replace")) > MAX_BYTES else ""
