"""What may be dialled at all (DECISIONS 24).

A flow dials what stands in a record, and records hold anything: a premium number there is somebody's income. So foreign
and premium numbers, and what is no number of the country, are refused unless the trunk's owner has allowed them by a
pattern; and an emergency number is never dialled by a flow, whatever is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, ShortNumberCost, shortnumberinfo

from engine.trunks.patterns import fits_any

PREMIUM = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.PERSONAL_NUMBER})
LONGEST = 32
_NOISE = re.compile(r"[\s().\-/]")
_DIALLED = re.compile(r"\+?[0-9*#]{1,32}")


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number to be called: as it is dialled, and in E.164 where it is one of the world's numbers."""

    dialled: str
    e164: str = ""
    national: str = ""
    """Without country and trunk prefix."""
    country: int = 0

    @property
    def digits(self) -> str:
        """E.164 without its plus, else as dialled."""
        return self.e164.removeprefix("+") or self.dialled


class Refused(ValueError):
    """This number is not dialled; the message is the reason in one word or a few."""


def read(text: str, country: str) -> Number:
    """Read a number as people write it, in a country; raises Refused for what no telephone could dial."""
    dialled = _NOISE.sub("", text)
    if not _DIALLED.fullmatch(dialled):
        raise Refused("no telephone number")
    parsed = _parsed(dialled, country)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return Number(dialled=dialled)
    return Number(
        dialled=dialled,
        e164=phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        national=phonenumbers.national_significant_number(parsed),
        country=parsed.country_code or 0,
    )


def spellings(text: str, country: str) -> list[str]:
    """Every way in which networks write one of the world's numbers, as it was given first; what is none has that alone.

    `02088886666` of China is `+862088886666`, `862088886666`, `00862088886666` and `2088886666` as well.
    """
    try:
        number = read(text, country)
    except Refused:
        return [text]
    if not number.e164:
        return list(dict.fromkeys([text, number.dialled]))
    digits = number.e164.removeprefix("+")
    trunk = phonenumbers.ndd_prefix_for_region(country, True) or ""
    known = phonenumbers.PhoneMetadata.metadata_for_region(country)
    abroad = "" if known is None else known.preferred_international_prefix or known.international_prefix or ""
    ways = [text, number.dialled, number.e164, digits]
    ways += [abroad + digits] if abroad.isdigit() else []
    if number.country == phonenumbers.country_code_for_region(country):
        ways += [trunk + number.national, number.national]
    return list(dict.fromkeys(ways))


def check(number: Number, country: str, allowed: Sequence[str] = ()) -> None:
    """Raise Refused unless the number may be dialled; `allowed` are patterns beyond what the policy lets through."""
    parsed = _parsed(number.dialled, country)
    no_emergency(number, country)
    if fits_any(allowed, number.dialled) or (number.e164 and fits_any(allowed, number.e164)):
        return
    if number.e164 and parsed is not None:
        if phonenumbers.number_type(parsed) in PREMIUM:
            raise Refused("premium number")
        if number.country != phonenumbers.country_code_for_region(country):
            raise Refused("foreign number")
        return
    if parsed is None or not shortnumberinfo.is_valid_short_number_for_region(parsed, country):
        raise Refused("not a number of this country")
    if shortnumberinfo.expected_cost_for_region(parsed, country) == ShortNumberCost.PREMIUM_RATE:
        raise Refused("premium number")


def no_emergency(number: Number, country: str) -> None:
    """Raise Refused for an emergency number, which nothing can allow."""
    if _is_emergency(number.dialled, _parsed(number.dialled, country), country):
        raise Refused("emergency number")


def _parsed(dialled: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(dialled, country)
    except phonenumbers.NumberParseException:
        return None


def _is_emergency(dialled: str, parsed: PhoneNumber | None, country: str) -> bool:
    """Also behind a plus, a country's code or noughts, by which a switch might still reach it."""
    bare = dialled.lstrip("+0")
    forms = {dialled, bare}
    regions = {country}
    if parsed is not None:
        forms.add(phonenumbers.national_significant_number(parsed))
        regions |= set(phonenumbers.region_codes_for_country_code(parsed.country_code or 0))
    return any(
        shortnumberinfo.is_emergency_number(form, region) for form in forms if form for region in regions
    )
