"""A small message centre in this process: it keeps a ledger of what it was given, and answers as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

from engine.adapters.smpp import bodies, pdu, statuses
from engine.adapters.smpp.bodies import Message
from engine.adapters.smpp.pdu import Frames, Pdu

Judging = Callable[["Session", Message], "int | str | None"]
"""Its answer to a text: an id, a status, or none at all."""


class Session:
    """One connection, and how it was bound."""

    def __init__(self, centre: Smsc, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.centre, self.reader, self.writer = centre, reader, writer
        self.bound_as = 0
        self.sequence = 0
        self.answers: dict[int, asyncio.Future[Pdu]] = {}

    def send(self, unit: Pdu) -> None:
        self.writer.write(unit.encode())

    async def deliver(self, message: Message, seconds: float = 5.0) -> Pdu:
        """Bring something to the client; its response."""
        return await self.ask(pdu.DELIVER_SM, message.encode(), seconds)

    async def ask(self, command: int, body: bytes = b"", seconds: float = 5.0) -> Pdu:
        self.sequence += 1
        answer = self.answers[self.sequence] = asyncio.get_running_loop().create_future()
        self.send(Pdu(command, 0, self.sequence, body))
        return await asyncio.wait_for(answer, seconds)

    def cut(self) -> None:
        self.writer.transport.abort()


class Smsc:
    """`ledger` is what it has taken, with the ids it gave; `asked` all that was asked of it."""

    def __init__(self, judge: Judging | None = None, *, password: str = "secret") -> None:
        self.judge = judge or (lambda session, message: f"{len(self.ledger) + 1:08x}")
        self.password = password
        self.ledger: list[tuple[str, Message]] = []
        self.asked: list[Pdu] = []
        self.sessions: list[Session] = []
        self.silent: set[int] = set()
        """Commands that it does not answer."""
        self.most_waiting = 0
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self, secured: ssl.SSLContext | None = None) -> Smsc:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=secured)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for session in self.sessions:
            session.cut()
        await asyncio.sleep(0)

    async def bound(self, count: int = 1, seconds: float = 10.0) -> list[Session]:
        """The bound sessions, when there are so many."""
        await seen(lambda: len(self._bound()) >= count, seconds)
        return self._bound()

    def _bound(self) -> list[Session]:
        return [session for session in self.sessions if session.bound_as]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self, reader, writer)
        self.sessions.append(session)
        frames = Frames()
        try:
            while data := await reader.read(65_536):
                for unit in frames.feed(data):
                    self._take(session, unit)
        except ConnectionError:
            pass
        finally:
            self.sessions.remove(session)
            writer.close()

    def _take(self, session: Session, unit: Pdu) -> None:
        if unit.command & pdu.RESPONSE:
            answer = session.answers.pop(unit.sequence, None)
            if answer is not None and not answer.done():
                answer.set_result(unit)
            return
        self.asked.append(unit)
        if unit.command in self.silent:
            return
        if unit.command == pdu.SUBMIT_SM:
            message = bodies.read_message(unit.body)
            verdict = self.judge(session, message)
            if isinstance(verdict, str):
                self.ledger.append((verdict, message))
                session.send(unit.answer(0, bodies.text(verdict)))
            elif verdict is not None:
                session.send(unit.answer(verdict))
        elif unit.command in (pdu.BIND_RECEIVER, pdu.BIND_TRANSMITTER, pdu.BIND_TRANSCEIVER):
            (_, password, _), _ = bodies.texts(unit.body, 3)
            well = password == self.password
            session.bound_as = unit.command if well else 0
            session.send(unit.answer(statuses.OK if well else 0x0E, b"SMSC\0"))
        else:
            session.send(unit.answer())
            if unit.command == pdu.UNBIND:
                session.writer.close()


async def seen(what: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.005)
