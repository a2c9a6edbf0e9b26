"""Lines of the log: JSON where no terminal is, tenant and session in them, and no secrets."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from engine.host.logs import masked
from engine.secret import MASK, Secret

SAYS = """
import logging, structlog
from engine.host.logs import begin
from engine.host.settings import Settings
from structlog.contextvars import bound_contextvars
begin(Settings(log={log!r}, bootstrap_key="the-key-of-all-keys"), "worker")
log = structlog.get_logger()
with bound_contextvars(tenant="main", session="abc"):
    log.warning("gateway refused", url="http://user:topsecret@his/api", password="topsecret", who="the-key-of-all-keys")
try:
    raise ValueError("Bearer abcdefghijklmnop is refused")
except ValueError:
    log.exception("failed")
logging.getLogger("library").warning("http://u:topsecret@x")
"""


def said(log: str) -> str:
    done = subprocess.run([sys.executable, "-c", SAYS.format(log=log)], capture_output=True, text=True, check=True)
    return done.stdout


def test_lines_are_json_with_tenant_and_session_and_without_secrets() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in said("auto").splitlines()]
    first = {name: value for name, value in lines[0].items() if name != "timestamp"}
    assert first == {
        "event": "gateway refused", "level": "warning", "process": "worker", "tenant": "main", "session": "abc",
        "url": f"http://user:{MASK}@his/api", "password": MASK, "who": MASK,
    }  # fmt: skip
    assert f"Bearer {MASK} is refused" in lines[1]["exception"]
    assert "abcdefghijklmnop" not in lines[1]["exception"]
    assert lines[2]["event"] == f"http://u:{MASK}@x"


def test_a_person_reads_plain_lines_without_secrets() -> None:
    text = said("text")
    assert "gateway refused" in text and "session=abc" in text
    assert "topsecret" not in text and "the-key-of-all-keys" not in text and "abcdefghijklmnop" not in text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("api_key", "x", MASK), ("Authorization", "x", MASK), ("pin", "1234", MASK), ("CALLWEAVE_BOOTSTRAP_KEY", "x", MASK),
        ("pins", None, None), ("mapping", "x", "x"), ("key", "0123-4", "0123-4"), ("password", "", ""),
        ("headers", {"Authorization": "Basic abc", "Accept": "x"}, {"Authorization": MASK, "Accept": "x"}),
        ("list", [{"token": "t"}, Secret("s")], [{"token": MASK}, MASK]),
        ("url", "postgresql+psycopg://cw:pw@db/x", f"postgresql+psycopg://cw:{MASK}@db/x"),
        ("text", "a basic need of many", "a basic need of many"),
    ],
)  # fmt: skip
def test_what_is_masked(name: str, value: Any, shown: Any) -> None:
    assert masked(value, name) == shown
