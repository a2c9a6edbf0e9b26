"""One turn, one transaction: the same for a live call and for a session that sleeps.

Whoever may advance a session holds it (`Held`), gives it events (`take`), and commits what became of it (`commit`): a
worker a batch of sleeping sessions at once, an engine the live ones of the last milliseconds. What holds of that, each
proven in tests/host/test_turn.py:

1. An event of the inbox is applied exactly once: it is marked as applied in the transaction that writes what it did,
   and what is put a second time under the same source and id is not there a second time.
2. An effect leaves only after its commit: a command that reaches outside is a row of the outbox, written with the turn.
   (What is played or asked on a live call goes ahead of its commit: nobody waits on the phone for a disk.)
3. A command's id is stable over retries: it is counted in the session's state, and a turn that is taken again from the
   same state gives the same commands under the same ids.
4. A late or a doubled answer changes nothing: an answer names its command, and one that nobody waits for is dropped.
5. A session keeps to the version that it began with, whatever is published meanwhile.
6. A session's row is written only by who has read its last revision, under the owner's epoch (DECISIONS 3).

The journal's row says what happened, what was walked and what was asked for, so that it can be asked again after a
crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from engine.host.held import Held
from engine.store import inbox
from engine.store.sessions import Writing, write

__all__ = ["Held", "commit"]


def commit(
    connection: sa.Connection, writings: Sequence[Writing], applied: Sequence[bytes], *, at: int,
    known_legs: Iterable[str] = (),
) -> list[bytes]:  # fmt: skip
    """Write what turns have made of sessions, and that these inbox rows are applied: the one way into the database.

    Gives the ids of sessions that are no longer ours: the caller must roll back then, for nothing of it may stay.
    """
    lost = write(connection, writings, known_legs)
    if not lost and applied:
        inbox.done(connection, applied, at=at)
    return lost
