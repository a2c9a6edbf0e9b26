"""What the engine asks for, imperative."""

from engine.commands.call import Answer, CallCommand, Gather, HangUp, PlayPrompt
from engine.commands.command import Command
from engine.commands.data import (
    Cancel,
    CreateTask,
    DataCommand,
    HttpRequest,
    Lookup,
    RunJob,
    StartFlow,
    UpdateFields,
    WriteSource,
)
from engine.commands.message import Attachment, MessageCommand, ReceiveFax, SendFax, SendMail, SendSms
from engine.commands.own import AskAdapter
from engine.commands.party import Dial, JoinConference, PartyCommand, PlaceCall
from engine.commands.prompt import Audio, Digits, Part, Pause, Say
from engine.commands.sound import Listen, Phrase, PlayBackground, Record, RecordCall, SoundCommand

LegCommand = CallCommand | Dial | JoinConference | SoundCommand | ReceiveFax
"""The commands to one live party that the telephones carry out."""

AnyCommand = CallCommand | PartyCommand | SoundCommand | MessageCommand | DataCommand | AskAdapter
"""Every command there is: the type to decode by."""

__all__ = [
    "Answer", "AnyCommand", "AskAdapter", "Attachment", "Audio", "CallCommand", "Cancel", "Command", "CreateTask",
    "DataCommand", "Dial", "Digits", "Gather", "HangUp", "HttpRequest", "JoinConference", "LegCommand", "Listen",
    "Lookup", "MessageCommand", "Part", "PartyCommand", "Pause", "Phrase", "PlaceCall", "PlayBackground", "PlayPrompt",
    "ReceiveFax", "Record", "RecordCall", "RunJob", "Say", "SendFax", "SendMail", "SendSms", "SoundCommand",
    "StartFlow", "UpdateFields", "WriteSource",
]  # fmt: skip
