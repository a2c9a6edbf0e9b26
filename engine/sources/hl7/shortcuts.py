"""What flows ask for most, under one name whatever the message: the patient, the visit, the appointment, results. Pure.

They are worked out of the named segments, so that a mapping reads `row.patient.phone` and need not know that a number
may stand in PID-13 in three ways, or that Chinese names are written without a blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.sources.hl7.tables import EVENTS

Plain = dict[str, Any]
_TEXTS = ("TX", "FT", "ST")
_NOT_SHOWN = ("ED", "RP")
"""Values of results that are documents or point at one; they are reached by number."""


def action(kind: str, event: str) -> str:
    """What the event is about, in a word; empty for those that have none here."""
    return EVENTS.get(kind, {}).get(event, "")


def patient(pid: Plain) -> Plain:
    """id, ids by type (MR, NI), name, family, given, birth_date, sex, phone, email, language, address."""
    each = pid.get("each", {})
    names = [name for name in each.get("patient_name", ()) if isinstance(name, dict)]
    name = next((one for one in names if one.get("representation") == "I"), names[0] if names else {})
    address = pid.get("address")
    reached = [*each.get("home_phone", ()), *each.get("telecom", ()), *each.get("business_phone", ())]
    return _without_nothing({
        "id": _of(pid, "patient_id", "id"), "ids": _by_type(each.get("patient_id", ())), "name": full_name(name),
        "family": name.get("family"), "given": name.get("given"), "birth_date": (pid.get("birth_date") or "")[:10],
        "sex": pid.get("sex"), "phone": phone(reached), "email": _email(reached),
        "language": _of(pid, "language", "code"),
        "address": _joined(address, "province", "city", "district", "street") if isinstance(address, dict) else "",
    })  # fmt: skip


def visit(pv1: Plain, pid: Plain) -> Plain:
    """number, class, ward, room, bed, doctor, doctor_id, admitted_at, discharged_at."""
    doctor = pv1.get("attending_doctor") or pv1.get("admitting_doctor") or {}
    location = pv1.get("location")
    where = location if isinstance(location, dict) else {}
    return _without_nothing({
        "number": _of(pv1, "visit_number", "id") or _of(pid, "account_number", "id"), "class": pv1.get("class"),
        "ward": where.get("ward"), "room": where.get("room"), "bed": where.get("bed"),
        "doctor": full_name(doctor), "doctor_id": doctor.get("id"), "admitted_at": pv1.get("admitted_at"),
        "discharged_at": pv1.get("discharged_at"),
    })  # fmt: skip


def appointment(sch: Plain, first: dict[str, Plain]) -> Plain:
    """id, start, end, minutes, status, reason, service, doctor, doctor_id, place."""
    service, general = first.get("AIS", {}), first.get("AIG", {})
    person, place = first.get("AIP", {}), first.get("AIL", {})
    doctor = person.get("person") or sch.get("filler_contact") or {}
    starts = [part["start"] for part in (service, person, place, general) if part.get("start")]
    start = _of(sch, "timing", "start") or next(iter(starts), "")
    where = place.get("location")
    return _without_nothing({
        "id": _of(sch, "filler_id", "id") or _of(sch, "placer_id", "id"), "placer_id": _of(sch, "placer_id", "id"),
        "start": start, "end": _of(sch, "timing", "end"), "minutes": _minutes(sch) or _minutes(service),
        "status": _of(sch, "status", "code"), "reason": _words(sch.get("reason")) or _words(sch.get("event_reason")),
        "service": _words(service.get("service")) or _words(sch.get("type")) or _words(general.get("resource")),
        "doctor": full_name(doctor), "doctor_id": doctor.get("id"),
        "place": _joined(where, "building", "floor", "ward", "room", "bed") if isinstance(where, dict) else "",
    })  # fmt: skip


def results(ordered: Sequence[tuple[str, Plain]]) -> list[Plain]:
    """Each OBX: code, name, value, unit, range, flag, status, at, and what was asked for (`order`, `order_code`)."""
    found: list[Plain] = []
    asked: Plain = {}
    for name, segment in ordered:
        if name == "OBR":
            asked = segment
        elif name == "OBX":
            found.append(_without_nothing({
                "order": _words(asked.get("service")), "order_code": _of(asked, "service", "code"),
                "code": _of(segment, "observation", "code"), "name": _words(segment.get("observation")),
                "value": _measured(segment), "unit": _of(segment, "unit", "code"), "range": segment.get("range"),
                "flag": segment.get("flags"), "status": segment.get("status"),
                "at": segment.get("observed_at") or asked.get("observed_at"),
            }))  # fmt: skip
        elif name == "NTE" and found and segment.get("comment"):
            found[-1]["note"] = "\n".join(filter(None, (found[-1].get("note"), segment["comment"])))
    return found


def full_name(name: Plain) -> str:
    """A person's name as it is written where he lives: 张三, Jane Doe."""
    family, given = name.get("family") or "", name.get("given") or ""
    if _is_chinese(family) or _is_chinese(given):  # a reading in letters may stand beside the name
        return "".join(part for part in (family, given) if _is_chinese(part))
    return " ".join(filter(None, (given, name.get("middle"), family)))


