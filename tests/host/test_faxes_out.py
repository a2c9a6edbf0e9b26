"""Faxes from the outbox to the telephones: at most once, whatever the line and the databases do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from PIL import Image

from engine.adapters.faxes import Arrived, FaxNotKept
from engine.adapters.telephony import FaxOver, LegFound, Missed, News, Outgoing, PickedUp, Rang
from engine.adapters.ways import Later, NoWay, Way
from engine.commands import SendFax
from engine.events import CallFailed, CommandFailed, FaxSent, SessionStarted
from engine.host.fax_documents import FaxDocuments
from engine.host.fax_drawing import Drawing, NotDrawn
from engine.host.fax_keeping import FaxKeeping
from engine.host.fax_rows import FaxRows
from engine.host.faxes_out import FaxesOut
from engine.host.outbox.registry import row_of
from engine.host.programs import Programs
from engine.host.turn import Held, commit
from engine.store import Stores, assets, faxes, id_bytes, inbox, new_id, now_micros, outbox, tenant
from engine.store.assets import NewFile
from engine.store.files import Files
from engine.store.sessions import LegRow
from tests.host.conftest import OWNER, publish
from tests.telephony.fax_machine import differing, drawn, save

WAITING: dict[str, Any] = {
    "callweave": 1, "name": "Waits", "languages": ["en"], "start": "wait",
    "nodes": {"wait": {"type": "wait", "config": {"for": "1d"}, "outlets": {}}},
}  # fmt: skip


def session_row(identity: bytes) -> sa.Insert:
    """A session that is there."""
    return tenant.session.insert().values(
        id=identity, flow_id=new_id(), version=1, status="running", rev=1, state=b"", owner_epoch=0, started_at=1,
        updated_at=1,
    )  # fmt: skip


class Line:
    """Telephones, ways and documents that do as a test says."""

    ready = True

    def __init__(self, answers: Sequence[Sequence[News]], trunks: Sequence[str] = ("one", "two")) -> None:
        self.telephony = self
        self.placed: list[Outgoing] = []
        self.taken_on: list[str] = []
        self.freed: list[str] = []
        self.full = 0
        self._answers = list(answers)
        self._trunks = trunks

    def may_act(self) -> bool:
        return True

    def place(self, call: Outgoing, told: Callable[[News], None]) -> bool:
        self.placed.append(call)
        for news in self._answers.pop(0) if self._answers else ():
            asyncio.get_running_loop().call_soon(told, news)
        return True

    def take_on(self, call: Outgoing, told: Callable[[News], None]) -> None:
        self.taken_on.append(call.leg)
        for news in self._answers.pop(0):
            asyncio.get_running_loop().call_soon(told, news)

    async def find(self, tenant: str, to: str, *, leg: str, tried: Sequence[str] = (), **_: Any) -> Way | NoWay | Later:
        if self.full:
            self.full -= 1
            return Later(seconds=0.01)
        free = [trunk for trunk in self._trunks if trunk not in tried]
        if not free:
            return NoWay(reason="no other trunk")
        return Way(leg=leg, trunk=free[0], endpoint=f"PJSIP/{to}@{free[0]}", caller_id="0201")

    async def free(self, leg: str) -> None:
        self.freed.append(leg)

    async def prepare(self, tenant: str, session_id: bytes, reference: str, target: Path) -> int:
        if reference == "nothing":
            raise NotDrawn("there is no document 'nothing'")
        target.write_bytes(b"pages")
        return 2


class Stage:
    """An engine's part that sends faxes, with one fax that is due."""

    def __init__(self, stores: Stores, folder: Path, line: Line) -> None:
        self.stores, self.folder, self.line = stores, folder, line
        self.out = self.engine()

    def engine(self, epoch: int = 1) -> FaxesOut:
        rows: Any = FaxRows(self.stores, owner=OWNER, epoch=epoch)
        line: Any = self.line
        return FaxesOut(line, rows, line, line, self.folder)

    def ask(self, document: str = "letter") -> bytes:
        session = new_id()
        with self.stores.tenant("main").begin() as connection:
            connection.execute(session_row(session))
            row = row_of(session, SendFax(id="4", to="8001", document=document, header="Ward 3"), now_micros())
            outbox.insert(connection, [row])
        return session

    async def ended(self) -> tuple[str, Any, faxes.FaxRow | None]:
        """The row's state, the answer, and the fax, once there is an answer."""
        async with asyncio.timeout(20):
            while True:
                with self.stores.tenant("main").read() as connection:
                    found = connection.execute(sa.select(tenant.inbox.c.event)).scalar_one_or_none()
                    [state] = connection.scalars(sa.select(tenant.outbox.c.state))
                    page = faxes.page(connection, before=None, limit=2)
                if found is not None:
                    event = msgspec.msgpack.decode(found, type=inbox.Posted).event
                    return state, event, page[0] if page else None
                await asyncio.sleep(0.02)


