"""`/assets/{asset}/record`: somebody is called and speaks a prompt, which becomes the asset's next version.

The call is a session like any other: who speaks keeps what was spoken, or not, by a key. What was kept is taken into
use some seconds later by a job (`engine/host/prompt_taking.py`), or at once by a request; both take it once.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from flask import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from designer import prompt_call
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.assets import AssetPath, asset_data
from designer.api.once import once
from designer.api.replies import reply, resource
from designer.api.shapes.sessions import StartedShape
from designer.api.shapes.sounds import AssetShape
from designer.parts import parts
from designer.problems import Problem
from engine.faults import shown
from engine.fields import fault
from engine.host import prompt_taking
from engine.host.prompt_taking import KEEP, FileAway, NotTaken
from engine.languages import TAG
from engine.store import assets, history, id_bytes, id_text, inbox, new_id, now_micros, spoken_prompts
from engine.store.assets import Asset
from engine.store.files import Files
from engine.store.history import SessionRow
from engine.store.inbox import Start
from engine.store.spoken_prompts import Spoken

api = resource("prompt_recording", 404, 409)


class PhoneBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phone: str = Field(pattern=r"^\+?[0-9*#-]{1,32}$", description="Who is called, and speaks.")
    language: str = Field("", max_length=35, description="Of the recording (BCP 47), and of what is said to them.")

    @field_validator("language")
    @classmethod
    def _tag(cls, language: str) -> str:
        if language and not TAG.fullmatch(language):
            raise fault("{value} is no language tag such as zh-CN or en", value=shown(language))
        return language


class CallPath(AssetPath):
    session: str = Field(max_length=64)


class SpokenShape(BaseModel):
    session: str
    state: Literal["calling", "recorded", "kept", "discarded", "not_reached", "failed"]
    language: str


@api.post("/assets/<asset>/record", responses={202: StartedShape})
@once
@needs("material.edit")
def record_asset(path: AssetPath, body: PhoneBody) -> Response:
    """Call somebody who speaks the next version after a tone; with 1 it is kept, and calls hear it from then on."""
    there, session_id, at = _audio(path.asset), new_id(), now_micros()
    with store().begin() as connection:
        flow_id, version = prompt_call.flow(connection)
        contact = {"phone": body.phone} | ({"language": body.language} if body.language else {})
        record = {"asset": there.name, "language": body.language, "asset_id": id_text(there.id)}
        start = Start(flow_id=flow_id, version=version, contact=contact, record=record)
        inbox.put_start(connection, session_id=session_id, source="api.record", start=start, at=at)
        spoken_prompts.begin(connection, session_id, asset_id=there.id, language=body.language, at=at)
    parts().hint(who().tenant)
    session = id_text(session_id)
    return reply({"session": session}, 202, Location=f"/api/v1/assets/{id_text(there.id)}/record/{session}")


@api.get("/assets/<asset>/record/<session>", responses={200: SpokenShape})
@needs("material.read")
def get_recorded(path: CallPath) -> Response:
    """How far such a call is. `recorded`: it was kept, and is about to be in use; `kept`: it is."""
    there = _audio(path.asset)
    row, language = _session(there, path.session)
    state = _state(row)
    if state == "recorded" and prompt_taking.is_taken(there, row.id):
        state = "kept"
    return reply({"session": path.session, "state": state, "language": language})


@api.post("/assets/<asset>/record/<session>", responses={201: AssetShape, 200: AssetShape})
@needs("material.edit")
def take_recorded(path: CallPath) -> Response:
    """Take what was spoken and kept into use now, if it is not yet; by itself it is some seconds after the call."""
    there = _audio(path.asset)
    row, language = _session(there, path.session)
    if prompt_taking.is_taken(there, row.id):
        return reply(asset_data(there))
    spoken = Spoken(
        session_id=row.id, asset_id=there.id, language=language, outcome=row.outcome or "", ended_at=row.ended_at or 0
    )
    try:
        sound = prompt_taking.take(store(), Files(parts().settings.folder_assets, who().tenant), spoken)
    except FileAway as error:
        raise Problem(404, "The file is not on this machine.") from error
    except NotTaken as error:
        raise Problem(409, "This call has brought no recording that was kept.") from error
    return reply(asset_data(_audio(path.asset), sound), 201)


def _audio(reference: str) -> Asset:
    with store().read() as connection:
        found = assets.find(connection, reference)
    if found is None or found.kind != "audio" or found.name is None:
        raise Problem(404, "There is no such asset.")
    return found


def _session(asset: Asset, written: str) -> tuple[SessionRow, str]:
    """The session that was started for this asset, and the language that is spoken in it."""
    identity = id_bytes(written)
    with store().read() as connection:
        row = None if identity is None else history.session_row(connection, identity)
    record: dict[str, Any] = msgspec.msgpack.decode(row.record) if row is not None and row.record else {}
    if row is None or record.get("asset_id") != id_text(asset.id):
        raise Problem(404, "There is no such call.")
    return row, record["language"]


def _state(row: SessionRow) -> str:
    if row.ended_at is None:
        return "calling"
    outcome = row.outcome or ""
    if outcome.startswith(KEEP):
        return "recorded"
    return {"discard": "discarded", "not_reached": "not_reached"}.get(outcome, "failed")