def phone(numbers: Sequence[Any]) -> str:
    """The number to call: a mobile one if one is marked so, else the first."""
    known = [one for one in numbers if isinstance(one, dict) and _digits(one)]
    mobile = [one for one in known if one.get("equipment") == "CP"]
    return _digits((mobile or known)[0]) if known else ""


def _by_type(numbers: Sequence[Any]) -> Plain:
    known = [one for one in numbers if isinstance(one, dict) and one.get("type") and one.get("id")]
    return {one["type"]: one["id"] for one in reversed(known)}


def _digits(number: Plain) -> str:
    if number.get("equipment") in ("Internet", "X.400", "FX"):
        return ""
    written = number.get("number") or number.get("written") or ""
    if not written and number.get("local"):
        country = f"+{number['country'].lstrip('+')}" if number.get("country") else ""
        written = f"{country}{number.get('area') or ''}{number['local']}"
    return "" if "@" in written else written


def _email(numbers: Sequence[Any]) -> str:
    for one in numbers:
        if isinstance(one, dict):
            for place in ("email", "written"):
                if "@" in (one.get(place) or ""):
                    return str(one[place])
    return ""


def _measured(obx: Plain) -> Any:
    """OBX-5 as OBX-2 says: a number, or text (all repetitions, a line each)."""
    kind, value = obx.get("value_type", ""), obx.get("value")
    if value is None or kind in _NOT_SHOWN:
        return None
    if kind == "NM":
        return number(value)
    if kind in ("CE", "CWE", "CF", "CNE"):
        return obx.get("5.2") or value
    if kind == "SN":
        return "".join(obx.get(f"5.{part}") or "" for part in (1, 2, 3, 4))
    return "\n".join(one or "" for one in obx["each"]["value"]) if kind in _TEXTS else value


def number(written: str) -> int | float | str:
    """A number where it is one (`5.60` is 5.6), else the text."""
    if "_" in written:  # Python would read over it
        return written
    try:
        return int(written) if written.lstrip("+-").isdigit() and len(written) < 16 else _finite(written)
    except ValueError:
        return written


def _finite(written: str) -> float | str:
    value = float(written)
    return value if abs(value) < float("inf") else written


def _minutes(segment: Plain) -> int | None:
    written = segment.get("duration") or ""
    if not (written.isascii() and written.isdigit() and len(written) < 6):
        return None
    unit = (_of(segment, "duration_unit", "code") or "min").lower()
    return int(written) * 60 if unit.startswith("h") else int(written) // 60 if unit in ("s", "sec") else int(written)


def _of(segment: Plain, field: str, component: str) -> Any:
    value = segment.get(field)
    return value.get(component) if isinstance(value, dict) else None


def _is_chinese(written: str) -> bool:
    """Whether it is written as Chinese, Japanese or Korean is, without blanks."""
    return any("\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af" for character in written)


def _words(coded: Any) -> str:
    return (coded.get("text") or coded.get("code") or "") if isinstance(coded, dict) else ""


def _joined(value: Plain, *parts: str) -> str:
    written = [value[part] for part in parts if value.get(part)]
    return ("" if any(map(_is_chinese, written)) else ", ").join(written)


def _without_nothing(values: Plain) -> Plain:
    return {name: value for name, value in values.items() if value not in (None, "", {})}
