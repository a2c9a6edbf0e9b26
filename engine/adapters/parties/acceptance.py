"""Whether somebody who was dialled takes the call: he is told whose it is, and presses a key where one is asked for.

An answering machine, or a telephone in a pocket, presses none.
"""

from __future__ import annotations

from engine.adapters.parties.callees import Callee
from engine.adapters.parties.words import words
from engine.commands import Dial, Gather, PlayPrompt
from engine.events import CallEnded, DigitsGathered

SECONDS = 8.0
TRIES = 2


async def accepts(callee: Callee, command: Dial) -> bool:
    """Say and ask what the dial says; False if he does not want it, or has gone."""
    if not command.accept_key:
        if not command.whisper:
            return True
        return not isinstance(await callee.ask(PlayPrompt(leg="", prompt=command.whisper)), CallEnded)
    prompt = command.whisper or words("accept", command.language, key=command.accept_key)
    for _ in range(TRIES):
        answer = await callee.ask(Gather(leg="", prompt=prompt, timeout=SECONDS))
        if not isinstance(answer, DigitsGathered):
            return False
        if answer.digits == command.accept_key:
            return True
    return False
