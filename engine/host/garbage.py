"""When Python looks for garbage: seldom, and never among what stays.

Modules and compiled flows stay, and there are millions of objects in them: a full collection over them was seen to hold
up every call for a tenth of a second and more. Sessions come and go without rings, so that nearly nothing is left to be
found; a worker has a hundred of them at a time, and looked through them a dozen times a batch, a tenth of its work.
"""

from __future__ import annotations

import gc

LIVE = (5_000, 20, 20)
"""Thresholds of the three generations where a look must be short, for calls wait for it."""
BATCHES = (50_000, 10, 10)
"""Where sessions are taken a hundred at a time: a look between batches, not in their midst."""


def spare_what_stays(thresholds: tuple[int, int, int] = LIVE) -> None:
    """Keep the collector off all that is there now, and let it look as seldom as that."""
    gc.freeze()
    gc.set_threshold(*thresholds)
