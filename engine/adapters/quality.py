"""How well a party and we heard each other."""

from __future__ import annotations

import msgspec


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """Of one leg's sound. `in` is what we got of the party; `out` what the party got of us, as far as it reported it.

    Loss is per mille of the packets, times are microseconds; None is what nobody knows.
    """

    loss_in: int | None = None
    loss_out: int | None = None
    jitter_in: int | None = None
    jitter_out: int | None = None
    round_trip: int | None = None
