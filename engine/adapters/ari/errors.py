"""What can go wrong with Asterisk, named by what the caller should do."""

from __future__ import annotations


class AriError(Exception):
    """A request to Asterisk did not do what it should."""


class AriUnreachable(AriError):
    """There is no connection: wait until there is one again. `refused`: nothing listens there, so Asterisk is gone."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.refused = refused


class AriTimedOut(AriUnreachable):
    """No answer within the time limit: what was asked may have happened or not."""


class AriGone(AriError):
    """The channel or playback is not there any more: nothing is left to do."""


class AriRefused(AriError):
    """Asterisk does not do this: asking again does not help."""


class AriForbidden(AriError):
    """Wrong user or password, or a read-only user: an administrator must mend it."""


class AriTrouble(AriError):
    """Asterisk failed at it: asking again later may help."""


def error_for(status: int, reason: str) -> AriError | None:
    """The error that an HTTP status stands for; None if it is a success."""
    if 200 <= status < 300:
        return None
    text = f"{status} {reason}".strip()
    if status in (401, 403):
        return AriForbidden(text)
    if status in (404, 409, 410, 412):  # 409, 412: it is leaving, its end is already on the way
        return AriGone(text)
    return AriTrouble(text) if status >= 500 else AriRefused(text)
