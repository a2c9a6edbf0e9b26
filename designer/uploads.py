"""Uploaded files: one for each request, of at most 25 MiB, looked at before they are kept."""

from __future__ import annotations

from flask import request
from flask_openapi3 import APIBlueprint, FileStorage
from werkzeug.datastructures import FileStorage as Sent

from designer.problems import Problem
from engine.faults import Fault

MOST_BYTES = 25 * 1024 * 1024
_ENVELOPE = 64 * 1024
"""Bytes of a multipart body around the file."""


def takes_uploads(api: APIBlueprint) -> APIBlueprint:
    """Let a resource's POSTs be as large as a file; all others stay at JSON's limit."""

    @api.before_request
    def allow() -> None:
        if request.method == "POST" and request.mimetype == "multipart/form-data":
            request.max_content_length = MOST_BYTES + _ENVELOPE
            if (request.content_length or 0) > MOST_BYTES + _ENVELOPE:
                sizes = {"limit": MOST_BYTES, "value": request.content_length or 0}
                raise Problem(413, "larger than {limit} bytes (is {value})", sizes, headers={"Connection": "close"})

    return api


def content_of(file: FileStorage) -> bytes:
    """The bytes of an uploaded file; raises Problem 413, 422."""
    if not isinstance(file, Sent):  # a field of this name that came as text
        raise Problem(422, "The request does not fit.", errors=[Fault("file", "is no file")])
    content = file.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Problem(413, "larger than {limit} bytes (is {value})", {"limit": MOST_BYTES, "value": len(content)})
    if not content:
        raise Problem(422, "The request does not fit.", errors=[Fault("file", "is empty")])
    return content
