"""Telephones at the far end that do what a test says, when it says it: ring, answer, refuse, talk, press, refer.

async with Peers(sip_peer_port) as peers:
    phone = await peers.rings("8001")
    await phone.answer()
    phone.hum(700)
    await phone.hang_up()
"""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any, Self

from tests.telephony import hearing, sip
from tests.telephony.rtp import Rtp


class Phone:
    """One call that came to a far end."""

    def __init__(self, peers: Peers, invite: sip.Message, address: Any) -> None:
        self.number = invite.start.split()[1].partition(":")[2].partition("@")[0]
        self.caller = invite["From"]
        self.rtp = Rtp()
        self.answered_at = 0.0
        self.cancelled = asyncio.Event()
        self.over = asyncio.Event()
        self.notified: list[str] = []
        self._is_heard = False
        self.call_id = invite["Call-ID"]
        self._peers = peers
        self._invite = invite
        self._address = address
        self._tag = uuid.uuid4().hex[:8]
        self._sequence = 0
        self._answers: dict[int, asyncio.Future[sip.Message]] = {}

    async def answer(self, *, silent: bool = False) -> None:
        """Take the call; `silent`: no sound is sent, not even silence."""
        if not self._is_heard:
            await self.rtp.open()
        self.answered_at = time.monotonic()
        self._respond(self._invite, "200 OK", sip.offer(self.rtp.port))
        if not self._is_heard:
            self.rtp.begin(self._invite.media_port, silent=silent)

    def ring(self) -> None:
        """Say that it rings."""
        self._respond(self._invite, "180 Ringing")

    async def announce(self, hertz: int) -> None:
        """Say something before the answer."""
        self._is_heard = True
        await self.rtp.open()
        self._respond(self._invite, "183 Session Progress", sip.offer(self.rtp.port))
        self.rtp.begin(self._invite.media_port)
        self.hum(hertz)

    def refuse(self, status: int = 486) -> None:
        """Do not take the call."""
        self._respond(self._invite, f"{status} No")

    def hum(self, hertz: int) -> None:
        """Say a tone from now on; 0: silence."""
        self.rtp.sound = hearing.humming(hertz) if hertz else b"\xff" * 160

    async def press(self, keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.rtp.press(key, 0.1)
            await asyncio.sleep(0.08)

    def sound(self, since: float = 0.0) -> hearing.Samples:
        """What was heard since a moment."""
        return hearing.samples([packet for packet in self.rtp.packets if packet.at >= since])

    async def hang_up(self) -> None:
        """Say goodbye."""
        if not self.over.is_set():
            self.over.set()
            await self._ask("BYE")
        self.rtp.close()

    async def refer(self, to: str, *, replaces: str = "") -> int:
        """Ask that who is on the line be passed on; gives the answer's status."""
        uri = f"<sip:{to}@127.0.0.1{'?Replaces=' + replaces if replaces else ''}>"
        answer = await self._ask("REFER", [("Refer-To", uri), ("Referred-By", f"<sip:{self.number}@127.0.0.1>")])
        return answer.status

    # SIP

    def request(self, message: sip.Message) -> None:
        """A request within the call."""
        if message.method == "INVITE":
            self._respond(message, "200 OK", sip.offer(self.rtp.port))
        elif message.method == "CANCEL":
            self._peers.send(sip.answer_to(message, "200 OK"), self._address)
            self._respond(self._invite, "487 Request Terminated")
            self.cancelled.set()
            self.over.set()
        elif message.method == "BYE":
            self._respond(message, "200 OK")
            self.over.set()
            self.rtp.close()
        elif message.method == "NOTIFY":
            self.notified.append(message.body.strip())
            self._respond(message, "200 OK")
        elif message.method != "ACK":
            self._respond(message, "200 OK")

    def response(self, message: sip.Message) -> None:
        """An answer to a request of ours."""
        if message.status >= 200:
            waiting = self._answers.pop(int(message["CSeq"].split()[0]), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)

    async def _ask(self, method: str, more: list[tuple[str, str]] | None = None) -> sip.Message:
        self._sequence += 1
        answer: asyncio.Future[sip.Message] = asyncio.get_running_loop().create_future()
        self._answers[self._sequence] = answer
        target = self._invite["Contact"].partition("<")[2].partition(">")[0]
        headers = [
            ("Via", f"SIP/2.0/UDP 127.0.0.1:{self._peers.port};branch=z9hG4bK{uuid.uuid4().hex};rport"),
            ("From", f"{self._invite['To']};tag={self._tag}"), ("To", self._invite["From"]),
            ("Call-ID", self.call_id), ("CSeq", f"{self._sequence} {method}"), ("Contact", self._contact),
            ("Max-Forwards", "70"), *(more or []),
        ]  # fmt: skip
        data = sip.write(f"{method} {target} SIP/2.0", headers)
        async with asyncio.timeout(10):
            while not answer.done():
                self._peers.send(data, self._address)
                await asyncio.wait([answer], timeout=0.5)
        return answer.result()

    def _respond(self, request: sip.Message, status: str, body: str = "") -> None:
        data = sip.answer_to(request, status, body, self._contact).decode()
        head, _, rest = data.partition("\r\n\r\n")
        lines = [
            f"{line};tag={self._tag}" if line.startswith("To:") and ";tag=" not in line else line
            for line in head.split("\r\n")
        ]
        self._peers.send(("\r\n".join(lines) + "\r\n\r\n" + rest).encode(), self._address)

    @property
    def _contact(self) -> str:
        return f"<sip:{self.number}@127.0.0.1:{self._peers.port}>"


class Peers(asyncio.DatagramProtocol):
    """All telephones behind one port; 0: any that is free, `port` says which."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.phones: list[Phone] = []
        self._by_call: dict[str, Phone] = {}
        self._transport: Any = None
        self._news = asyncio.Event()
        self._taken: set[str] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", self.port))
        self.port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for phone in self.phones:
            if phone.answered_at and not phone.over.is_set():
                await phone.hang_up()
            phone.rtp.close()
        self._transport.close()

    async def rings(self, number: str, seconds: float = 10.0) -> Phone:
        """Wait for a call to this number, one that was not waited for yet; it is ringing."""
        async with asyncio.timeout(seconds):
            while True:
                for phone in self.phones:
                    if phone.number == number and phone.call_id not in self._taken:
                        self._taken.add(phone.call_id)
                        phone.ring()
                        return phone
                self._news.clear()
                await self._news.wait()

    async def answers(self, number: str) -> Phone:
        """Wait for a call to this number, and take it."""
        phone = await self.rings(number)
        await phone.answer()
        return phone

    def called(self, number: str) -> int:
        """How many calls came to a number."""
        return sum(phone.number == number for phone in self.phones)

    def send(self, data: bytes, address: Any) -> None:
        """One datagram."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, address)

    def datagram_received(self, data: bytes, address: Any) -> None:
        message = sip.parse(data)
        phone = self._by_call.get(message["Call-ID"])
        if phone is not None and message.is_response:
            phone.response(message)
        elif phone is not None and (message.method != "INVITE" or ";tag=" in message["To"]):
            phone.request(message)
        elif phone is None and message.method == "INVITE":
            phone = self._by_call[message["Call-ID"]] = Phone(self, message, address)
            self.phones.append(phone)
            self.send(sip.answer_to(message, "100 Trying"), address)
            self._news.set()
        elif not message.is_response and message.method == "OPTIONS":
            self.send(sip.answer_to(message, "200 OK"), address)
