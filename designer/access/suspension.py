"""A tenant that is suspended: nobody signs in, and no key opens anything, until an operator resumes it.

Whoever sends records or receipts is told to come again, so that what he has is not lost.
"""

from __future__ import annotations

from designer.parts import parts
from designer.problems import Problem

AGAIN_SECONDS = "300"


def refuse_suspended(tenant: str) -> None:
    """Refuse whoever belongs to a tenant that is suspended: Problem 403."""
    if parts().stores.suspended(tenant):
        raise Problem(403, "Your organisation is suspended. Ask the operator of this platform.")


def not_while_suspended(tenant: str) -> None:
    """Ask whoever brings something for a tenant that is suspended to bring it again later: Problem 503."""
    if parts().stores.suspended(tenant):
        raise Problem(503, "It cannot be kept now. Tell us again.", headers={"Retry-After": AGAIN_SECONDS})
