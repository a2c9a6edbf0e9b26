"""Where an Asterisk is found: unpacked in the cache folder by the set-up, else the one on PATH.

The unpacked one comes with its own libc, so it is started through its own dynamic loader with its own libraries; that
needs neither a chroot nor any right.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path


class NoAsterisk(Exception):
    """There is none on this machine; the message says how to get one."""


@dataclass(frozen=True)
class AsteriskRoot:
    """One Asterisk: the start of its command line and its folders."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    indications: Path
    sbin: Path


def find(cache: Path) -> AsteriskRoot:
    """The Asterisk to use; raises NoAsterisk when there is none."""
    for root in sorted(cache.glob("asterisk-*"), reverse=True):
        if (root / "usr/sbin/asterisk").exists():
            return _unpacked(root)
    program = shutil.which("asterisk")
    if program:
        return _system(Path(program))
    raise NoAsterisk(
        "There is no Asterisk on this machine. Run `make install`, or give another's address in CALLWEAVE_ARI_URL, "
        "or run without one: `make run TELEPHONY=simulated`."
    )


def _unpacked(root: Path) -> AsteriskRoot:
    libraries = next(root.glob("usr/lib/*-linux-gnu*"))
    loader = next(path for lib in ("usr/lib64", "usr/lib", libraries) for path in (root / lib).glob("ld-linux*.so.*"))
    return AsteriskRoot(
        command=(str(loader), "--library-path", str(libraries), str(root / "usr/sbin/asterisk")),
        modules=libraries / "asterisk" / "modules",
        data=root / "usr/share/asterisk",
        indications=root / "etc/asterisk/indications.conf",
        sbin=root / "usr/sbin",
    )


def _system(program: Path) -> AsteriskRoot:
    modules = [path for lib in ("/usr/lib", "/usr/lib64", "/usr/local/lib") for path in _modules(Path(lib))]
    if not modules:
        raise NoAsterisk(f"{program} has no modules folder in /usr/lib: give its ARI address in CALLWEAVE_ARI_URL.")
    data = next(path for path in (Path("/usr/share/asterisk"), Path("/var/lib/asterisk")) if path.exists())
    return AsteriskRoot((str(program),), modules[0], data, Path("/etc/asterisk/indications.conf"), program.parent)


def _modules(lib: Path) -> list[Path]:
    module = "asterisk/modules/app_stasis.so"
    return [path.parent for path in (*lib.glob(module), *lib.glob(f"*/{module}"))]
