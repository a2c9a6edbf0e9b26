"""Callweave's HTTP API, as an integrator uses it: a key and JSON."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Refused(Exception):
    """An answer other than 2xx: `status`, and the problem as JSON."""

    def __init__(self, status: int, problem: Any) -> None:
        super().__init__(f"{status}: {json.dumps(problem, ensure_ascii=False)}")
        self.status = status
        self.problem = problem


class Api:
    """`api("POST", "/flows", document)` gives the answer's JSON, or raises Refused."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url.rstrip("/")
        self._key = key

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=method)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        return self._asked(request, data)

    def upload(self, path: str, file: Path, **fields: str) -> Any:
        """Post a file as a form."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
        parts += [
            f"{head}Content-Type: text/plain\r\n\r\n".encode(),
            file.read_bytes(),
            f"\r\n--{boundary}--\r\n".encode(),
        ]
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method="POST")
        request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        return self._asked(request, b"".join(parts))

    def every(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """All items of a list, page after page."""
        asked = {**query, "limit": "1000"}
        while True:
            page = self("GET", f"{path}?{urllib.parse.urlencode(asked)}")
            yield from page["items"]
            if not page["next"]:
                return
            asked["cursor"] = page["next"]

    def there(self, path: str) -> Any:
        """What is at a path; None where it answers 404."""
        try:
            return self("GET", path)
        except Refused as refused:
            if refused.status != 404:
                raise
            return None

    def _asked(self, request: urllib.request.Request, data: bytes | None) -> Any:
        request.add_header("Authorization", f"Bearer {self._key}")
        for patience in (0.5, 2.0, None):
            try:
                with urllib.request.urlopen(request, data, timeout=60) as answer:
                    content = answer.read()
                    return json.loads(content) if content else None
            except urllib.error.HTTPError as error:
                written = error.read()
                if error.code not in (429, 503) or patience is None:
                    raise Refused(error.code, json.loads(written or b"{}")) from None
                time.sleep(patience)
        raise AssertionError("unreachable")
