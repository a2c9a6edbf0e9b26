"""What a leg can be busy with."""

from __future__ import annotations

from enum import Enum


class Doing(Enum):
    """What the leg is busy with."""

    IDLE = "nothing; keys are kept"
    ANSWERING = "an Answer is under way"
    PLAYING = "a PlayPrompt is heard"
    PROMPTING = "a Gather's prompt is heard"
    FIRST_KEY = "the prompt is over, no key yet"
    NEXT_KEY = "some keys are in, more may come"
    LISTENING = "a Listen is under way: its prompt is heard, or its answer is waited for"
    JOINED = "among others: a dial or a room; keys are theirs"
    RECORDING = "a Record is under way; its finish key ends it"
    SAID = "its recording was ended and is being kept; keys are for what follows"
    KEEPING = "the party has gone; what it said or faxed is being kept"
    FAXING = "a ReceiveFax is under way: the party is a machine"
    LEAVING = "we have hung up"
    GONE = "the party has gone"
