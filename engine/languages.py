"""Language tags (BCP 47): what is one, and which of several serves somebody best."""

from __future__ import annotations

import re
from collections.abc import Iterable

TAG = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}", re.ASCII)


def best_of(languages: Iterable[str], wanted: str) -> str:
    """The same language, else one that shares its first part, else the first there is. There must be one."""
    among = list(languages)
    if wanted in among:
        return wanted
    main = _main(wanted)
    return next((language for language in among if _main(language) == main), among[0])


def shares_main(one: str, other: str) -> bool:
    """Whether two languages share their first part, so that who speaks the one understands the other."""
    return _main(one) == _main(other)


def _main(language: str) -> str:
    return language.split("-")[0].lower()
