"""What Asterisk sends, as far as we look at it: msgspec reads these fields and skips the rest of each message.

The names are Asterisk's; a test holds them against the Swagger files that ship with it.
"""

from __future__ import annotations

import msgspec


class CallerId(msgspec.Struct, frozen=True):
    number: str = ""


class Dialplan(msgspec.Struct, frozen=True):
    context: str = ""
    exten: str = ""
    app_name: str = ""
    app_data: str = ""


class Channel(msgspec.Struct, frozen=True):
    id: str
    state: str
    caller: CallerId
    dialplan: Dialplan
    name: str = ""


class ChannelEnd(msgspec.Struct, frozen=True):
    id: str
    state: str
    channelvars: dict[str, str] = {}


class ChannelName(msgspec.Struct, frozen=True):
    id: str


class Playback(msgspec.Struct, frozen=True):
    id: str
    state: str
    target_uri: str


class BridgeSnapshot(msgspec.Struct, frozen=True):
    id: str
    channels: list[str]
    creationtime: str


class Variable(msgspec.Struct, frozen=True):
    value: str


class Endpoint(msgspec.Struct, frozen=True):
    resource: str
    state: str = ""


class StasisStart(msgspec.Struct, frozen=True, tag_field="type", tag="StasisStart"):
    channel: Channel
    args: list[str] = []


class StasisEnd(msgspec.Struct, frozen=True, tag_field="type", tag="StasisEnd"):
    channel: ChannelEnd


class ChannelHangupRequest(msgspec.Struct, frozen=True, tag_field="type", tag="ChannelHangupRequest"):
    channel: ChannelEnd
    cause: int = 0


class ChannelDestroyed(msgspec.Struct, frozen=True, tag_field="type", tag="ChannelDestroyed"):
    channel: ChannelName
    cause: int
    tech_cause: int = 0


class Dial(msgspec.Struct, frozen=True, tag_field="type", tag="Dial"):
    peer: ChannelName
    dialstatus: str


class ChannelDtmfReceived(msgspec.Struct, frozen=True, tag_field="type", tag="ChannelDtmfReceived"):
    digit: str
    channel: ChannelName


class PlaybackFinished(msgspec.Struct, frozen=True, tag_field="type", tag="PlaybackFinished"):
    playback: Playback


class RequiredDestination(msgspec.Struct, frozen=True):
    destination: str = ""


class ReferTo(msgspec.Struct, frozen=True):
    requested_destination: RequiredDestination
    destination_channel: ChannelName | None = None


class ReferredBy(msgspec.Struct, frozen=True):
    source_channel: ChannelName


class ChannelTransfer(msgspec.Struct, frozen=True, tag_field="type", tag="ChannelTransfer"):
    refer_to: ReferTo
    referred_by: ReferredBy


class ChannelUserevent(msgspec.Struct, frozen=True, tag_field="type", tag="ChannelUserevent"):
    eventname: str
    userevent: dict[str, str]
    channel: ChannelName = ChannelName("")


class LiveRecording(msgspec.Struct, frozen=True):
    name: str
    cause: str = ""


class RecordingFinished(msgspec.Struct, frozen=True, tag_field="type", tag="RecordingFinished"):
    recording: LiveRecording


class RecordingFailed(msgspec.Struct, frozen=True, tag_field="type", tag="RecordingFailed"):
    recording: LiveRecording


class ApplicationReplaced(msgspec.Struct, frozen=True, tag_field="type", tag="ApplicationReplaced"):
    pass


class RestResponse(msgspec.Struct, frozen=True, tag_field="type", tag="RESTResponse"):
    request_id: str
    status_code: int
    reason_phrase: str = ""
    message_body: str = ""


class QueryString(msgspec.Struct, frozen=True):
    name: str
    value: str


class RestRequest(msgspec.Struct, frozen=True, tag_field="type", tag="RESTRequest", omit_defaults=True):
    transaction_id: str
    request_id: str
    method: str
    uri: str
    query_strings: tuple[QueryString, ...] = ()
    content_type: str = ""
    message_body: str = ""


AriEvent = (
    StasisStart | StasisEnd | ChannelHangupRequest | ChannelDestroyed | ChannelDtmfReceived | ChannelTransfer | Dial
    | ChannelUserevent | PlaybackFinished | RecordingFinished | RecordingFailed | ApplicationReplaced
)  # fmt: skip
AriMessage = AriEvent | RestResponse

EVENTS = (
    StasisStart, StasisEnd, ChannelHangupRequest, ChannelDestroyed, ChannelDtmfReceived, ChannelTransfer, Dial,
    ChannelUserevent, PlaybackFinished, RecordingFinished, RecordingFailed, ApplicationReplaced, RestResponse,
)  # fmt: skip
"""All that the event filter lets through. Without RESTResponse Asterisk would swallow every answer, too."""

read = msgspec.json.Decoder(AriMessage).decode
"""One message from Asterisk; raises msgspec.ValidationError for a type or shape that is not ours."""

read_bridges = msgspec.json.Decoder(list[BridgeSnapshot]).decode

read_variable = msgspec.json.Decoder(Variable).decode

read_channels = msgspec.json.Decoder(list[Channel]).decode

read_endpoints = msgspec.json.Decoder(list[Endpoint]).decode

write = msgspec.json.Encoder().encode
"""One message to Asterisk."""


def tag_of(message: type[msgspec.Struct]) -> str:
    """The word for a message on the wire."""
    return str(message.__struct_config__.tag)