def played(stores: Stores, folder: Path, line: Line, document: str = "letter") -> tuple[str, Any, Any]:
    """One fax from its row to its answer."""

    async def main() -> tuple[str, Any, Any]:
        stage = Stage(stores, folder, line)
        stage.ask(document)
        running = asyncio.create_task(stage.out.run())
        try:
            return await stage.ended()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    outcome = asyncio.run(main())
    assert list(folder.iterdir()) == [], "no file is left"
    return outcome


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "spool").mkdir()
    return tmp_path / "spool"


SENT = FaxOver(sent=True, pages=2, station="FAR", medium="t38", rate=14400)


def test_a_fax_is_sent(stores: Stores, folder: Path) -> None:
    line = Line([[Rang(), PickedUp(), SENT]])
    line.full = 3
    state, event, fax = played(stores, folder, line)
    assert (state, type(event), event.command_id, event.pages) == ("done", FaxSent, "4", 2)
    assert (fax.fate, fax.pages, fax.station, fax.medium, fax.trunk, fax.caller) == ("sent", 2, "FAR", "t38", "one", "0201")
    assert fax.answered_at is not None and fax.ended_at is not None
    [call] = line.placed
    assert call.fax is not None
    assert (call.fax.pages, call.fax.header, call.fax.station) == (2, "Ward 3", "0201")
    assert line.freed == [call.leg]


@pytest.mark.parametrize(
    ("news", "fate", "cause", "state"),
    [
        ([Missed(fate="busy", cause="busy", sip=486)], "busy", "busy", "done"),
        ([Rang(), Missed(fate="no_answer", cause="no_answer", rang=True)], "no_answer", "no_answer", "done"),
        ([PickedUp(), FaxOver(sent=False, pages=1, cause="broke_off")], "failed", "broke_off", "done"),
        ([Missed(cause="unknown")], "failed", "unknown", "unknown"),
    ],
)  # fmt: skip
def test_what_may_become_of_it(
    stores: Stores, folder: Path, news: list[News], fate: str, cause: str, state: str
) -> None:  # fmt: skip
    got, event, fax = played(stores, folder, Line([news]))
    assert (got, type(event), event.fate, event.cause) == (state, CallFailed, fate, cause)
    assert fax.fate == ("unknown" if state == "unknown" else fate)


def test_another_trunk_is_tried_where_the_first_has_trouble(stores: Stores, folder: Path) -> None:
    line = Line([[Missed(cause="trunk_trouble", trunk_trouble=True)], [PickedUp(), SENT]])
    _, event, fax = played(stores, folder, line)
    assert (type(event), fax.trunk, fax.leg) == (FaxSent, "two", line.placed[1].leg)
    assert len({call.leg for call in line.placed}) == 2
    assert line.freed == [call.leg for call in line.placed]


def test_what_cannot_be_sent_is_refused(stores: Stores, folder: Path) -> None:
    line = Line([])
    state, event, fax = played(stores, folder, line, "nothing")
    assert (state, event, fax) == ("done", msgspec.structs.replace(event, reason="there is no document 'nothing'"), None)
    assert isinstance(event, CommandFailed)
    assert line.placed == []


def test_no_way_to_the_number(stores: Stores, folder: Path) -> None:
    _, event, _ = played(stores, folder, Line([], trunks=()))
    assert (type(event), event.fate, event.cause) == (CallFailed, "failed", "no other trunk")


