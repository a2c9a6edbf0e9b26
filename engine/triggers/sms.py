"""SMS: a text comes that answers nothing, and says a word."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints, field_validator

from engine.faults import shown
from engine.fields import fault
from engine.matching import forms
from engine.triggers.config import Field, OurNumber, TriggerConfig

MOST_WORDS = 30
MESSAGES = {"{value} has nothing in it that can be answered"}
"""Sentences of this module; each has its translation."""
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class SmsTrigger(TriggerConfig):
    """Starts the flow with the sender as its contact."""

    number: OurNumber | None = Field(None, description="The number that is written to; any of yours without it.")
    keyword: Annotated[list[Word], BeforeValidator(_listed)] | None = Field(
        None, max_length=MOST_WORDS,
        description="A word that the text says, or several; without one any text that nobody waits for.",
    )  # fmt: skip

    @field_validator("keyword")
    @classmethod
    def _can_be_said(cls, words: list[str] | None) -> list[str] | None:
        for word in words or ():
            if not forms(word):
                raise fault("{value} has nothing in it that can be answered", value=shown(word))
        return words
