"""Whose address this is, however it is spelled: a record says 138 0013-8000, a carrier +8613800138000.

What is kept by address (who is not to be written to, who has asked whom) is kept under one spelling: E.164 for a number
of the world's numbering plan, the digits alone for short codes and names as they are, small letters for mail.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from engine.trunks import policy

LONGEST = 200
SUBSCRIBER = 7
"""Digits that a number has at least without its country and area."""
_CHINESE_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
"""Nearly all numbers of one country: the numbering plans take a hundred times as long to say the same."""
_NOISE = re.compile(r"[\s().\-–—/]")


def canonical(address: str, country: str) -> str:
    """The one spelling of an address; empty if there is nothing in it."""
    written = unicodedata.normalize("NFKC", address[: 2 * LONGEST]).strip()
    if "@" in written:
        return written.casefold()[:LONGEST]
    bare = _NOISE.sub("", written)
    if country == "CN" and (mobile := _CHINESE_MOBILE.fullmatch(bare)):
        return f"+86{mobile[1]}"
    for spelled in _international(bare):
        try:
            found = policy.read(spelled, country)
        except policy.Refused:
            return written.casefold()[:LONGEST]
        if found.e164:
            return found.e164
    return bare[:LONGEST]


def bare(address: str) -> str:
    """An address as a node listens to it: digits without what people write around them, mail in small letters."""
    written = unicodedata.normalize("NFKC", address).strip()
    return written.casefold() if "@" in written else _NOISE.sub("", written)


def alike(one: str, other: str) -> bool:
    """Whether two spellings may be of one telephone number: with a country's or a trunk's digits before it, or without.

    For who has no country at hand; two subscribers of different countries may share their last digits.
    """
    digits = [_digits(one), _digits(other)]
    short, long = sorted(digits, key=len)
    return short == long or (len(short) >= SUBSCRIBER and long.endswith(short))


def _digits(address: str) -> str:
    return "".join(letter for letter in bare(address) if letter.isdecimal()).lstrip("0")


def spellings(address: str, country: str) -> tuple[str, ...]:
    """How `bare` may have left this address: as it is, in E.164, with 00, without plus, as in its own country."""
    one = canonical(address, country)
    found = [bare(address), one, address.strip()]
    if one.startswith("+"):
        digits = one[1:]
        found += [digits, f"00{digits}"]
        national = policy.read(one, country).national
        if national and digits.startswith(_code(country)):
            found += [national, f"0{national}"]
    return tuple(dict.fromkeys(spelled for spelled in found if spelled))


def _international(bare: str) -> tuple[str, ...]:
    """The number as it is, and as gateways write it: without the plus, or with 00."""
    if bare.startswith("+") or not bare.isdecimal():
        return (bare,)
    return (bare, f"+{bare[2:]}") if bare.startswith("00") else (bare, f"+{bare}") if len(bare) > 10 else (bare,)


def _code(country: str) -> str:
    return str(phonenumbers.country_code_for_region(country))
