"""Background: a sound under the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import JsonValue, ValidationInfo, field_validator

from engine.commands import PlayBackground
from engine.events import CommandDone, Event, reason_of
from engine.faults import Phrase
from engine.fields import Field, fault
from engine.node import Action, Leave, Node, NodeConfig, Summary, Wait
from engine.session.session import Session

ACTIONS: dict[str, JsonValue] = {"start": "Start", "stop": "Stop"}


class BackgroundConfig(NodeConfig):
    action: Literal["start", "stop"] = Field("start", title="Action", json_schema_extra={"labels": ACTIONS})
    audio: str = Field(
        "", title="Sound", description="A recording, played again and again.", max_length=200, validate_default=True,
        json_schema_extra={"widget": "asset"},
    )  # fmt: skip
    volume: int = Field(
        30, title="Volume", description="In percent of how the recording sounds by itself.", ge=0, le=100,
        json_schema_extra={"unit": "%"},
    )  # fmt: skip

    @field_validator("audio", mode="after")
    @classmethod
    def _named(cls, audio: str, info: ValidationInfo) -> Any:
        if info.data.get("action") == "start" and not audio.strip():
            raise fault("is required")
        return audio


class Background(Node[BackgroundConfig]):
    """Starts or stops a sound under the conversation."""

    type, label, group, icon, medium = "background", "Background sound", "voice", "background", "voice"
    help = "The sound goes on under prompts and talk until it is stopped or the call ends."
    starter = {"audio": ""}
    needs_leg = waits = True

    def enter(self, session: Session) -> Action:
        config = self.config
        if config.action == "stop":
            return Wait((PlayBackground(leg=session.leg, action="stop"),))
        sound = PlayBackground(leg=session.leg, action="start", audio=config.audio, volume=config.volume)
        return Wait((sound,))

    def handle(self, session: Session, event: Event) -> Action:
        if isinstance(event, CommandDone):
            return Leave("done")
        return Leave("failed", details=reason_of(event))

    def summary(self) -> Iterator[Summary]:
        yield Phrase(str(ACTIONS[self.config.action]))
        if self.config.action == "start":
            yield self.config.audio
            yield f"{self.config.volume} %"
