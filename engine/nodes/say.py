"""Say: play a prompt to its end."""

from __future__ import annotations

from collections.abc import Iterator

from engine.commands import PlayPrompt
from engine.events import Event, PlaybackFinished
from engine.faults import Phrase
from engine.fields import Field, Prompt
from engine.node import Action, Leave, Node, NodeConfig, Summary, Wait
from engine.session.session import Session


class SayConfig(NodeConfig):
    prompt: Prompt = Field(title="Prompt", description="What the caller hears.")
    barge_in: bool = Field(
        True, title="A key cuts it short", description="The key counts for the next question.",
        json_schema_extra={"widget": "switch"},
    )  # fmt: skip


class Say(Node[SayConfig]):
    """Plays a prompt to its end, or to the first key."""

    type, label, group, icon, medium = "say", "Say", "voice", "speaker", "voice"
    help = "The caller hears the prompt; then the flow goes on."
    starter = {"prompt": ""}
    needs_leg = waits = True

    def enter(self, session: Session) -> Action:
        prompt = session.say(self.config.prompt)
        if not prompt:
            return Leave("done")
        return Wait((PlayPrompt(leg=session.leg, prompt=prompt, barge_in=self.config.barge_in),))

    def handle(self, session: Session, event: Event) -> Action:
        return Leave("done" if isinstance(event, PlaybackFinished) else "failed")

    def summary(self) -> Iterator[Summary]:
        yield self.config.prompt
        if not self.config.barge_in:
            yield Phrase("to its end")
