"""Somebody is called on a real Asterisk, speaks a prompt, and keeps it by a key; it is the asset's next version by itself."""

from __future__ import annotations

import asyncio
import urllib.request

from tests.adapters.test_audio import tone, written
from tests.calls.test_calls_out import until
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.peers import Peers

NUMBER = "13800138000"


def uploaded(copy: RunningCopy, name: str) -> None:
    """A first version, by a file."""
    content = written(tone(hertz=440.0), 8_000, "WAV", "PCM_16")
    edge = "an-edge-of-the-form"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="name"\r\n\r\n{name}\r\n--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    request = urllib.request.Request(f"{copy.url}/api/v1/assets", head.encode() + content + f"\r\n--{edge}--\r\n".encode())
    request.add_header("Authorization", f"Bearer {copy.key}")
    request.add_header("Content-Type", f"multipart/form-data; boundary={edge}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 201


def test_a_prompt_is_spoken_and_kept(copy: RunningCopy, api: Api) -> None:
    async def main() -> None:
        async with Peers(copy.sip_peer_port) as peers:
            await asyncio.to_thread(uploaded, copy, "welcome")
            begun = await asyncio.to_thread(api, "POST", "/assets/welcome/record", {"phone": NUMBER})
            place = f"/assets/welcome/record/{begun['session']}"
            phone = await peers.rings(NUMBER)
            await phone.answer()
            session = f"/sessions/{begun['session']}"

            async def at(node: str) -> None:
                await asyncio.to_thread(until, lambda: api("GET", session)["node"] == node, 30)

            await at("tape")
            await asyncio.sleep(1)
            await phone.press("5")  # enough of the prompt: then comes the tone
            await asyncio.sleep(3)
            phone.hum(700)
            await asyncio.sleep(2)
            await phone.press("#")
            await at("choose")
            await phone.press("1")
            await asyncio.to_thread(until, lambda: api("GET", place)["state"] == "kept", 60)
            newest = (await asyncio.to_thread(api, "GET", "/assets/welcome"))["files"][0]
            assert (newest["version"], newest["in_use"], newest["source"]) == (2, True, "phone")
            assert 1.0 < newest["seconds"] < 5
            assert len((await asyncio.to_thread(api, "POST", place))["files"]) == 2, "asked once more, taken once"

    asyncio.run(main())
