"""By which gateways a text may go, and in which order: by how its number begins. Pure.

The longest beginning that fits decides; a route without any takes what is left. Where no route fits, texts go by the
gateway `sms`. Behind the last gateway of a route comes the first again: it may have come back.
"""

from __future__ import annotations

from typing import Final

import msgspec

FIRST: Final = "sms"
"""The gateway by which texts go where nothing else is said, and at which every text begins."""
FURTHER: Final = "sms-"
"""How the names of further gateways for texts begin."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """For numbers that begin so (in E.164: +86138), these gateways, the first choice first."""

    prefixes: tuple[str, ...] = ()
    gateways: tuple[str, ...] = (FIRST,)


class TextRoutes(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's routes. A gateway that takes nothing for `patience` seconds hands its texts on."""

    routes: tuple[Route, ...] = ()
    patience: int = 30

    def named(self) -> set[str]:
        """Every gateway that is in a route."""
        return {gateway for route in self.routes for gateway in route.gateways}


def order(routes: TextRoutes, number: str) -> tuple[str, ...]:
    """The gateways for a number, the first choice first; there is always one."""
    best, found = -1, Route().gateways
    for route in routes.routes:
        for prefix in route.prefixes or ("",):
            if number.startswith(prefix) and len(prefix) > best:
                best, found = len(prefix), route.gateways or (FIRST,)
    return found


def belongs(routes: TextRoutes, number: str, gateway: str, *, is_new: bool) -> str:
    """The gateway where a text has to be that stands at this one: elsewhere, or here.

    A text that is new stands at `sms`, wherever it belongs; one that was handed on may stand at any of its gateways.
    """
    wanted = order(routes, number)
    return wanted[0] if gateway not in wanted or (is_new and gateway == FIRST) else gateway


def following(routes: TextRoutes, number: str, gateway: str) -> str:
    """The gateway that comes after this one for a number; this one, where there is no other."""
    wanted = order(routes, number)
    return wanted[(wanted.index(gateway) + 1) % len(wanted)] if gateway in wanted else wanted[0]


def family(gateway: str) -> str:
    """What a gateway is for: `sms` for all that send texts."""
    return FIRST if gateway.startswith(FURTHER) else gateway