@pytest.mark.parametrize("there", [True, False])
def test_the_next_engine_never_sends_it_again(stores: Stores, folder: Path, there: bool) -> None:
    async def main() -> None:
        line = Line([[PickedUp()], [PickedUp(), SENT]])
        stage = Stage(stores, folder, line)
        stage.ask()
        running = asyncio.create_task(stage.out.run())
        async with asyncio.timeout(20):
            while not line.placed:
                await asyncio.sleep(0.02)
        running.cancel()  # the engine is no more, in the middle of the fax
        await asyncio.gather(running, return_exceptions=True)
        leg = line.placed[0].leg
        again = stage.engine(epoch=2)
        again.recover()
        again.stock_taken({leg} if there else set())
        assert again.found(LegFound(leg=leg, answered=True, placed=True))
        running = asyncio.create_task(again.run())
        state, event, fax = await stage.ended()
        await asyncio.sleep(0.1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert (state, type(event)) == (("done", FaxSent) if there else ("unknown", CallFailed))
        assert fax is not None and fax.fate == ("sent" if there else "unknown")
        assert len(line.placed) == 1, "nothing is dialled a second time"

    asyncio.run(main())


def test_a_text_is_filled_in_and_a_fax_is_sent_on_dot_by_dot(stores: Stores, folder: Path, tmp_path: Path) -> None:
    store, at = stores.tenant("main"), now_micros()
    programs = Programs("UTC")
    flow = publish(store, WAITING)
    held = Held(
        tenant="main", id=new_id(), flow_id=flow, version=1, program=programs.get(store, flow, 1),
        contact={"name": "Li Ming"}, record={}, owner=None, epoch=0, started_at=at,
    )  # fmt: skip
    held.take(SessionStarted(at=datetime.now(UTC)))
    writing = held.writing()
    assert writing is not None
    files = Files(tmp_path / "assets", "main")
    page = drawn("As it came")
    came = save(page, tmp_path / "came.tif").read_bytes()
    with store.begin() as connection:
        assert commit(connection, [writing], [], at=at) == []
        text = b"Dear {{ contact.name }}"
        new = NewFile(sha256=files.put(text), media_type="text/plain", size=len(text))
        assets.add(connection, kind="document", name="letter", language="", file=new, at=at)
        new = NewFile(sha256=files.put(came), media_type="image/tiff", size=len(came))
        assets.add(connection, kind="fax", name="a fax", language="", file=new, at=at)
    documents = FaxDocuments(stores, programs, tmp_path / "assets", Drawing())
    assert documents._content("main", held.id, "letter") == b"Dear Li Ming"
    assert asyncio.run(documents.prepare("main", held.id, "letter", folder / "letter.tif")) == 1
    with Image.open(folder / "letter.tif") as made:
        assert made.size == (1728, 2292)
    assert asyncio.run(documents.prepare("main", held.id, "a fax", folder / "on.tif")) == 1
    assert differing(page, folder / "on.tif") == [0]
    with pytest.raises(NotDrawn, match="there is no document 'x'"):
        asyncio.run(documents.prepare("main", held.id, "x", folder / "x.tif"))


def test_what_comes_in_is_kept_as_it_came_and_as_pdf(stores: Stores, folder: Path, tmp_path: Path) -> None:
    store, at = stores.tenant("main"), now_micros()
    session = new_id()
    with store.begin() as connection:
        leg = LegRow(session_id=session, leg="a", direction="in", caller="1", called="2", state="answered", started_at=at)
        connection.execute(session_row(session))
        connection.execute(tenant.leg.insert().values(msgspec.structs.asdict(leg)))
    keeping = FaxKeeping(stores, tmp_path / "assets", lambda leg: None)
    pages = drawn("One", "Two")
    asset = asyncio.run(
        keeping.keep_fax("a", save(pages, folder / "a-fax-in.tif"), Arrived(whole=True, pages=2, station="FAR"))
    )
    with store.read() as connection:
        found = assets.find(connection, asset)
        fax = faxes.get(connection, id_bytes(asset) or b"")
    assert found is not None and fax is not None
    assert [(file.number, file.media_type, file.in_use) for file in found.files] == [
        (2, "application/pdf", True), (1, "image/tiff", False),
    ]  # fmt: skip
    assert (fax.fate, fax.pages, fax.session_id, fax.caller, fax.station) == ("received", 2, session, "1", "FAR")
    with pytest.raises(FaxNotKept, match=r"broken off .broke_off.: what has come of it is kept as"):
        asyncio.run(
            keeping.keep_fax("a", save(pages[:1], folder / "a-fax-in.tif"), Arrived(whole=False, fault="broke_off"))
        )
    with pytest.raises(FaxNotKept, match="nothing has come"):
        asyncio.run(keeping.keep_fax("a", folder / "a-fax-in.tif", Arrived(whole=False, fault="no_carrier")))
    save(pages, folder / "a-fax-in.tif")
    save(pages, folder / "b-fax-in.tif")
    save(pages, folder / "c-fax-in.tif")
    assert keeping.adopt_faxes(folder, {"c"}) == 1, "of an ended call; `b` is nobody's, `c` goes on"
    assert sorted(file.name for file in folder.iterdir()) == ["b-fax-in.tif", "c-fax-in.tif"]
