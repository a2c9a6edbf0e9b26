"""The project's own Python environment `.venv`, with exactly the locked packages.

pip does the installing, for it obeys the mirror and certificates that this machine is set up with; `uv` only writes the
lock. A stamp in the environment says which lock it was made from, so that a second run has nothing to do.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from screen import run, step

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": PROJECT / "requirements.lock", "test": PROJECT / "requirements-dev.lock"}
UV = "uv==0.13.9"


def ensure(purpose: str) -> None:
    """Make `.venv` for `run` or `test`; what is there for `test` serves `run` as well."""
    made = any(_stamp(each).exists() and _stamp(each).read_text() == _key(each) for each in {purpose, "test"})
    if made and PYTHON.exists():  # it is a link, and what it points to may have been removed
        return
    _make()
    _pip(f"Python packages to {purpose}", "--require-hashes", "-r", str(LOCKS[purpose]))
    _pip("Callweave itself", "--no-build-isolation", "--editable", str(PROJECT))
    _stamp(purpose).write_text(_key(purpose))


def lock() -> None:
    """Write requirements.lock and requirements-dev.lock from pyproject.toml, naming no registry."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        _make()
        _pip("uv", UV)
    compile_ = [uv, "pip", "compile", "-q", "pyproject.toml", "--universal", "--python-version", "3.11"]
    compile_ += ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"]
    compile_ += ["--custom-compile-command", "make lock"]
    with step("locking the dependencies"):
        run([*compile_, "--extra", "build", "-o", LOCKS["run"].name], why="Could not lock", cwd=PROJECT)
        constraint = ["-c", LOCKS["run"].name]
        run([*compile_, "--extra", "dev", *constraint, "-o", LOCKS["test"].name], why="Could not lock", cwd=PROJECT)


def _stamp(purpose: str) -> Path:
    return VENV / f".made-to-{purpose}"


def _key(purpose: str) -> str:
    # without the patch level: installing python3-venv may upgrade Python itself, which an environment survives
    digest = hashlib.sha256(f"{sys.implementation.cache_tag} {sys.base_prefix} {PROJECT}".encode())
    for path in (LOCKS[purpose], PROJECT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _make() -> None:
    works = PYTHON.exists() and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    if not works:
        with step("Python environment .venv"):
            run([sys.executable, "-m", "venv", "--clear", VENV], why="Could not make .venv")


def _pip(what: str, *arguments: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-compile", "--no-deps"]
    with step(what):
        run([PYTHON, "-m", "pip", "install", *quiet, *arguments], why=f"Could not install {what}", cwd=PROJECT)
