"""Conferences as rows, and what is asked of live calls."""

from __future__ import annotations

from engine.adapters.party_news import MemberNews, RoomNews
from engine.store import Stores, rooms
from engine.store.rooms import KEPT, RoomRequest, SupervisorRequest

OWNER = "asterisk a"


def ward(**more: object) -> RoomNews:
    return RoomNews(tenant="main", room="ward", members=(MemberNews(leg="1.1", number="1001"),), **more)  # type: ignore[arg-type]


def test_a_room_is_as_it_was_last_said_until_nobody_is_in_it(stores: Stores) -> None:
    store = stores.tenant("main")
    with store.begin() as connection:
        rooms.put(connection, OWNER, [ward()], at=1)
        rooms.put(connection, "asterisk b", [ward()], at=1)
        rooms.put(connection, OWNER, [ward(locked=True)], at=2)
    with store.read() as connection:
        assert [(room.owner, room.news.locked) for room in rooms.all_rooms(connection)] == [
            (OWNER, True), ("asterisk b", False)
        ]  # fmt: skip
        assert [room.news for room in rooms.all_rooms(connection, owner=OWNER, name="ward")] == [ward(locked=True)]
        assert rooms.all_rooms(connection, name="other") == []
    with store.begin() as connection:
        rooms.put(connection, OWNER, [RoomNews(tenant="main", room="ward")], at=3)
        assert rooms.all_rooms(connection, owner=OWNER) == []


def test_a_request_is_due_until_it_is_done_and_kept_for_a_while(stores: Stores) -> None:
    store = stores.tenant("main")
    asked = [RoomRequest(room="ward", action="mute", member="1.1"), SupervisorRequest(leg="1.1", supervisor="s", to="8009")]
    with store.begin() as connection:
        first, second = [rooms.ask(connection, OWNER, request, by="Ann", at=5) for request in asked]
        rooms.ask(connection, "asterisk b", asked[0], by="Ann", at=5)
    with store.read() as connection:
        assert [(due.id, due.by, due.request) for due in rooms.due(connection, OWNER)] == [
            (first, "Ann", asked[0]), (second, "Ann", asked[1])
        ]  # fmt: skip
        assert rooms.answer(connection, first) == (False, None)
    with store.begin() as connection:
        rooms.done(connection, first, None, at=6)
        rooms.done(connection, second, "there is no such party", at=6)
        assert rooms.due(connection, OWNER) == []
        assert rooms.answer(connection, first) == (True, None)
        assert rooms.answer(connection, second) == (True, "there is no such party")
        third = rooms.ask(connection, OWNER, asked[0], by="Ann", at=7)
        rooms.done(connection, third, None, at=7 + KEPT)
        assert len(rooms.due(connection, "asterisk b")) == 1
