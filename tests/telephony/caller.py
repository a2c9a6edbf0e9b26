"""A telephone on the loopback, for what SIPp cannot do: it hears, presses keys at chosen moments, and gives up at others.

async with Caller(sip_port) as caller:
    await caller.call("7001")
    await caller.until_heard()
    await caller.press("1")
    await caller.ended()
"""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any, Literal, Self

from tests.telephony import hearing, sip
from tests.telephony.rtp import Packet, Rtp

KeyWay = Literal["rfc4733", "info"]


class CallRefused(Exception):
    """The call was not taken; `status` is SIP's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"SIP {status}")
        self.status = status


class Caller(asyncio.DatagramProtocol):
    """One telephone, for one call."""

    def __init__(
        self, port: int, *, number: str = "1001", keys: KeyWay = "rfc4733", sends_rtp: bool = True, host: str = "127.0.0.1"
    ) -> None:
        self.number = number
        self._host = host
        self.server = ("127.0.0.1", port)
        self.keys = keys
        self.rtp = Rtp()
        self.answered_at = 0.0
        self.ended_at = 0.0
        self.end_reason = ""
        self.status = 0
        self._sends_rtp = sends_rtp
        self._transport: Any = None
        self._port = 0
        self._called = ""
        self.call_id = f"{uuid.uuid4().hex}@127.0.0.1"
        self.tag = uuid.uuid4().hex[:8]
        self._to_tag = ""
        self._branch = ""
        self._sequence = 0
        self._answers: dict[tuple[int, str], asyncio.Future[sip.Message]] = {}
        self._over = asyncio.Event()
        self.ringing = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.rtp.open()
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self._host, 0))
        self._port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.answered_at and not self.ended_at:
            await self.hang_up()
        self.vanish()

    # what a person does

    async def call(self, number: str, timeout: float = 10.0) -> None:
        """Call and wait until it is answered; raises CallRefused otherwise."""
        await self.dial(number)
        await self.answered(timeout)

    async def dial(self, number: str) -> None:
        """Call, and don't wait."""
        self._called = number
        self._sequence = 1
        self._invite = self._request("INVITE", sip.offer(self.rtp.port), "application/sdp")
        self._final = self._expect(1, "INVITE")
        self._resend = asyncio.create_task(self._send_until(self._invite, self._final))

    async def answered(self, timeout: float = 10.0) -> None:
        """Wait until the call is taken."""
        message = await asyncio.wait_for(asyncio.shield(self._final), timeout)
        if message.status >= 300:
            raise CallRefused(message.status)

    async def press(self, keys: str, *, by: KeyWay | None = None, hold: float = 0.1, gap: float = 0.08) -> float:
        """Press keys one after the other; gives the moment at which the last one was let go."""
        moment = 0.0
        for number, key in enumerate(keys):
            if number:
                await asyncio.sleep(gap)
            if (by or self.keys) == "info":
                await self._ask("INFO", f"Signal={key}\r\nDuration={round(hold * 1000)}\r\n", "application/dtmf-relay")
                moment = time.monotonic()
            else:
                moment = await self.rtp.press(key, hold)
        return moment

    async def hang_up(self, timeout: float = 5.0) -> None:
        """Say goodbye; returns when the other side knows."""
        self._end("we hung up")
        await self._ask("BYE", timeout=timeout)

    async def cancel(self, timeout: float = 5.0) -> None:
        """Give up before the call is taken."""
        cancelled = self._expect(1, "CANCEL")
        self._send(self._request("CANCEL"))
        await asyncio.wait_for(cancelled, timeout)
        message = await asyncio.wait_for(asyncio.shield(self._final), timeout)
        assert message.status == 487, message.start
        self._end("cancelled")

    def vanish(self) -> None:
        """The telephone is gone without a word, as when its battery dies."""
        self.rtp.close()
        if getattr(self, "_resend", None) is not None:
            self._resend.cancel()
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    async def ended(self, timeout: float = 15.0) -> None:
        """Wait until the other side hangs up."""
        await asyncio.wait_for(self._over.wait(), timeout)

    @property
    def to_tag(self) -> str:
        """The other side's tag of this call."""
        return self._to_tag.removeprefix(";tag=")

    # what a person hears

    @property
    def heard(self) -> list[Packet]:
        return self.rtp.packets

    def sound(self, since: float = 0.0) -> hearing.Samples:
        """What was heard since a moment, as samples."""
        return hearing.samples([packet for packet in self.heard if packet.at >= since])

    async def until_heard(self, timeout: float = 5.0, since: float | None = None) -> float:
        """Wait for sound that begins after `since` (now, if not given); gives the moment of its first packet."""
        since = time.monotonic() if since is None else since
        async with asyncio.timeout(timeout):
            while True:
                for packet in reversed(self.heard):
                    if packet.at < since:
                        break
                    if hearing.loud(packet):
                        return next(p.at for p in self.heard if p.at >= since and hearing.loud(p))
                await asyncio.sleep(0.005)

    async def until_like(self, clip: hearing.Samples, since: float, timeout: float = 5.0) -> float:
        """Wait until a clip was heard whole; gives how many seconds after `since` it began."""
        like, at = 0.0, 0.0
        try:
            async with asyncio.timeout(timeout):
                while like <= 0.9:
                    await asyncio.sleep(0.05)
                    like, at = hearing.likeness(self.sound(since), clip)
        except TimeoutError:
            raise AssertionError(f"the clip was not heard in {timeout} s: {like:.2f} of it at {at:.2f} s") from None
        return at + next(packet.at for packet in self.heard if packet.at >= since) - since

    async def until_quiet(self, seconds: float = 0.3, timeout: float = 20.0) -> float:
        """Wait until nothing was heard for so long; gives the moment of the last packet with sound."""
        async with asyncio.timeout(timeout):
            while True:
                last = next((p.at for p in reversed(self.heard) if hearing.loud(p)), self.answered_at)
                if time.monotonic() - last >= seconds:
                    return last
                await asyncio.sleep(0.01)

    # SIP

    def datagram_received(self, data: bytes, address: Any) -> None:
        message = sip.parse(data)
        if message.is_response:
            self._response(message)
        elif message.method == "BYE":
            self._send(sip.answer_to(message, "200 OK"))
            self._end(message["Reason"] or "they hung up")
        elif message.method == "INVITE":
            self._send(sip.answer_to(message, "200 OK", sip.offer(self.rtp.port), self._contact))
        elif message.method in ("OPTIONS", "UPDATE", "INFO", "NOTIFY"):
            self._send(sip.answer_to(message, "200 OK"))

    def _response(self, message: sip.Message) -> None:
        sequence = int(message["CSeq"].split()[0])
        if message.status < 200:
            if message.status in (180, 183):
                self.ringing.set()
            return
        if message.method == "INVITE":
            self._to_tag = f";tag={message['To'].split(';tag=')[1]}" if ";tag=" in message["To"] else ""
            self._send(self._request("ACK", acknowledges=message.status))
            if message.status < 300 and not self.answered_at:
                self.answered_at = time.monotonic()
                self.rtp.begin(message.media_port, silent=not self._sends_rtp)
            self.status = message.status
        waiting = self._answers.pop((sequence, message.method), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def _expect(self, sequence: int, method: str) -> asyncio.Future[sip.Message]:
        future: asyncio.Future[sip.Message] = asyncio.get_running_loop().create_future()
        self._answers[sequence, method] = future
        return future

    async def _ask(self, method: str, body: str = "", content: str = "", timeout: float = 5.0) -> sip.Message:
        self._sequence += 1
        answer = self._expect(self._sequence, method)
        resend = asyncio.create_task(self._send_until(self._request(method, body, content), answer))
        try:
            return await asyncio.wait_for(answer, timeout)
        finally:
            resend.cancel()

    async def _send_until(self, data: bytes, answer: asyncio.Future[sip.Message]) -> None:
        wait = 0.5
        while not answer.done():
            self._send(data)
            await asyncio.wait([answer], timeout=wait)
            wait *= 2

    @property
    def _contact(self) -> str:
        return f"<sip:{self.number}@{self._host}:{self._port}>"

    def _request(self, method: str, body: str = "", content: str = "", *, acknowledges: int = 0) -> bytes:
        uri = f"sip:{self._called}@127.0.0.1:{self.server[1]}"
        if method == "INVITE" or not (method == "CANCEL" or acknowledges >= 300):  # else the INVITE's own branch
            branch = f"z9hG4bK{uuid.uuid4().hex}"
            self._branch = branch if method == "INVITE" else self._branch
        else:
            branch = self._branch
        number = 1 if method in ("ACK", "CANCEL") else self._sequence
        headers = [
            ("Via", f"SIP/2.0/UDP {self._host}:{self._port};branch={branch};rport"),
            ("From", f"<sip:{self.number}@127.0.0.1:{self._port}>;tag={self.tag}"),
            ("To", f"<{uri}>{'' if method == 'CANCEL' else self._to_tag}"),
            ("Call-ID", self.call_id), ("CSeq", f"{number} {method}"), ("Contact", self._contact),
            ("Max-Forwards", "70"),
        ]  # fmt: skip
        if content:
            headers.append(("Content-Type", content))
        return sip.write(f"{method} {uri} SIP/2.0", headers, body)

    def _send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.sendto(data, self.server)

    def _end(self, reason: str) -> None:
        if not self.ended_at:
            self.ended_at = time.monotonic()
            self.end_reason = reason
        self._over.set()
