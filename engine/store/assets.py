"""Assets: stored files, by language and version. Rows here, bytes in `files.py`.

An asset that people put in has a name, unique in its tenant, by which flows speak of it; it is spoken of by its id as
well. Putting in another file makes the next version and takes it into use; an older one can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store.ids import id_bytes, new_id
from engine.store.inserting import insert_new
from engine.store.tenant import asset, asset_file

Kind = Literal["audio", "document", "recording", "fax", "mail"]
ANY_LANGUAGE = ""


class NameTaken(RuntimeError):
    """Another asset has this name."""


class AssetFile(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one language's file. `seconds` and `level` (dBFS of what is spoken) are of sound only."""

    language: str
    number: int
    in_use: bool
    sha256: bytes
    media_type: str
    size: int
    seconds: float | None
    level: float | None
    file_name: str
    source: str
    created_at: int


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """An asset with all its files, by language, the newest first."""

    id: bytes
    kind: Kind
    name: str | None
    created_at: int
    files: list[AssetFile]

    def current(self, language: str = ANY_LANGUAGE) -> AssetFile | None:
        """The file in use for a language, or whichever there is if none is asked for."""
        used = [file for file in self.files if file.in_use]
        return next((file for file in used if file.language == language), used[0] if used and not language else None)


class NewFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is stored already, to be entered."""

    sha256: bytes
    media_type: str
    size: int
    file_name: str = ""
    source: str = "upload"
    seconds: float | None = None
    level: float | None = None


def add(
    connection: sa.Connection,
    *,
    kind: Kind,
    name: str | None,
    language: str,
    file: NewFile,
    at: int,
    identity: bytes | None = None,
) -> bytes:
    """Enter a new asset with its first file; its id. Raises NameTaken."""
    made = identity or new_id()
    if not insert_new(connection, asset, {"id": made, "kind": kind, "name": name, "created_at": at}):
        raise NameTaken
    _insert(connection, made, language, 1, file, at)
    return made


def add_version(connection: sa.Connection, identity: bytes, *, language: str, file: NewFile, at: int) -> int:
    """Enter the next version of a language's file and take it into use; its number."""
    same = sa.and_(asset_file.c.asset_id == identity, asset_file.c.language == language)
    newest = connection.execute(sa.select(sa.func.max(asset_file.c.number)).where(same)).scalar_one()
    connection.execute(asset_file.update().where(same).values(in_use=False))
    number = (newest or 0) + 1
    _insert(connection, identity, language, number, file, at)
    return number


def use(connection: sa.Connection, identity: bytes, *, language: str, number: int) -> bool:
    """Take a version of a language's file into use; False if there is none."""
    same = sa.and_(asset_file.c.asset_id == identity, asset_file.c.language == language)
    there = connection.execute(sa.select(asset_file.c.number).where(same, asset_file.c.number == number)).one_or_none()
    if there is None:
        return False
    connection.execute(asset_file.update().where(same).values(in_use=asset_file.c.number == number))
    return True


def find(connection: sa.Connection, reference: str) -> Asset | None:
    """The asset of this name, or of this id."""
    identity = id_bytes(reference)
    named = asset.c.name == reference
    wanted = named if identity is None else sa.or_(named, asset.c.id == identity)
    rows = connection.execute(sa.select(asset).where(wanted).limit(1)).all()
    return _with_files(connection, rows)[0] if rows else None


def every(connection: sa.Connection, identities: Sequence[bytes]) -> list[Asset]:
    """The assets of these ids."""
    return _with_files(connection, connection.execute(sa.select(asset).where(asset.c.id.in_(identities))).all())


def page(
    connection: sa.Connection, *, before: bytes | None, limit: int, kind: str | None = None, search: str | None = None,
    but: Sequence[sa.ColumnElement[bool]] = (),
) -> list[Asset]:  # fmt: skip
    """Assets, the newest first; `but`: what else has to hold of them."""
    statement = sa.select(asset).where(*but).order_by(asset.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(asset.c.id < before)
    if kind is not None:
        statement = statement.where(asset.c.kind == kind)
    if search is not None:
        statement = statement.where(asset.c.name.icontains(search, autoescape=True))
    return _with_files(connection, connection.execute(statement).all())


def of_no_kind(kinds: Sequence[str]) -> sa.ColumnElement[bool]:
    """That an asset is of none of these kinds."""
    return asset.c.kind.not_in(kinds) if kinds else sa.true()


def languages(connection: sa.Connection, kind: Kind) -> dict[str, list[str]]:
    """Every named asset of a kind, and the languages that it has files in."""
    found: dict[str, list[str]] = {}
    statement = (
        sa.select(asset.c.name, asset_file.c.language)
        .join_from(asset, asset_file)
        .where(asset.c.kind == kind, asset.c.name.is_not(None), asset_file.c.in_use)
        .order_by(asset.c.name, asset_file.c.language)
    )
    for name, language in connection.execute(statement):
        found.setdefault(name, []).append(language)
    return found


def remove(connection: sa.Connection, identity: bytes) -> list[bytes]:
    """Remove an asset; gives the sha256 of the files that no other asset needs any more."""
    of_it = asset_file.c.asset_id == identity
    gone = set(connection.scalars(sa.select(asset_file.c.sha256).where(of_it)))
    connection.execute(asset_file.delete().where(of_it))
    connection.execute(asset.delete().where(asset.c.id == identity))
    kept = set(connection.scalars(sa.select(asset_file.c.sha256).where(asset_file.c.sha256.in_(gone))))
    return sorted(gone - kept)


def _insert(connection: sa.Connection, identity: bytes, language: str, number: int, file: NewFile, at: int) -> None:
    values = msgspec.structs.asdict(file) | {
        "asset_id": identity, "language": language, "number": number, "in_use": True, "created_at": at,
    }  # fmt: skip
    connection.execute(asset_file.insert().values(values))


def _with_files(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Asset]:
    files: dict[bytes, list[AssetFile]] = {row.id: [] for row in rows}
    statement = (
        sa.select(asset_file)
        .where(asset_file.c.asset_id.in_(files))
        .order_by(asset_file.c.language, asset_file.c.number.desc())
    )
    for found in connection.execute(statement):
        values = dict(found._mapping)
        files[values.pop("asset_id")].append(AssetFile(**values))
    return [Asset(**row._mapping, files=files[row.id]) for row in rows]
