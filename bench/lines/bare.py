"""The bare application: what an ARI program of an afternoon does, with nothing that a product needs.

It answers, plays a file, waits for one key, plays another file and hangs up. Requests and events go over one WebSocket,
the events are filtered, messages are read by msgspec; no flow, no state, no row.
"""

from __future__ import annotations

import sys
from typing import Any

import aiohttp
import msgspec
import uvloop

from engine.adapters.ari import AriConfig

APPLICATION = "bare"
EVENTS = ("StasisStart", "StasisEnd", "ChannelDtmfReceived", "PlaybackFinished", "RESTResponse")

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Bare:
    """One connection, all its calls."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, first: str, second: str) -> None:
        self._socket = socket
        self._prompts = {"1": first, "2": second}
        self._number = 0
        self._asked: set[str] = set()

    async def ask(self, method: str, uri: str, body: Any = None) -> None:
        self._number += 1
        request = {
            "type": "RESTRequest",
            "transaction_id": "t",
            "request_id": str(self._number),
            "method": method,
            "uri": uri,
        }
        if body is not None:
            request |= {"content_type": "application/json", "message_body": _encode(body).decode()}
        await self._socket.send_str(_encode(request).decode())

    async def play(self, channel: str, number: str) -> None:
        await self.ask(
            "POST", f"channels/{channel}/play/{channel}-{number}", {"media": f"sound:{self._prompts[number]}"}
        )

    async def on(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "StasisStart":
                channel = event["channel"]["id"]
                await self.ask("POST", f"channels/{channel}/answer")
                await self.play(channel, "1")
            case "ChannelDtmfReceived":
                await self.play(event["channel"]["id"], "2")
            case "PlaybackFinished" if event["playback"]["id"].endswith("-2"):
                await self.ask("DELETE", f"channels/{event['playback']['target_uri'].removeprefix('channel:')}")


async def main(address: str, first: str, second: str) -> None:
    """Serve until the connection ends."""
    config = AriConfig.read(address, application=APPLICATION)
    headers = {"Authorization": config.authorization}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.ws_connect(config.url, max_msg_size=0, decode_text=False) as socket,
    ):
        bare = Bare(socket, first, second)
        allowed = [{"type": name} for name in EVENTS]
        await bare.ask("PUT", f"applications/{APPLICATION}/eventFilter", {"allowed": allowed})
        print("ready", flush=True)
        async for message in socket:
            await bare.on(_decode(message.data))


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:4]))
