"""What a source gets of the platform: it is a guest in the platform's network, and reads no files but its own folder's.

Beside a HIS a connector may go anywhere. Here an organisation's people write the address, so it is looked at as that of
a request is (`adapters/guard.py`): what lies inside the house, or listens there, the operator has to allow.
"""

from __future__ import annotations

from pathlib import Path

from engine.adapters.gateway import Refused
from engine.adapters.guard import Allowed
from engine.host.settings import Settings
from engine.sources.source import Surroundings


def surroundings(settings: Settings, tenant: str, source: str) -> Surroundings:
    """For a source of an organisation."""
    files = settings.data / "sources" / tenant / "files"
    own = settings.data / "sources" / tenant / "own" / source
    for folder in (files, own):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def place(path: str) -> Path:
        found = (files / path).resolve()
        if not found.is_relative_to(files.resolve()):
            raise Refused(f"{path} lies outside of the folder for files of sources")
        return found

    allowed = Allowed.read(settings.allow_hosts)
    return Surroundings(
        permits=allowed.permits, place=place, folder=own, permits_listening=allowed.permits_listening
    )
