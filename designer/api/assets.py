"""`/assets`: recordings that flows play and documents that they send, by language and version.

A recording is converted when it comes in, and heard by calls from then on; a flow speaks of it by its name.
"""

from __future__ import annotations

import io
from typing import Any

from flask import Response, send_file
from flask_openapi3 import FileStorage
from pydantic import BaseModel, ConfigDict, Field

from designer.access import asset_rights, flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.witness import changed
from designer.api.once import once
from designer.api.paging import PageQuery, page
from designer.api.replies import reply, resource
from designer.api.shapes.sounds import AssetShape, AssetsShape
from designer.hands import Hands
from designer.parts import parts
from designer.problems import Problem
from designer.uploads import content_of, takes_uploads
from designer.words import say
from engine.adapters.audio import Converted, SoundRefused, converted
from engine.faults import Fault, shown
from engine.languages import TAG
from engine.media_types import AUDIO, DOCUMENTS, TABLES, XLSX, media_type_of
from engine.spreadsheets import TooLarge, guard
from engine.store import asset_sessions, assets, from_micros, id_text, new_id, now_micros
from engine.store.assets import Asset, AssetFile, Kind, NameTaken, NewFile
from engine.store.files import Files

api = takes_uploads(resource("assets", 404, 409))

AT_ONCE = 2
"""Recordings that one process has converted."""
NEITHER = (
    "is neither sound (wav, mp3, ogg, flac, m4a) nor a document (pdf, tiff, png, jpeg, text) nor a table (csv, xlsx)"
)
MESSAGES = {NEITHER}
"""Sentences of this module; each has its translation."""
_hands = Hands(AT_ONCE)
NAME = r"^[^\s\x00-\x1f/\\](?:[^\x00-\x1f/\\]{0,126}[^\s\x00-\x1f/\\])?$"


class FileForm(BaseModel):
    file: FileStorage = Field(description="The file; of sound: wav, mp3, ogg, flac, and m4a where ffmpeg is.")
    language: str = Field("", max_length=35, description="Its language (BCP 47); empty: for every language.")


class AssetForm(FileForm):
    name: str = Field(pattern=NAME, max_length=128, description="By which flows speak of it.")


class AssetsQuery(PageQuery):
    kind: Kind | None = Field(None, description="Of this kind only.")
    search: str | None = Field(None, max_length=128, description="In the name.")


class AssetPath(BaseModel):
    asset: str = Field(max_length=128, description="Its id, or its name.")


class ContentQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: str = Field("", max_length=35)
    version: int | None = Field(None, ge=1, description="Of this version; else of the one in use.")


class UseVersionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: str = Field("", max_length=35)
    version: int = Field(ge=1)


@api.post("/assets", responses={201: AssetShape})
@once
@needs("material.edit")
def create_asset(form: AssetForm) -> Response:
    """Put a recording or a document in, under a name; 409 if the name is taken."""
    content, sound = _read(form)
    identity = new_id()
    with store().begin() as connection:
        try:
            assets.add(
                connection, identity=identity, kind="audio" if sound else "document", name=form.name,
                language=form.language, file=_entered(content, sound, form.file), at=now_micros(),
            )  # fmt: skip
        except NameTaken as taken:
            raise Problem(409, "There is an asset of the name {name} already.", {"name": form.name}) from taken
        _put_in(identity, form.language, 1)
    if sound is not None:
        _files().play(form.name, form.language, sound.sounds)
    return reply(_found(id_text(identity), sound), 201, Location=f"/api/v1/assets/{id_text(identity)}")


@api.post("/assets/<asset>/versions", responses={201: AssetShape})
@once
@needs("material.edit")
def create_asset_version(path: AssetPath, form: FileForm) -> Response:
    """Put in the next version, or another language's first one; calls hear it from now on."""
    there = _asset(path.asset)
    content, sound = _read(form)
    if (there.kind == "audio") != (sound is not None):
        raise _wrong(Fault("file", "is no recording" if there.kind == "audio" else "is no document"))
    with store().begin() as connection:
        number = assets.add_version(
            connection, there.id, language=form.language, file=_entered(content, sound, form.file), at=now_micros()
        )
        _put_in(there.id, form.language, number)
    if sound is not None and there.name is not None:
        _files().play(there.name, form.language, sound.sounds)
    return reply(_found(id_text(there.id), sound), 201)


@api.post("/assets/<asset>/use", responses={200: AssetShape})
@needs("material.edit")
def use_asset_version(path: AssetPath, body: UseVersionBody) -> Response:
    """Take an older version of a language back into use."""
    there = _asset(path.asset)
    with store().begin() as connection:
        if not assets.use(connection, there.id, language=body.language, number=body.version):
            raise Problem(404, "There is no such version.")
    wanted = _file(there, body.language, body.version)
    if there.kind == "audio" and there.name is not None:
        with _hands.one():
            sound = converted(_files().path(wanted.sha256).read_bytes())
        _files().play(there.name, body.language, sound.sounds)
    return reply(_found(id_text(there.id)))


