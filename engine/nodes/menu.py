"""Menu: play a prompt, gather one key, leave by that key's outlet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from engine.commands import Gather
from engine.events import DigitsGathered, Event
from engine.faults import Phrase
from engine.fields import Digit, Field, Name, Prompt, Seconds, fault
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.retries import tries_in_words
from engine.session.session import Session

MESSAGES = {"the key {key} stands twice"}


class Choice(BaseModel):
    """A key, and what it stands for."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    key: Digit = Field(title="Key")
    label: Name = Field(title="Name")


def _distinct(choices: list[Choice]) -> list[Choice]:
    keys = [choice.key for choice in choices]
    for key in keys:
        if keys.count(key) > 1:
            raise fault("the key {key} stands twice", key=key)
    return choices


class MenuConfig(NodeConfig):
    prompt: Prompt = Field(title="Prompt", description="What the caller hears.")
    choices: Annotated[list[Choice], AfterValidator(_distinct)] = Field(
        title="Choices", description="A key leaves by its own outlet.", min_length=1, max_length=12
    )
    timeout: Seconds = Field(8, title="Wait for a key", description="Counted from the end of the prompt.")
    tries: int = Field(3, title="Tries", description="How often the question is asked at most.", ge=1, le=9)
    no_input_prompt: Prompt | None = Field(
        None, title="When nothing was pressed", description="Said before the question is asked again.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    no_match_prompt: Prompt | None = Field(
        None, title="When a wrong key was pressed", description="Said before the question is asked again.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip


class Menu(Node[MenuConfig]):
    """Lets the caller pick a branch with one key."""

    type, label, group, icon, medium = "menu", "Menu", "voice", "keypad", "voice"
    help = (
        "The caller hears the prompt and presses one key; a key may be pressed before the prompt has ended. "
        "A wrong key or silence asks again until the tries are used up."
    )
    starter = {"prompt": "", "choices": [{"key": "1", "label": "1"}]}
    needs_leg = waits = True

    def prepare(self) -> None:
        choices = self.config.choices
        self.leaves = {choice.key: Leave(choice.key, choice.key, {"label": choice.label}) for choice in choices}

    def outlets(self) -> Iterator[Outlet]:
        yield from (Outlet(choice.key, choice.label) for choice in self.config.choices)
        yield Outlet("no_input", "Nothing pressed")
        yield Outlet("no_match", "No valid key")

    def enter(self, session: Session) -> Action:
        return self._ask(session, attempt=1, pressed=False)

    def handle(self, session: Session, event: Event) -> Action:
        if not isinstance(event, DigitsGathered):
            return Leave("failed")
        attempt, pressed = session.memo
        key = event.digits[:1]
        if key in self.leaves:
            return self.leaves[key]
        pressed = pressed or bool(key)
        if attempt < self.config.tries:
            return self._ask(session, attempt + 1, pressed, self._before(key))
        return Leave("no_match" if pressed else "no_input")

    def summary(self) -> Iterator[Summary]:
        yield self.config.prompt
        yield Phrase("waits {seconds} s", {"seconds": f"{self.config.timeout:g}"})
        yield tries_in_words(self.config.tries)

    def _before(self, key: str) -> Prompt | None:
        return self.config.no_match_prompt if key else self.config.no_input_prompt

    def _ask(self, session: Session, attempt: int, pressed: bool, before: Prompt | None = None) -> Action:
        prompt = session.say(self.config.prompt)
        if before is not None:
            prompt = (*session.say(before), *prompt)
        question = Gather(leg=session.leg, prompt=prompt, timeout=self.config.timeout)
        return Wait((question,), (attempt, pressed))
