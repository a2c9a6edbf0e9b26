"""A provider's SIP server on the loopback: asks for the password (RFC 2617), keeps registrations, answers calls busy."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from typing import Any, Self

from tests.telephony import sip

REALM, NONCE = "provider.example", "a-nonce"
_PART = re.compile(r'(\w+)="?([^",]*)"?')


class Provider(asyncio.DatagramProtocol):
    """`with Provider("clinic", "secret") as provider` serves in a thread; `registered` and `invited` are what it let in."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self.port = 0
        self.registered = threading.Event()
        self.invited: list[str] = []
        self.refused = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._transport: Any = None

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        made = self._loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._transport, _ = self._loop.run_until_complete(made)
        self.port = self._transport.get_extra_info("sockname")[1]
        self._ready.set()
        self._loop.run_forever()
        self._transport.close()
        self._loop.close()

    def datagram_received(self, data: bytes, address: Any) -> None:
        message = sip.parse(data)
        if message.is_response or message.method in ("ACK", "CANCEL"):
            return
        if message.method == "OPTIONS" or self._is_known(message):
            status = {"INVITE": "486 Busy Here"}.get(message.method, "200 OK")
            if message.method == "INVITE":
                self.invited.append(message.start.split()[1].partition(":")[2].partition("@")[0])
            contact = message["Contact"] if message.method == "REGISTER" else ""
            if contact:
                contact = f"{contact.partition(';expires')[0]};expires=300"
                self.registered.set()
            self._transport.sendto(sip.answer_to(message, status, "", contact), address)
            return
        self.refused += "Digest" in message["Authorization"]
        answer = sip.answer_to(message, "401 Unauthorized").decode()
        challenge = f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}", algorithm=MD5\r\n'
        self._transport.sendto(answer.replace("Content-Length", challenge + "Content-Length").encode(), address)

    def _is_known(self, message: sip.Message) -> bool:
        said = dict(_PART.findall(message["Authorization"]))
        one = _md5(f"{self._user}:{REALM}:{self._password}")
        two = _md5(f"{message.method}:{said.get('uri', '')}")
        return said.get("username") == self._user and said.get("response") == _md5(f"{one}:{NONCE}:{two}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
