"""Calls of the doctor's own that leave by a trunk and come back to a number of ours: sound and a key, both ways.

A trunk is called only at the number that its owner has named for it (`loop_number`), which must be one of the
organisation's own, or at one that is named on the command line: the doctor rings nobody who does not wait for it. While
it tries a number, the dialplan hands calls to it to the doctor instead of the engine; those are at most some twenty
seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import sqlalchemy as sa

from callweave.doctor import tones
from callweave.doctor.finding import Finding
from callweave.doctor.line import NO_ASTERISK, Line, Party, either, why
from engine.adapters.ari.errors import AriError
from engine.host.settings import Settings
from engine.store import Stores, trunks
from engine.trunks import policy
from engine.trunks.policy import Number, Refused
from engine.trunks.routes import Trunk

COMES_BACK = 15.0
TAKEN = 5.0
KEY = 5.0
MEND_SOUND = "look at NAT (external_media_address), at the RTP ports in the firewall, at the codecs"


class NoSuchTrunk(ValueError):
    """There is no trunk of this name, or more than one; the message says what to type."""


def every(settings: Settings, stores: Stores) -> Iterator[Finding]:
    """Each trunk in turn; one that has no number for it is named with what to set."""
    for trunk in _trunks(stores):
        part, number = _part(trunk), trunk.config.loop_number
        if not trunk.enabled:
            yield Finding(part, True, "not tried: it is switched off")
        elif not number:
            how = f"`callweave doctor --loop --trunk {trunk.endpoint} --to NUMBER`"
            yield Finding(part, True, f"not tried: set its `loop_number` to a number of ours, or type {how}")
        elif not _is_ours(settings, stores, trunk, number):
            yield Finding(part, False, _not_ours(number))
        else:
            yield asyncio.run(one(settings, trunk, number))


def named(settings: Settings, stores: Stores, name: str, number: str | None) -> Finding:
    """One trunk, at this number or at its own; raises NoSuchTrunk."""
    trunk = found(stores, name)
    wanted = number or trunk.config.loop_number
    if not wanted:
        return Finding(_part(trunk), False, "has no loop_number: give it one, or type the number after --to")
    if number is None and not _is_ours(settings, stores, trunk, wanted):
        return Finding(_part(trunk), False, _not_ours(wanted))
    return asyncio.run(one(settings, trunk, wanted))


def found(stores: Stores, name: str) -> Trunk:
    """The trunk of this name, or of this name in Asterisk, which tells organisations apart; raises NoSuchTrunk."""
    fitting = [trunk for trunk in _trunks(stores) if name in (trunk.name, trunk.endpoint)]
    exact = [trunk for trunk in fitting if trunk.endpoint == name] or fitting
    if len(exact) == 1:
        return exact[0]
    known = ", ".join(trunk.endpoint for trunk in (exact or _trunks(stores))) or "none but `local`"
    raise NoSuchTrunk(f"There is {'more than one trunk' if exact else 'no trunk'} {name!r}; there are: {known}.")


def endpoint(stores: Stores, name: str) -> str:
    """Asterisk's name of a trunk; what is no trunk of ours may be one that Asterisk has of its own."""
    try:
        return found(stores, name).endpoint
    except NoSuchTrunk:
        return name


async def one(settings: Settings, trunk: Trunk, text: str) -> Finding:
    """Call a number by a trunk, take the call where it comes in, and hold what is heard against what was said."""
    part = _part(trunk)
    if settings.ari_address is None:
        return Finding(part, False, NO_ASTERISK)
    try:
        number = policy.read(text, settings.country)
        policy.no_emergency(number, settings.country)
    except Refused as refused:
        return Finding(part, False, f"{text} is not called: {refused}")
    try:
        async with Line(settings) as line:
            await line.expect(number.dialled)
            try:
                return await _round(line, part, trunk, number)
            finally:
                await line.expect("")
    except AriError as error:
        return Finding(part, False, f"the call failed: {error}")


async def _round(line: Line, part: str, trunk: Trunk, number: Number) -> Finding:
    out = await line.call(trunk.dial(number), caller=number.dialled)
    back = await _coming_back(line, out)
    if back is None:
        if out.started.is_set():
            return Finding(part, False, f"{number.dialled} was taken, but not by us: it is no number for a loop")
        reason = why(out.cause) if out.ended.is_set() else f"nothing came within {COMES_BACK:.0f} s"
        hint = "does the provider send it here, and is extensions.conf that of `callweave asterisk config`?"
        return Finding(part, False, f"the call to {number.dialled} did not come back ({reason}): {hint}")
    await line.answer(back)
    await either(out.started, out.ended, TAKEN)
    if not out.started.is_set():
        return Finding(part, False, f"the call came back and was taken, but at this end it was not ({why(out.cause)})")
    for way, speaker, listener, hertz in (
        ("out", out, back, tones.THERE), ("back", back, out, tones.BACK),
    ):  # fmt: skip
        await line.speak(speaker, hertz)
        sound = await line.listen(listener)
        await line.hush(speaker)
        if not tones.is_heard(sound, hertz):
            what = "nothing was heard" if tones.is_silent(sound) else "something else was heard than was said"
            return Finding(part, False, f"{what} on the way {way}: {MEND_SOUND}")
    for way, presser, listener, key in (("out", out, back, "5"), ("back", back, out, "8")):
        await line.press(presser, key)
        await either(listener.pressed, listener.ended, KEY)
        if key not in listener.keys:
            return Finding(part, False, f"sound went both ways, but no key came on the way {way}: look at dtmf_mode")
    return Finding(part, True, f"{number.dialled} came back to us; sound and a key went both ways")


async def _coming_back(line: Line, out: Party) -> Party | None:
    """The call where it comes in; None where it does not, or somebody else has taken it."""
    came = asyncio.create_task(line.came.get())
    other = [asyncio.create_task(out.ended.wait()), asyncio.create_task(out.started.wait())]
    await asyncio.wait([came, *other], timeout=COMES_BACK, return_when=asyncio.FIRST_COMPLETED)
    for task in (came, *other):
        task.cancel()
    return came.result() if came.done() and not came.cancelled() else None


def _is_ours(settings: Settings, stores: Stores, trunk: Trunk, text: str) -> bool:
    """Whether it is one of the organisation's own numbers, however it is written."""
    with stores.control.read() as connection:
        own = [row.number for row in trunks.numbers(connection, trunk.tenant)]
    return _plain(text, settings.country) in {_plain(number, settings.country) for number in own}


def _plain(text: str, country: str) -> str:
    try:
        number = policy.read(text, country)
    except Refused:
        return text
    return number.e164 or number.dialled


def _trunks(stores: Stores) -> list[Trunk]:
    try:
        with stores.control.read() as connection:
            return [row.trunk for row in trunks.every(connection)]
    except sa.exc.SQLAlchemyError:
        return []  # the databases have been named already


def _not_ours(number: str) -> str:
    return f"not called: its loop_number {number} is none of our numbers: PUT /api/v1/numbers/{number}"


def _part(trunk: Trunk) -> str:
    return f"trunk {trunk.endpoint}"
