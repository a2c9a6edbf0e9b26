"""By which trunks a number can be called, in which order, and how it is dialled there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from engine.trunks import policy
from engine.trunks.config import TrunkConfig
from engine.trunks.patterns import fits_any
from engine.trunks.policy import Number, Refused


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """One trunk of an organisation. `at_once` and `per_second` are its limits, None for none."""

    id: bytes
    tenant: str
    name: str
    position: int = 0
    config: TrunkConfig
    at_once: int | None = None
    per_second: float | None = None
    enabled: bool = True

    @property
    def endpoint(self) -> str:
        """Its name in Asterisk's configuration, different for each organisation."""
        return self.config.endpoint or f"{self.tenant}-{self.name}"

    def dial(self, number: Number) -> str:
        """What Asterisk dials."""
        forms = {
            "{number}": number.dialled, "{e164}": number.e164 or number.dialled, "{digits}": number.digits,
            "{national}": number.national or number.dialled,
        }  # fmt: skip
        written = self.config.number
        for name, form in forms.items():
            written = written.replace(name, form)
        return f"PJSIP/{written}@{self.endpoint}"


def ways(
    trunks: Sequence[Trunk], number: Number, *, country: str, wanted: str = "", tried: Collection[str] = ()
) -> list[Trunk]:
    """The trunks that may carry it, the first choice first; raises Refused with the reason if there is none."""
    policy.no_emergency(number, country)
    named = [trunk for trunk in trunks if trunk.enabled and wanted in ("", trunk.name)]
    if not named:
        raise Refused(f"there is no trunk {wanted!r}" if wanted else "there is no trunk")
    fitting = [trunk for trunk in named if _fits(trunk, number)]
    if not fitting:
        raise Refused("no trunk takes this number")
    allowed, refusal = [], Refused("no other trunk")
    for trunk in sorted(fitting, key=lambda trunk: (trunk.position, trunk.name)):
        try:
            policy.check(number, country, trunk.config.allow)
        except Refused as error:
            refusal = error
            continue
        if trunk.name not in tried:
            allowed.append(trunk)
    if not allowed:
        raise refusal
    return allowed


def _fits(trunk: Trunk, number: Number) -> bool:
    patterns = trunk.config.patterns
    return not patterns or fits_any(patterns, number.dialled) or bool(number.e164 and fits_any(patterns, number.e164))
