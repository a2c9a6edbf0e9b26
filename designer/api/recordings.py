"""`/recordings`: what callers said, and whole calls with their sides apart; each with its session, leg and checksum."""

from __future__ import annotations

from typing import Any

from flask import Response, send_file
from pydantic import BaseModel, Field

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.paging import PageQuery, identity, identity_in, page
from designer.api.replies import reply, resource
from designer.api.shapes.sounds import RecordingShape, RecordingsShape
from designer.parts import parts
from designer.problems import Problem
from engine.store import from_micros, id_text, recordings
from engine.store.files import Files
from engine.store.recordings import Recording

api = resource("recordings", 404)


class RecordingsQuery(PageQuery):
    session: str | None = Field(None, max_length=64, description="Of this session only.")


class RecordingPath(BaseModel):
    recording: str = Field(max_length=64)


@api.get("/recordings", responses={200: RecordingsShape})
@needs("recordings.hear")
def list_recordings(query: RecordingsQuery) -> Response:
    """Recordings, the newest first."""
    session_id = None if query.session is None else identity_in(query.session, "session")
    with store().read() as connection:
        rows = recordings.page(
            connection, before=query.after(bytes), limit=query.limit + 1, session_id=session_id,
            unseen=flow_rights.unseen(connection, who()),
        )  # fmt: skip
    return reply(page(rows, query.limit, lambda row: row.id, _recording_data))


@api.get("/recordings/<recording>", responses={200: RecordingShape})
@needs("recordings.hear")
def get_recording(path: RecordingPath) -> Response:
    """One recording's facts."""
    return reply(_recording_data(_found(path.recording)))


@api.get("/recordings/<recording>/content", responses={200: None})
@needs("recordings.hear")
def get_recording_content(path: RecordingPath) -> Response:
    """The recording as a wav file; of a whole call the party is left, what it heard is right."""
    found = _found(path.recording)
    lies = Files(parts().settings.folder_assets, who().tenant).path(found.sha256)
    if not lies.is_file():
        raise Problem(404, "The file is not on this machine.")
    name = f"{found.kind}-{id_text(found.id)}.wav"
    return send_file(lies, mimetype=found.media_type, download_name=name, etag=found.sha256.hex(), conditional=True)


@api.delete("/recordings/<recording>", responses={204: None})
@needs("recordings.delete")
def delete_recording(path: RecordingPath) -> Response:
    """Remove a recording for good."""
    found = _found(path.recording)
    with store().begin() as connection:
        gone = recordings.remove(connection, found.id)
    for sha256 in gone:
        Files(parts().settings.folder_assets, who().tenant).remove(sha256)
    return Response(status=204)


def _found(written: str) -> Recording:
    wanted = identity(written, "There is no such recording.")
    with store().read() as connection:
        found = recordings.get(connection, wanted)
    if found is None:
        raise Problem(404, "There is no such recording.")
    return found


def _recording_data(row: Recording) -> dict[str, Any]:
    return {
        "id": id_text(row.id),
        "session": id_text(row.session_id),
        "leg": row.leg,
        "kind": row.kind,
        "channels": row.channels,
        "ended_at": from_micros(row.ended_at),
        "seconds": row.seconds,
        "size": row.size,
        "sha256": row.sha256.hex(),
        "media_type": row.media_type,
    }
