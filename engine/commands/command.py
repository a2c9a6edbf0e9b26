"""What every command has."""

from __future__ import annotations

from engine.wire import Tagged


class Command(Tagged, frozen=True, kw_only=True):
    """Something the engine asks of the outside, in the imperative.

    `id` is its number within the session, as text. `advance` sets it; the answering event repeats it as `command_id`.
    """

    id: str = ""