@api.get("/assets", responses={200: AssetsShape})
@needs("material.read")
def list_assets(query: AssetsQuery) -> Response:
    """Every asset, the newest first."""
    with store().read() as connection:
        unseen, kinds = flow_rights.unseen(connection, who()), sorted(asset_rights.withheld())
        rows = assets.page(
            connection, before=query.after(bytes), limit=query.limit + 1, kind=query.kind, search=query.search,
            but=[asset_sessions.of_none(unseen), assets.of_no_kind(kinds)],
        )  # fmt: skip
    return reply(page(rows, query.limit, lambda row: row.id, asset_data))


@api.get("/assets/<asset>", responses={200: AssetShape})
@needs("material.read")
def get_asset(path: AssetPath) -> Response:
    """One asset, with every version of every language."""
    return reply(asset_data(_asset(path.asset)))


@api.get("/assets/<asset>/content", responses={200: None})
@needs("material.read")
def get_asset_content(path: AssetPath, query: ContentQuery) -> Response:
    """The file as it was put in."""
    there = _asset(path.asset)
    file = _file(there, query.language, query.version)
    lies = _files().path(file.sha256)
    if not lies.is_file():
        raise Problem(404, "The file is not on this machine.")
    name = file.file_name or there.name or id_text(there.id)
    return send_file(lies, mimetype=file.media_type, as_attachment=True, download_name=name, etag=file.sha256.hex())


@api.delete("/assets/<asset>", responses={204: None})
@needs("material.edit")
def delete_asset(path: AssetPath) -> Response:
    """Remove an asset with all its versions. Flows that speak of it leave by `failed` there."""
    there = _asset(path.asset)
    with store().begin() as connection:
        asset_sessions.let_go(connection, there.id)
        gone = assets.remove(connection, there.id)
    if there.name is not None:
        _files().silence(there.name)
    for sha256 in gone:
        _files().remove(sha256)
    return Response(status=204)


def asset_data(asset: Asset, sound: Converted | None = None) -> dict[str, Any]:
    """An asset as the API writes it."""
    return {
        "id": id_text(asset.id),
        "kind": asset.kind,
        "name": asset.name,
        "created_at": from_micros(asset.created_at),
        "warnings": [say(warning) for warning in sound.warnings] if sound is not None else [],
        "files": [_file_data(file) for file in asset.files],
    }


def _file_data(file: AssetFile) -> dict[str, Any]:
    return {
        "language": file.language, "version": file.number, "in_use": file.in_use, "media_type": file.media_type,
        "size": file.size, "seconds": file.seconds, "level": file.level, "sha256": file.sha256.hex(),
        "file_name": file.file_name, "source": file.source, "created_at": from_micros(file.created_at),
    }  # fmt: skip


def _files() -> Files:
    return Files(parts().settings.folder_assets, who().tenant)


def _read(form: FileForm) -> tuple[bytes, Converted | None]:
    """The file, and what calls will hear if it is sound; raises Problem with everything that is wrong."""
    if form.language and not TAG.fullmatch(form.language):
        raise _wrong(
            Fault("language", "{value} is no language tag such as zh-CN or en", {"value": shown(form.language)})
        )
    content = content_of(form.file)
    media_type = media_type_of(content)
    if media_type == XLSX:
        try:
            guard(io.BytesIO(content))
        except TooLarge as error:
            raise _wrong(Fault("file", "cannot be read: {reason}", {"reason": str(error)})) from error
    if media_type in DOCUMENTS or media_type in TABLES:
        return content, None
    if media_type not in AUDIO:
        raise _wrong(Fault("file", NEITHER))
    try:
        with _hands.one():
            return content, converted(content)
    except SoundRefused as refused:
        raise _wrong(Fault("file", refused.message, refused.params)) from refused


def _put_in(asset: bytes, language: str, number: int) -> None:
    """Say for the audit log which version of which language was put in."""
    changed("assets", id_text(asset), after={"language": language, "version": number})


def _entered(content: bytes, sound: Converted | None, file: FileStorage) -> NewFile:
    sha256 = _files().put(content)
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2][:200]
    return NewFile(
        sha256=sha256, media_type=media_type_of(content) or "application/octet-stream", size=len(content),
        file_name="".join(sign for sign in name if sign.isprintable()),
        seconds=sound.seconds if sound else None, level=sound.level if sound else None,
    )  # fmt: skip


def _asset(reference: str) -> Asset:
    with store().read() as connection:
        found = assets.find(connection, reference)
        if found is not None:
            asset_rights.require(connection, found)
    if found is None:
        raise Problem(404, "There is no such asset.")
    return found


def _found(reference: str, sound: Converted | None = None) -> dict[str, Any]:
    return asset_data(_asset(reference), sound)


def _file(asset: Asset, language: str, version: int | None) -> AssetFile:
    if version is None:
        found = asset.current(language)
    else:
        found = next((file for file in asset.files if (file.language, file.number) == (language, version)), None)
    if found is None:
        raise Problem(404, "There is no such version.")
    return found


def _wrong(fault: Fault) -> Problem:
    return Problem(422, "The request does not fit.", errors=[fault])
