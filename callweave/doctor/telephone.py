"""Asterisk: that it is there, new enough, with its modules, ports and descriptors; and speech."""

from __future__ import annotations

import re
import resource
import shutil
import socket
import subprocess
from collections.abc import Iterator

import msgspec

from callweave.asterisk import ports
from callweave.asterisk.root import NoAsterisk, find
from callweave.doctor.asking import NoAnswer, ask
from callweave.doctor.finding import Finding
from callweave.doctor.modules import missing
from engine.adapters.ways import BROWSER
from engine.host.settings import Settings

OLDEST = 20
PER_CALL = 5
"""Descriptors that a call takes at Asterisk."""
CALLS = 1000
"""Calls for which there should be descriptors."""


NAMELESS = Finding(
    "name", False,
    "has none, so another Asterisk may name a call as this one does: set systemname in asterisk.conf, [options]",
)  # fmt: skip


class System(msgspec.Struct):
    """Of ARI's `asterisk/info`."""

    version: str = ""


class Config(msgspec.Struct):
    """Of ARI's `asterisk/info`."""

    name: str = ""


class Info(msgspec.Struct):
    """ARI's `asterisk/info`."""

    system: System
    config: Config


class Module(msgspec.Struct):
    """One of ARI's `asterisk/modules`."""

    name: str
    status: str = ""


class Endpoint(msgspec.Struct):
    """One of ARI's `endpoints/PJSIP`."""

    resource: str
    state: str = ""


def look(settings: Settings) -> Iterator[Finding]:
    """Asterisk as a user of it finds it; what cannot be asked is left out."""
    if settings.telephony == "simulated":
        yield Finding("asterisk", True, "not wanted: CALLWEAVE_TELEPHONY=simulated")
        return
    if settings.asterisk_local:
        try:
            yield Finding("asterisk", True, find(settings.cache).command[-1])
        except NoAsterisk as error:
            yield Finding("asterisk", False, str(error))
            return
        yield files(*resource.getrlimit(resource.RLIMIT_NOFILE))
    hint = "is `callweave up` running?" if settings.asterisk_local else "check CALLWEAVE_ARI_URL"
    try:
        info = ask(settings.ari_address, "asterisk/info", Info, hint=hint)
        yield version(info.system.version)
        if not info.config.name:
            yield NAMELESS
        yield from modules(ask(settings.ari_address, "asterisk/modules", list[Module], hint=hint))
        yield from trunks(ask(settings.ari_address, "endpoints/PJSIP", list[Endpoint], hint=hint))
    except NoAnswer as error:
        yield Finding("ari", False, str(error))
        if settings.asterisk_local:
            yield from free_ports(settings)


def version(words: str) -> Finding:
    """Whether this Asterisk is new enough."""
    number = re.match(r"(?:Asterisk |certified[-/])?(\d+)", words)
    if number is None:
        return Finding("ari", True, f"answers; Asterisk {words}")
    if int(number[1]) < OLDEST:
        return Finding("ari", False, f"Asterisk {words} is too old: install {OLDEST} or newer")
    return Finding("ari", True, f"answers; Asterisk {words}")


def modules(loaded: list[Module]) -> Iterator[Finding]:
    """Whether all modules run that flows need, by what they are needed for."""
    running = {module.name.removesuffix(".so") for module in loaded if module.status == "Running"}
    well = True
    for what, names in missing(running):
        well = False
        lines = ", ".join(f"{name}.so" for name in names)
        yield Finding("modules", False, f"no {what} without {lines}: load it in modules.conf, or install it")
    if well:
        yield Finding("modules", True, f"all that is needed, {len(running)} in all")


def trunks(endpoints: list[Endpoint]) -> Iterator[Finding]:
    """The trunks as Asterisk sees them; the telephone of a browser is none."""
    endpoints = [endpoint for endpoint in endpoints if not endpoint.resource.startswith(BROWSER)]
    away = [endpoint.resource for endpoint in endpoints if endpoint.state == "offline"]
    if not endpoints:
        yield Finding("trunks", False, "none: add one at /api/v1/trunks, or see `callweave asterisk config`")
    elif away:
        yield Finding("trunks", False, f"{', '.join(away)} cannot be reached: look at host, password and firewall")
    else:
        yield Finding("trunks", True, ", ".join(endpoint.resource for endpoint in endpoints))


def files(soft: int, hard: int) -> Finding:
    """Whether there are descriptors for many calls; the local Asterisk raises its own limit as far as it may."""
    if hard == resource.RLIM_INFINITY:
        return Finding("files", True, "as many as wanted")
    calls = max(soft, hard) // PER_CALL
    if calls < CALLS:
        word = f"{hard} open files are enough for about {calls} calls"
        return Finding("files", False, f"{word}: raise `nofile` (LimitNOFILE) to {CALLS * PER_CALL} or more")
    return Finding("files", True, f"{hard}, enough for about {calls} calls")


def free_ports(settings: Settings) -> Iterator[Finding]:
    """Whether the local Asterisk, which does not run, could have its ports."""
    free = ports.is_free("127.0.0.1", settings.sip_port, socket.SOCK_DGRAM)
    word = f"SIP {settings.sip_port} is free" if free else str(ports.sip_port_in_use(settings.sip_port))
    yield Finding("ports", free, word)


def speech() -> Finding:
    """espeak-ng, which speaks what is written."""
    program = shutil.which("espeak-ng")
    if program is None:
        return Finding("speech", False, "espeak-ng is missing: apt-get install espeak-ng")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.partition("  Data")[0]
    return Finding("speech", True, version.strip())
