"""A stand-in for an organisation's OpenID Connect provider: a process of its own, which signs what it says."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from designer.access import openid
from engine.host.openid_provider import OpenIdProvider
from tests.product import free_port

PEOPLE: list[dict[str, Any]] = [
    {
        "sub": "u1",
        "email": "li@ward.example",
        "email_verified": True,
        "name": "Li Ming",
        "groups": ["cw-admins", "all"],
    },
    {"sub": "u2", "email": "unverified@ward.example", "email_verified": False, "name": "Wang", "groups": ["all"]},
    {"sub": "u3", "email": "zhao@ward.example", "email_verified": True, "name": "Zhao", "groups": ["cw-auditors"]},
]
"""Whom it knows."""


@contextmanager
def running() -> Iterator[str]:
    """It, and its issuer."""
    port = free_port()
    users = [argument for person in PEOPLE for argument in ("--user-claims", json.dumps(person))]
    program = Path(sys.executable).with_name("oidc-provider-mock")
    with subprocess.Popen(
        [program, "--port", str(port), "--require-nonce", "true", *users],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as provider:  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address + openid.WELL_KNOWN, provider)
            yield address
        finally:
            provider.terminate()


def provider_of(issuer: str, **more: Any) -> OpenIdProvider:
    """What our settings say of it."""
    return OpenIdProvider(issuer=issuer, client_id="callweave", client_secret="of callweave", name="Hospital", **more)


def _wait_for(url: str, provider: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and provider.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the provider did not start")
