"""FHIR's bundles, searches and writes as plain data. Pure."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from engine.adapters.sms_http.filling import filled as filled_text
from engine.sources.source import PlainRow

KEY_SYSTEM: Final = "urn:callweave:write"
"""Under it the key of a write stands in what was written: as an identifier of what was created, a tag else."""
MOST_TAGS = 20
"""Tags of ours that a resource keeps, the newest."""
_DEPTH = 50
_WHOLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}")
_RESERVED = re.compile(r"([\\,$|])")


def search_path(type: str, search: Mapping[str, str], include: list[str], **more: str | list[str]) -> str:
    """`Appointment?status=booked&_include=…`; a value that is a list stands several times."""
    pairs: list[tuple[str, str]] = [*search.items(), *(("_include", each) for each in include)]
    for name, value in more.items():
        pairs.extend((name, each) for each in ([value] if isinstance(value, str) else value))
    return f"{type}?{urlencode(pairs, quote_via=quote)}" if pairs else type


def searched(search: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """A search with its values in their places: what means something in a search means nothing in a value."""
    texts = {name: _RESERVED.sub(r"\\\1", _text(value)) for name, value in values.items()}
    return {name: filled_text(template, texts) for name, template in search.items()}


def following(base: str, bundle: Mapping[str, Any]) -> str | None:
    """Where the next page is, behind the server's address as we know it: of a link only that counts.

    A server behind a proxy often does not know how it is called, and nobody is led to another one.
    """
    for link in bundle.get("link") or []:
        if isinstance(link, Mapping) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            parts, ours = urlsplit(link["url"]), urlsplit(base).path.rstrip("/")
            last = ours.rpartition("/")[2]
            path = parts.path
            if path == ours or path.startswith(f"{ours}/"):
                path = path[len(ours) :]
            elif last and f"/{last}" in path and (path + "/").rfind(f"/{last}/") >= 0:
                path = path[(path + "/").rfind(f"/{last}/") + len(last) + 1 :]
            else:
                path = f"/{path.rpartition('/')[2]}"
            return path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
    return None


def rows_of(bundle: Mapping[str, Any]) -> list[PlainRow]:
    """The resources that were looked for, those that came with them beside the references; deletions of a history."""
    entries = [entry for entry in bundle.get("entry") or [] if isinstance(entry, dict)]
    included = {
        f"{each['resourceType']}/{each.get('id')}": each
        for entry in entries
        if _mode(entry) == "include" and isinstance(each := entry.get("resource"), dict) and "resourceType" in each
    }
    rows: list[PlainRow] = []
    for entry in entries:
        resource = entry.get("resource")
        if _method(entry) == "DELETE":
            rows.extend(_deleted(entry))
        elif (
            isinstance(resource, dict)
            and _mode(entry) == "match"
            and resource.get("resourceType") != "OperationOutcome"
        ):
            rows.append(_with(resource, included, _DEPTH) if included else resource)
    return rows


def newest(rows: list[PlainRow]) -> list[PlainRow]:
    """Of a history, which begins with the newest, each resource once, and the oldest first."""
    kept: dict[tuple[Any, Any], PlainRow] = {}
    for row in rows:
        kept.setdefault((row.get("resourceType"), row.get("id")), row)
    return list(reversed(kept.values()))


def changed_at(row: Mapping[str, Any]) -> datetime | None:
    """When a resource was changed, in UTC; None if it does not say."""
    written = (row.get("meta") or {}).get("lastUpdated") if isinstance(row.get("meta"), Mapping) else None
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return None if moment is None or moment.tzinfo is None else moment.astimezone(UTC)


def since(moment: datetime) -> str:
    """A moment as a search has it, not later than it is."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def until(moment: datetime) -> str:
    """A moment as a search has it, not earlier than it is."""
    return since(moment + timedelta(microseconds=999))


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """Data with its values in; a text that is exactly one `{{ }}` keeps its value's kind."""
    if isinstance(template, str):
        whole = _WHOLE.fullmatch(template.strip())
        if whole is not None:
            return values.get(whole[1])
        return filled_text(template, {name: _text(value) for name, value in values.items()})
    if isinstance(template, Mapping):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values) for value in template]
    return template


def created(type: str, resource: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A new resource that carries its write's key."""
    known = [each for each in resource.get("identifier") or [] if isinstance(each, dict)]
    return {**resource, "resourceType": type, "identifier": [*known, {"system": KEY_SYSTEM, "value": key}]}


def updated(resource: Mapping[str, Any], changes: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A resource with other values, and the write's key as a tag."""
    new = copy.deepcopy(dict(resource)) | dict(changes)
    meta = dict(new.get("meta") or {})
    tags = [tag for tag in meta.get("tag") or [] if isinstance(tag, dict)]
    ours = [tag for tag in tags if tag.get("system") == KEY_SYSTEM][-MOST_TAGS + 1 :]
    others = [tag for tag in tags if tag.get("system") != KEY_SYSTEM]
    new["meta"] = {**meta, "tag": [*others, *ours, {"system": KEY_SYSTEM, "code": key}]}
    return new


def carries(resource: Mapping[str, Any], key: str) -> bool:
    """Whether a resource was updated by the write of this key."""
    tags = (resource.get("meta") or {}).get("tag") or []
    return any(isinstance(tag, dict) and tag.get("system") == KEY_SYSTEM and tag.get("code") == key for tag in tags)


def differing(resource: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """The fields that are not as they were expected."""
    return [name for name, value in expected.items() if resource.get(name) != value]


def outcome(body: Any) -> str:
    """What an OperationOutcome says, in one line; empty if it is none."""
    if not isinstance(body, Mapping) or body.get("resourceType") != "OperationOutcome":
        return ""
    issues = [issue for issue in body.get("issue") or [] if isinstance(issue, Mapping)]
    said = [
        issue.get("diagnostics") or (issue.get("details") or {}).get("text") or issue.get("code") for issue in issues
    ]
    return "; ".join(str(each) for each in said if each)[:300]


def _mode(entry: Mapping[str, Any]) -> str:
    return str((entry.get("search") or {}).get("mode") or "match")


def _method(entry: Mapping[str, Any]) -> str:
    return str((entry.get("request") or {}).get("method") or "")


def _deleted(entry: Mapping[str, Any]) -> Iterator[PlainRow]:
    type, _, id = str((entry.get("request") or {}).get("url") or "").strip("/").rpartition("/")
    response = entry.get("response") or {}
    if type and id:
        meta = {"lastUpdated": response.get("lastModified"), "versionId": str(response.get("etag") or "").strip('W/"')}
        yield {"resourceType": type.rpartition("/")[2], "id": id, "deleted": True, "meta": meta}


def _with(value: Any, included: Mapping[str, Any], depth: int) -> Any:
    """The value, with `resource` beside each reference to something that came along."""
    if isinstance(value, list) and depth:
        return [_with(entry, included, depth - 1) for entry in value]
    if not isinstance(value, dict) or not depth:
        return value
    new = {name: _with(entry, included, depth - 1) for name, entry in value.items()}
    reference = value.get("reference")
    if isinstance(reference, str):
        found = included.get("/".join(reference.split("/_history/")[0].split("/")[-2:]))
        if found is not None:
            new["resource"] = found
    return new


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
