"""The one way in which a document is written: it diffs and merges well, and a save without a change is no change."""

from __future__ import annotations

import json
from typing import Any


def canonical(document: dict[str, Any]) -> str:
    """Sorted keys, two-space indent, Unicode as it is, one trailing newline."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"
