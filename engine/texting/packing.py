"""Septets of the GSM alphabet packed into octets, eight in seven (3GPP TS 23.038 §6.1.2.1).

The air carries them so; SMPP leaves them one to an octet, but for a few centres. Behind a header of parts the first
septet begins at a septet's bound, after `fill` bits. How many septets there are is not said in the octets: if the last
octet has room for one more, a nought there is taken for filling, and a last `@` is lost.
"""

from __future__ import annotations


def packed(septets: bytes, fill: int = 0) -> bytes:
    """Septets, one to a byte, as octets."""
    number = 0
    for place, septet in enumerate(septets):
        number |= (septet & 0x7F) << (fill + 7 * place)
    return number.to_bytes((fill + 7 * len(septets) + 7) // 8, "little")


def unpacked(octets: bytes, fill: int = 0) -> bytes:
    """Octets as septets, one to a byte."""
    number = int.from_bytes(octets, "little") >> fill
    bits = 8 * len(octets) - fill
    found = bytes((number >> (7 * place)) & 0x7F for place in range(max(0, bits) // 7))
    return found[:-1] if found and bits % 7 == 0 and found[-1] == 0 else found


def fill_behind(header: int) -> int:
    """Bits that are left out behind a header of so many octets."""
    return -8 * header % 7
