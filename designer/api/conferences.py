"""`/conferences`: rooms where people talk now, and what a person may do to them; supervisors beside a live call.

The engine that has the calls does it: a request is a row, taken within a tenth of a second. The answer tells how the
room is then; if the engine does not answer in time, the request stays for it, and the answer is 202.
"""

from __future__ import annotations

import time
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.once import once
from designer.api.paging import PageQuery, cut
from designer.api.replies import REFUSAL, reply, resource
from designer.problems import Problem
from engine.store import flow_permissions, from_micros, id_text, new_id, now_micros, recordings, rooms
from engine.store.rooms import LiveRequest, Room, RoomRequest, SupervisorRequest

api = resource("conferences", 404, 409)
NO_ROOM = "There is no such conference."
NO_CALL = "There is no such live call."
MEMBER_MISSING = "Say which member: {action} is done to one."
MESSAGES = {
    NO_ROOM, NO_CALL, MEMBER_MISSING, "there is no such room", "there is no such member", "there is no such party",
    "there is no such supervisor", "nobody could do it in time",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

PATIENCE = 2.0
LOOKS = 0.02
OF_MEMBER = ("mute", "unmute", "kick")


class RoomPath(BaseModel):
    room: str = Field(min_length=1, max_length=100)


class ActionPath(RoomPath):
    action: Literal["lock", "unlock", "end", "mute", "unmute", "kick"]


class ActionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    member: str = Field("", max_length=200, description="The leg of the one to mute, unmute or remove.")


class LegPath(BaseModel):
    leg: str = Field(min_length=1, max_length=200)


class SupervisorPath(LegPath):
    supervisor: str = Field(pattern=r"^[0-9a-f-]{36}$")


class SupervisorBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: str = Field(pattern=r"^\+?[0-9*#]{1,32}$", description="The supervisor's telephone; it is called.")
    mode: Literal["listen", "whisper", "barge"] = Field(
        "listen", description="Hears only, is heard by the party alone, or by all."
    )


class ModeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mode: Literal["listen", "whisper", "barge"]


class RoomMemberShape(BaseModel):
    leg: str
    number: str
    role: Literal["member", "moderator"]
    state: Literal["asked", "waiting", "in"]
    muted: bool
    invited: bool
    since: str


class ConferenceShape(BaseModel):
    room: str
    asterisk: str
    locked: bool
    recorded: bool
    since: str
    members: list[RoomMemberShape]
    calling: list[str]


class ConferencesShape(BaseModel):
    items: list[ConferenceShape]
    next: str | None


class SupervisorShape(BaseModel):
    supervisor: str


@api.get("/conferences", responses={200: ConferencesShape})
@needs("sessions.read")
def list_conferences(query: PageQuery) -> Response:
    """Every room in which somebody is."""
    with store().read() as connection:
        found = _seen(connection, rooms.all_rooms(connection))
    return reply(cut(found, query, lambda room: f"{room.news.room} {room.owner}", _data))


@api.get("/conferences/<room>", responses={200: ConferenceShape})
@needs("sessions.read")
def get_conference(path: RoomPath) -> Response:
    """One room."""
    return reply(_data(_room(path.room)))


@api.post("/conferences/<room>/<action>", responses={200: ConferenceShape, 202: ConferenceShape, 503: REFUSAL})
@once
@needs("sessions.control")
def control_conference(path: ActionPath, body: ActionBody) -> Response:
    """Lock or unlock a room, end it for all, or mute, unmute or remove (`kick`) one of its members."""
    room = _room(path.room)
    if path.action in OF_MEMBER and not body.member:
        raise Problem(422, MEMBER_MISSING, {"action": path.action})
    done = _ask(room.owner, RoomRequest(room=path.room, action=path.action, member=body.member))
    with store().read() as connection:
        found = rooms.all_rooms(connection, owner=room.owner, name=path.room)
    over = Room(owner=room.owner, news=msgspec.structs.replace(room.news, members=(), calling=()))
    return reply(_data(found[0] if found else over), 200 if done else 202)


@api.post("/calls/<leg>/supervisors", responses={202: SupervisorShape})
@once
@needs("sessions.control")
def add_supervisor(path: LegPath, body: SupervisorBody) -> Response:
    """Call a supervisor to listen to a live call, to whisper to its party, or to talk with all."""
    name = id_text(new_id())
    _ask_about(path.leg, SupervisorRequest(leg=path.leg, supervisor=name, to=body.to, mode=body.mode))
    return reply({"supervisor": name}, 202)


@api.put("/calls/<leg>/supervisors/<supervisor>", responses={202: SupervisorShape})
@needs("sessions.control")
def change_supervisor(path: SupervisorPath, body: ModeBody) -> Response:
    """Let a supervisor only listen, whisper, or talk with all."""
    _ask_about(path.leg, SupervisorRequest(leg=path.leg, supervisor=path.supervisor, mode=body.mode))
    return reply({"supervisor": path.supervisor}, 202)


@api.delete("/calls/<leg>/supervisors/<supervisor>", responses={202: SupervisorShape})
@needs("sessions.control")
def end_supervisor(path: SupervisorPath) -> Response:
    """Let a supervisor go."""
    _ask_about(path.leg, SupervisorRequest(leg=path.leg, supervisor=path.supervisor, mode=""))
    return reply({"supervisor": path.supervisor}, 202)


def _room(name: str) -> Room:
    with store().read() as connection:
        found = rooms.all_rooms(connection, name=name)
        seen = _seen(connection, found)
    if not found:
        raise Problem(404, NO_ROOM)
    if not seen:
        raise Problem(403, flow_rights.KEPT["follow"])
    return seen[0]


def _seen(connection: sa.Connection, found: list[Room]) -> list[Room]:
    """Those rooms in which nobody is by a flow whose sessions one may not follow."""
    unseen = flow_rights.unseen(connection, who())
    if not unseen:
        return found
    return [room for room in found if not (_flows(connection, room) & unseen)]


def _flows(connection: sa.Connection, room: Room) -> set[bytes | None]:
    sessions = (recordings.session_of(connection, member.leg) for member in room.news.members)
    return {flow_permissions.flow_of_session(connection, each) for each in sessions if each is not None}


def _ask_about(leg: str, request: SupervisorRequest) -> None:
    with store().read() as connection:
        owner = rooms.owner_of_leg(connection, leg)
    if owner is None:
        raise Problem(404, NO_CALL)
    _ask(owner, request)


def _ask(owner: str, request: LiveRequest) -> bool:
    """Ask the engine, and wait a little for its answer: whether it has done it. Problem 409 where it cannot be done."""
    with store().begin() as connection:
        identity = rooms.ask(connection, owner, request, by=who().name, at=now_micros())
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(LOOKS)
        with store().read() as connection:
            done, refusal = rooms.answer(connection, identity)
        if refusal is not None:
            raise Problem(409, refusal)
        if done:
            return True
    return False


def _data(room: Room) -> dict[str, Any]:
    news = room.news
    return {
        "room": news.room, "asterisk": room.owner, "locked": news.locked, "recorded": bool(news.recording),
        "since": _moment(news.since), "calling": list(news.calling),
        "members": [
            {
                "leg": member.leg, "number": sight().address(member.number), "role": member.role, "state": member.state,
                "muted": member.muted, "invited": member.invited, "since": _moment(member.since),
            }
            for member in news.members
        ],
    }  # fmt: skip


def _moment(seconds: float) -> Any:
    return from_micros(round(seconds * 1_000_000))
