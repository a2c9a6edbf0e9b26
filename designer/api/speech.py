"""`/speech`: a prompt as callers hear it, as sound, before anybody is called; `/voices`: by whom it may be spoken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from designer import hearing
from designer.access.identity import who
from designer.access.rights import needs
from designer.api.replies import reply, resource
from designer.parts import parts
from designer.problems import Problem
from engine.adapters.prompts import PromptFailed
from engine.adapters.speech import SpeechFailed, SpeechRefused, SpeechUnavailable
from engine.adapters.speech.config import PROGRAM
from engine.adapters.speech.installed import installed
from engine.adapters.speech.voices import voice_for
from engine.faults import Fault, from_validation, shown
from engine.fields import fault
from engine.languages import TAG
from engine.prompts import Prompt

api = resource("speech", 404)
NO_VOICE = "Nothing speaks this language here."
NO_ANSWER = "The speech program does not say which voices it has: try again in a minute."
MESSAGES = {NO_VOICE, NO_ANSWER}
"""Sentences of this module; each has its translation."""
WAV = {"description": "8 kHz, one channel, 16 bits", "content": {"audio/wav": {"schema": {"type": "string"}}}}


class SpeechBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    prompt: Any = Field(description="As a flow has it: a text, texts by language, or parts by language.")
    language: str = Field(max_length=35, description="In which it is heard (BCP 47).")
    contact: dict[str, Any] = Field({}, description="Who would hear it.")
    record: dict[str, Any] = Field({}, description="What it is about.")

    @field_validator("language")
    @classmethod
    def _tag(cls, language: str) -> str:
        if not TAG.fullmatch(language):
            raise fault("{value} is no language tag such as zh-CN or en", value=shown(language))
        return language


class LanguagePath(BaseModel):
    language: str = Field(max_length=35, description="Spoken by them (BCP 47).")


class VoiceShape(BaseModel):
    name: str = Field(description="By which a prompt names it: a part `{voice: NAME}` before what it speaks.")
    title: str
    gender: str = Field(description="`female`, `male`, or empty where the speech program does not say.")


class VoicesShape(BaseModel):
    own: str = Field(description="The voice that is heard where none is named.")
    items: list[VoiceShape]


@api.get("/voices/<language>", responses={200: VoicesShape})
@needs("flows.read")
def list_voices(path: LanguagePath) -> Response:
    """The voices that this machine has for a language; none if nothing can be spoken here."""
    try:
        own = voice_for(path.language).name
    except SpeechRefused as error:
        raise Problem(404, NO_VOICE) from error
    try:
        there = installed(PROGRAM)
    except SpeechFailed as error:
        raise Problem(503, NO_ANSWER) from error
    return reply({"own": own, "items": there.for_language(own)})


@api.post("/speech", responses={200: WAV})
@needs("flows.try")
def speak(body: SpeechBody) -> Response:
    """Speak a prompt with the voice that calls have; names that only a call knows are left out."""
    try:
        prompt = Prompt(body.prompt)
    except ValidationError as error:
        raise Problem(422, "The request does not fit.", errors=from_validation(error, "prompt")) from None
    heard = hearing.parts_of(
        prompt, body.language, contact=body.contact, record=body.record, at=datetime.now(UTC)
    )  # fmt: skip
    try:
        sound = hearing.sound_of(heard, parts().settings, who().tenant)
    except hearing.TooLong:
        wrong = Fault("prompt", "takes longer than {limit} s", {"limit": int(hearing.LONGEST)})
        raise Problem(422, "The request does not fit.", errors=[wrong]) from None
    except SpeechUnavailable as error:
        raise Problem(503, "Nothing can be spoken here: espeak-ng is not installed.") from error
    except PromptFailed as error:
        raise Problem(422, "This cannot be spoken: {reason}", {"reason": str(error)}) from error
    return Response(sound, content_type="audio/wav")
