"""The second factor: six digits that an app on the user's telephone makes anew every half minute (TOTP, RFC 6238).

A code of the step before or after is taken, for clocks differ; and each step's once, so that who looks over a shoulder
comes too late.
"""

from __future__ import annotations

import hmac

import pyotp

from engine.store.times import SECOND

STEP = 30 * SECOND
ISSUER = "Callweave"
_STEPS_AROUND = (0, -1, 1)


def new_secret() -> str:
    """A new secret of 160 bits, as apps take it."""
    return pyotp.random_base32(32)


def address(secret: str, login: str) -> str:
    """What the square of dots says to an app: `otpauth://totp/…`."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, *, at: int) -> int | None:
    """The time step whose code this is; None if it is none of now."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit()):
        return None
    maker, now = pyotp.TOTP(secret), at // STEP
    found = None
    for step in (now + around for around in _STEPS_AROUND):
        if hmac.compare_digest(maker.generate_otp(step), digits) and found is None:
            found = step
    return found
