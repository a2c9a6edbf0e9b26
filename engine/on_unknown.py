"""What becomes of something sent when nobody knows whether it has left the house: a field that several nodes have.

A process that dies between its sending and the answer leaves that open. Nothing is sent a second time then by itself;
whoever draws the flow may decide otherwise, where twice is better than not at all.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic.config import JsonDict

from engine.fields import Field

OnUnknown = Literal["fail", "resend"]
_LABELS: JsonDict = {"fail": "go on by “failed”", "resend": "send it again"}


def on_unknown_field() -> Any:
    """The field, for a node's config."""
    return Field(
        "fail", title="If it is unknown whether it left",
        description="After a crash or a lost connection. Sent again, it may arrive twice.",
        json_schema_extra={"group": "advanced", "labels": _LABELS},
    )  # fmt: skip
