"""Files of cases, each a YAML document: read by the parser in C where it is there, the one in Python takes ten times as long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def cases_in(file: Path) -> list[Any]:
    """All cases of a file, in order."""
    return list(yaml.load_all(file.read_text(encoding="utf-8"), LOADER))
