"""A mail server whose every answer a test says beforehand; what it has got is its ledger."""

from __future__ import annotations

import asyncio
import ssl
from types import TracebackType
from typing import Self

CUT = "cut"
SILENT = "silent"


class MailServer:
    """Answers by the step: greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, `body` while it comes, `dot`."""

    def __init__(self, answers: dict[str, str] | None = None, *, context: ssl.SSLContext | None = None, tls: bool = False) -> None:
        self.answers = answers or {}
        self.mails: list[bytes] = []
        self.commands: list[str] = []
        self.connections = 0
        self._context = context
        self._tls = tls

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=self._context if self._tls else None, limit=1 << 20
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task[None]] = set()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, "greeting", "220 ready")
        while line := (await reader.readline()).decode().strip():
            self.commands.append(line)
            step = line.split(maxsplit=1)[0].upper()
            offered = "250-here\r\n250-STARTTLS\r\n" if self._context is not None and not self._tls else "250-here\r\n"
            offered += "250-AUTH PLAIN\r\n" if self._context is not None else ""
            offered += "250-SIZE 100000000\r\n250 8BITMIME"
            await self._say(writer, step, {"EHLO": offered, "DATA": "354 go on", "AUTH": "235 welcome", "STARTTLS": "220 go on"}.get(step, "250 fine"))
            if step == "STARTTLS" and self._context is not None:
                await writer.start_tls(self._context)
            if step == "DATA":
                await self._body(reader, writer)
            if step == "QUIT":
                return

    async def _body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "body" in self.answers:
            await reader.readline()
            await self._say(writer, "body", "")
        body = bytearray()
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise ConnectionError
            body += line.removeprefix(b".") if line.startswith(b"..") else line
        self.mails.append(bytes(body))
        await self._say(writer, "dot", "250 taken as 4711")

    async def _say(self, writer: asyncio.StreamWriter, step: str, usual: str) -> None:
        answer = self.answers.get(step, usual)
        if answer == SILENT:
            await asyncio.sleep(3600)
        if answer == CUT:
            writer.transport.abort()
            raise ConnectionError
        if answer:
            writer.write(answer.encode() + b"\r\n")
            await writer.drain()
