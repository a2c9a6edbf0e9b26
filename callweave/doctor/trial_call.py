"""A call of the doctor's own through a trunk: does it ring, is it taken, does sound come and go, does a key arrive?

The trunk `local` is called with a far end that the doctor plays itself; any other trunk calls a number at which
somebody takes the call and presses a key.
"""

from __future__ import annotations

from callweave.doctor import tones
from callweave.doctor.far_end import FarEnd
from callweave.doctor.finding import Finding
from callweave.doctor.line import NO_ASTERISK, RING, Line, either, why
from engine.adapters.ari.errors import AriError
from engine.host.settings import Settings

KEY = 15.0
"""Seconds in which somebody presses a key."""
NO_SOUND_IN = "no sound came in: look at NAT, at the RTP ports in the firewall, at the codecs"
NO_SOUND_OUT = "no sound went out: look at rtp.conf and the firewall's RTP ports"
NO_KEY = "sound came, but no key: look at dtmf_mode (rfc4733, auto_info) on both sides"


async def loop(settings: Settings) -> Finding:
    """A call through the trunk `local` to ourselves."""
    part = "trunk local"
    if settings.ari_address is None:
        return Finding(part, False, NO_ASTERISK)
    try:
        async with FarEnd(settings.sip_peer_port) as end, Line(settings) as line:
            party = await line.call("PJSIP/doctor@local")
            await either(party.started, party.ended, RING + 5.0)
            if not party.started.is_set():
                return Finding(part, False, f"doctor did not take the call ({why(party.cause)})")
            await either(party.pressed, party.ended, 5.0)
            heard = await line.listen(party)
            await line.speak(party, tones.THERE)
            await end.has_heard(tones.THERE, 5.0)
    except AriError as error:
        return Finding(part, False, f"the call failed: {error}")
    except OSError:
        word = f"port {settings.sip_peer_port} is in use by somebody who takes our calls: end that, or set"
        return Finding(part, False, f"{word} CALLWEAVE_SIP_PEER_PORT")
    if not tones.is_heard(heard, tones.BACK):
        return Finding(part, False, NO_SOUND_IN)
    if not tones.is_heard(end.sound(), tones.THERE):
        return Finding(part, False, NO_SOUND_OUT)
    if not party.pressed.is_set():
        return Finding(part, False, NO_KEY)
    return Finding(part, True, "doctor took the call; sound went both ways, and a key came")


async def call(settings: Settings, number: str, trunk: str) -> Finding:
    """Call a number through a trunk, and say what came of it."""
    part = f"trunk {trunk}"
    if settings.ari_address is None:
        return Finding(part, False, NO_ASTERISK)
    try:
        async with Line(settings) as line:
            party = await line.call(f"PJSIP/{number}@{trunk}")
            await either(party.started, party.ended, RING + 5.0)
            if not party.started.is_set():
                return Finding(part, False, f"{number} did not take the call ({why(party.cause)})")
            await line.beep(party)
            await either(party.pressed, party.ended, KEY)
            packets = await line.packets(party)
    except AriError as error:
        return Finding(part, False, f"the call failed: {error}")
    if not packets:
        return Finding(part, False, NO_SOUND_IN)
    if not party.pressed.is_set():
        return Finding(part, False, NO_KEY)
    return Finding(part, True, f"{number} took the call; sound and a key came")
