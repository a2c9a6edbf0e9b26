"""A real FHIR server (R4) of the tests' own: sekmet-fhir from PyPI, on a free port, with its files in a folder."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tests.product import free_port

STARTS_WITHIN = 60.0
PATIENCE = 0.1
Resource = dict[str, Any]


class FhirServer:
    """`url` is where it is; it believes itself to be elsewhere, as servers behind proxies do."""

    def __init__(self, folder: Path, auth: dict[str, Any]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/fhir"
        self._folder = folder
        self._token = next(iter(auth.get("tokens", ())), "")
        settings = {
            "host": "127.0.0.1", "port": self.port, "base_url": "http://fhir.elsewhere.example:8090/fhir",
            "data_dir": str(folder), "validation": {"inbound": "off"}, "simulator": {"enabled": False},
            "log_inbound": False, "server_auth": auth,
        }  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self._settings = folder / "settings.yaml"
        self._settings.write_text(yaml.safe_dump(settings), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> FhirServer:
        program = "from sekmet.cli import app; app()"
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program, "serve", "--config", str(self._settings), "--port", str(self.port)],
                cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/metadata", timeout=5).read()
                return self
            except urllib.error.HTTPError:
                return self  # it answers
            except OSError:
                if self._process.poll() is not None or time.monotonic() > until:
                    self.stop()
                    raise AssertionError((self._folder / "log").read_text(errors="replace")) from None
                time.sleep(PATIENCE)  # between two looks whether it answers

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __call__(self, method: str, path: str, body: Resource | None = None, **headers: str) -> Any:
        """What the house does itself."""
        data = None if body is None else msgspec.json.encode(body)
        request = urllib.request.Request(f"{self.url}/{path}", data, headers, method=method)
        request.add_header("Content-Type", "application/fhir+json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            said = answer.read()
        return msgspec.json.decode(said) if said else None

    def batch(self, resources: list[Resource]) -> None:
        """Put many resources at once."""
        entries = [
            {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}}
            for each in resources
        ]
        self("POST", "", {"resourceType": "Bundle", "type": "batch", "entry": entries})


@contextmanager
def fhir_server(folder: Path, **auth: Any) -> Iterator[FhirServer]:
    """Start one, and stop it at the end."""
    server = FhirServer(folder, auth or {"types": ["none"]}).start()
    try:
        yield server
    finally:
        server.stop()
