"""Write the local Asterisk's configuration into the data folder, from the templates in deploy/asterisk.

It is written at every start, so that a change of a port is a change of one setting; what must stay the same from start
to start (ARI's port and password) is kept in `ari.json`, where the engine reads it.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from callweave.asterisk import beep, moment, music, ports, sounds
from callweave.asterisk.root import AsteriskRoot
from engine.host.private_files import write_private
from engine.host.settings import PROJECT, Settings

TEMPLATES = PROJECT / "deploy" / "asterisk"
FOLDERS = ("etc", "run", "spool", "spool/recording", "log", "lib", "keys", "data", "agi", "sounds")
LINKED = ("rest-api", "documentation", "static-http")
FILES = 65_536
UDPTL = 400
"""Ports of the block that are for faxes by T.38."""
USER = "callweave"


@dataclass(frozen=True)
class Ari:
    """Where ARI listens, and its password."""

    port: int
    password: str
    rtp: int | None = None
    name: str = ""
    """The first part of every channel's name, so that no two Asterisks name two calls alike."""

    @property
    def url(self) -> str:
        """The address with user and password, as CALLWEAVE_ARI_URL would say it."""
        return f"http://{USER}:{self.password}@127.0.0.1:{self.port}/ari"


def write(settings: Settings, root: AsteriskRoot) -> Path:
    """Write everything and take the ports; the path of asterisk.conf. The RTP block is this process's from now on."""
    home = settings.folder_asterisk
    for name in FOLDERS:
        (home / name).mkdir(parents=True, exist_ok=True)
    for name in LINKED:
        link = home / "data" / name
        link.unlink(missing_ok=True)
        link.symlink_to(root.data / name)
    sounds.keep(home / "sounds" / "one-moment.sln", moment.sound)
    sounds.keep(home / "data" / "sounds" / "en" / "beep.sln", beep.sound)
    sounds.keep(home / "music" / "house.sln", music.sound)
    ari = _ari(home)
    first, last, _lock = ports.take_rtp_block(settings.cache, ari.rtp)
    _save(home, Ari(ari.port, ari.password, first, ari.name))
    values = {
        "HOME": home,
        "MODULES": root.modules,
        "SBIN": root.sbin,
        "FILES": FILES,
        "SYSTEM_NAME": ari.name,
        "ARI_PORT": ari.port,
        "ARI_PASSWORD": ari.password,
        "SIP_PORT": settings.sip_port,
        "SIP_PEER_PORT": settings.sip_peer_port,
        "RTP_FIRST": first,
        "RTP_LAST": last - UDPTL,
        "UDPTL_FIRST": last - UDPTL + 1,
        "UDPTL_LAST": last,
        "MOMENT": home / "sounds" / "one-moment",
    }
    for template in sorted(TEMPLATES.glob("*.conf")):
        text = template.read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        write_private(home / "etc" / template.name, text)
    indications = root.indications.read_text(encoding="utf-8") if root.indications.exists() else "[general]\n"
    write_private(home / "etc" / "indications.conf", indications)
    return home / "etc" / "asterisk.conf"


def _ari(home: Path) -> Ari:
    """What was used last time, with another port if that one is taken by somebody else now."""
    try:
        saved = json.loads((home / "ari.json").read_text(encoding="utf-8"))
        name = str(saved.get("name") or _new_name())
        ari = Ari(int(saved["port"]), str(saved["password"]), saved.get("rtp"), name)
    except (FileNotFoundError, ValueError, KeyError):
        return Ari(ports.free_port(), secrets.token_urlsafe(24), name=_new_name())
    return ari if ports.is_free("127.0.0.1", ari.port) else replace(ari, port=ports.free_port())


def _new_name() -> str:
    return f"cw{secrets.token_hex(4)}"


def _save(home: Path, ari: Ari) -> None:
    saved = {"url": ari.url, "port": ari.port, "password": ari.password, "rtp": ari.rtp, "name": ari.name}
    write_private(home / "ari.json", json.dumps(saved, indent=2) + "\n")
