"""Sealing: what must not be read in a copy of the database is encrypted with a key that does not lie in it.

One main key lies in the data folder (or comes by the settings, where several machines serve); each tenant's own key is
derived from it by HKDF (RFC 5869), so that one tenant's seal opens nothing of another's. Several main keys, the newest
first, let the key be changed: the first one closes, all of them open. Fernet authenticates: what was changed by hand
does not open.
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FRESH_SECONDS = 1.0
_OPTION = "callweave_seal"


class CannotOpen(ValueError):
    """It was sealed with a key that is not here, or was changed: tell the operator."""


class Keys:
    """The main keys as they are now: where they are changed, all who hold them know within a second."""

    def __init__(self, read: Callable[[], Sequence[bytes]]) -> None:
        self._read = read
        self._keys: tuple[bytes, ...] = ()
        self._until = 0.0

    def now(self) -> tuple[bytes, ...]:
        """The newest first."""
        return self._keys if time.monotonic() < self._until else self.anew()

    def anew(self) -> tuple[bytes, ...]:
        """The same, looked up at this moment."""
        self._keys, self._until = tuple(self._read()), time.monotonic() + FRESH_SECONDS
        return self._keys


class Seal:
    """One tenant's seal."""

    def __init__(self, tenant: str, keys: Keys | Sequence[bytes]) -> None:
        self._tenant = tenant
        self._keys = keys if isinstance(keys, Keys) else Keys(lambda: keys)
        self._derived: tuple[tuple[bytes, ...], list[Fernet]] = ((), [])

    def keys_for(self, purpose: str) -> list[bytes]:
        """This tenant's keys for signing something, the newest first: the first one signs, all of them are known."""
        return [_derived(key, f"{self._tenant} {purpose}") for key in self._keys.now()]

    def close(self, plain: bytes) -> bytes:
        """Encrypt."""
        return MultiFernet(self._fernets(self._keys.now())).encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt; CannotOpen."""
        for keys in (self._keys.now, self._keys.anew):  # a key that has just been made is another process's at first
            try:
                return MultiFernet(self._fernets(keys())).decrypt(sealed)
            except InvalidToken:
                continue
        raise CannotOpen("sealed with a key that is not here, or changed since")

    def is_current(self, sealed: bytes) -> bool:
        """Whether it is sealed with the newest key."""
        try:
            self._fernets(self._keys.now())[0].decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def _fernets(self, keys: tuple[bytes, ...]) -> list[Fernet]:
        if not keys:
            raise CannotOpen("there is no key here: the key file in the data folder is missing")
        known, fernets = self._derived
        if known != keys:
            fernets = [Fernet(_derived(key, self._tenant)) for key in keys]
            self._derived = keys, fernets
        return fernets


def with_seal(engine: sa.Engine, seal: Seal) -> sa.Engine:
    """The engine, whose connections know the tenant's seal."""
    return engine.execution_options(**{_OPTION: seal})


def seal_of(connection: sa.Connection) -> Seal:
    """The seal of the tenant whose database this is; CannotOpen where there is none."""
    seal = connection.get_execution_options().get(_OPTION)
    if not isinstance(seal, Seal):
        raise CannotOpen("this database has no seal")
    return seal


def make_key_file(path: Path) -> None:
    """A new main key in this file, unless there is one; only its owner may read it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(new_key() + b"\n")


def read_keys(path: Path) -> list[bytes]:
    """The main keys in this file, one a line, the newest first; none if there is no file."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return [line.strip() for line in lines if line.strip()]


def new_key() -> bytes:
    """A new main key."""
    return Fernet.generate_key()


def key_id(key: bytes) -> str:
    """By what a main key is spoken of; nothing of the key can be told from it."""
    return hashlib.sha256(b"callweave key " + key).hexdigest()[:8]


def is_key(written: bytes) -> bool:
    """Whether this may be a main key: 32 bytes in URL-safe base64."""
    try:
        return len(base64.urlsafe_b64decode(written)) == 32
    except ValueError:
        return False


def _derived(key: bytes, tenant: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"callweave tenant " + tenant.encode())
    return base64.urlsafe_b64encode(derivation.derive(base64.urlsafe_b64decode(key)))
