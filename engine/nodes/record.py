"""Record: keep what the caller says after the tone."""

from __future__ import annotations

from collections.abc import Iterator

from engine.commands import PlayPrompt
from engine.commands import Record as RecordSpeech
from engine.events import Event, PlaybackFinished, Recorded, reason_of
from engine.faults import Phrase
from engine.fields import Field, OptionalDigit, Prompt, Seconds
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.session.session import Session

LONGEST = 3_600


class RecordConfig(NodeConfig):
    prompt: Prompt | None = Field(None, title="Prompt", description="What the caller hears before the tone.")
    max_seconds: int = Field(
        60, title="At most", description="Then the recording ends by itself.", ge=1, le=LONGEST,
        json_schema_extra={"unit": "s"},
    )  # fmt: skip
    silence_seconds: Seconds = Field(3, title="Silence that ends it", description="0: silence does not end it.")
    finish_key: OptionalDigit = Field("#", title="Finish key", description="Ends the recording.")
    beep: bool = Field(
        True, title="Tone", description="A tone says when to speak.", json_schema_extra={"widget": "switch"}
    )


class Record(Node[RecordConfig]):
    """Records what the caller says."""

    type, label, group, icon, medium = "record", "Record", "voice", "record", "voice"
    help = (
        "The caller hears the prompt and the tone, and speaks. `results.<node>.value` is the recording, `seconds` its "
        "length; if nothing was said, the flow goes on by “nothing said”. What was said before a hang-up is kept."
    )
    needs_leg = waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("done", "Recorded")
        yield Outlet("empty", "Nothing said")

    def enter(self, session: Session) -> Action:
        prompt = session.say(self.config.prompt) if self.config.prompt is not None else ()
        if not prompt:
            return self._record(session)
        return Wait((PlayPrompt(leg=session.leg, prompt=prompt, barge_in=True),))

    def handle(self, session: Session, event: Event) -> Action:
        match event:
            case PlaybackFinished():
                return self._record(session)
            case Recorded(seconds=seconds) if seconds > 0 and event.asset:
                return Leave("done", event.asset, {"seconds": seconds})
            case Recorded():
                return Leave("empty")
        return Leave("failed", details=reason_of(event))

    def summary(self) -> Iterator[Summary]:
        if self.config.prompt is not None:
            yield self.config.prompt
        yield Phrase("at most {seconds} s", {"seconds": self.config.max_seconds})

    def _record(self, session: Session) -> Action:
        config = self.config
        recording = RecordSpeech(
            leg=session.leg, max_seconds=float(config.max_seconds), silence_seconds=config.silence_seconds,
            finish_key=config.finish_key, beep=config.beep,
        )  # fmt: skip
        return Wait((recording,))
