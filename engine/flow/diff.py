"""What has changed from one document to another, in words and as data.

A node is the same node if it has the same id; or, with another id, if all else of it is the same: then it was renamed.
Below a node the change is told field by field, with what was there and what is now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from engine.faults import Phrase, dotted, shown
from engine.flow.merge import MISSING, same

Kind = Literal[
    "node_added", "node_removed", "node_renamed", "node_moved", "node_type", "text", "config",
    "connected", "disconnected", "reconnected", "start", "languages", "document",
]  # fmt: skip

_TEXTS = re.compile(r"(.*_)?(prompt|text|subject|html|label|title|say|announce|whisper|header|outcome|body)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Change(msgspec.Struct, frozen=True):
    """One thing that is not as it was. `before` or `after` is UNSET where there was, or is, nothing."""

    kind: Kind
    path: str
    phrase: Phrase
    node: str | None = None
    before: Any = MISSING
    after: Any = MISSING

    def __str__(self) -> str:
        return str(self.phrase)


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every change from one document to another: of the document, then of each node, then its connections."""
    old, new = _nodes(before), _nodes(after)
    renamed = _renamed(old, new)
    changes = list(_frame(before, after, renamed))
    for id in old:
        if id not in new and id not in renamed:
            phrase = Phrase("{node} removed", {"node": _name(old, id)})
            changes.append(Change("node_removed", f"nodes.{id}", phrase, id, before=old[id]))
    for id in new:
        if id not in old and id not in renamed.values():
            params = {"node": _name(new, id), "type": str(_field(new[id], "type"))}
            changes.append(
                Change("node_added", f"nodes.{id}", Phrase("{node} added ({type})", params), id, after=new[id])
            )
    for id, other in renamed.items():
        phrase = Phrase("{node}: its id is {after} now (was {before})", _said(new, other, id, other))
        changes.append(Change("node_renamed", f"nodes.{other}", phrase, other, id, other))
    for id, node in new.items():
        origin = next((was for was, now in renamed.items() if now == id), id)
        if origin in old:
            changes.extend(_node(id, old[origin], node, new, renamed))
    return changes


def change_data(change: Change) -> dict[str, Any]:
    """A change as JSON has it; what was not there is left out."""
    sides = {"before": change.before, "after": change.after}
    known = {side: value for side, value in sides.items() if value is not MISSING}
    return {"kind": change.kind, "path": change.path, "node": change.node} | known


def _frame(before: Mapping[str, Any], after: Mapping[str, Any], renamed: Mapping[str, str]) -> Iterator[Change]:
    for key in sorted((before.keys() | after.keys()) - {"nodes"}):
        was, now = before.get(key, MISSING), after.get(key, MISSING)
        if key in ("start", "on_hang_up") and isinstance(was, str):
            was = renamed.get(was, was)
        if same(was, now):
            continue
        params = {"field": key, "before": _shown(was), "after": _shown(now)}
        if key == "start":
            yield Change("start", key, Phrase("starts at {after} now (was {before})", params), None, was, now)
        elif key == "on_hang_up":
            phrase = Phrase("goes on at {after} after a hang-up (was {before})", params)
            yield Change("start", key, phrase, None, was, now)
        elif key == "languages":
            yield Change("languages", key, Phrase("languages are {after} now (were {before})", params), None, was, now)
        elif isinstance(was, (list, dict)) or isinstance(now, (list, dict)):
            yield Change("document", key, Phrase("{field} changed", params), None, was, now)
        else:
            yield Change("document", key, Phrase("{field} is {after} now (was {before})", params), None, was, now)


def _node(
    id: str, was: Mapping[str, Any], now: Mapping[str, Any], nodes: Mapping[str, Any], renamed: Mapping[str, str]
) -> Iterator[Change]:
    path = f"nodes.{id}"
    for key in sorted((was.keys() | now.keys()) - {"config", "outlets"}):
        before, after = was.get(key, MISSING), now.get(key, MISSING)
        if same(before, after):
            continue
        said = _said(nodes, id, before, after)
        if key == "at":
            yield Change("node_moved", f"{path}.at", Phrase("{node} moved", said), id, before, after)
        elif key == "name":
            phrase = Phrase("{node}: its name is {after} now (was {before})", said)
            yield Change("node_renamed", f"{path}.name", phrase, id, before, after)
        elif key == "type":
            phrase = Phrase("{node}: its type is {after} now (was {before})", said)
            yield Change("node_type", f"{path}.type", phrase, id, before, after)
        else:
            yield Change("config", f"{path}.{key}", _changed(said, key), id, before, after)
    for place, before, after in _leaves("", _field(was, "config"), _field(now, "config")):
        kind: Kind = "text" if _is_text(place, before, after) else "config"
        yield Change(
            kind, f"{path}.config.{place}", _changed(_said(nodes, id, before, after), place), id, before, after
        )
    yield from _outlets(id, _field(was, "outlets"), _field(now, "outlets"), nodes, renamed)


def _outlets(id: str, was: Any, now: Any, nodes: Mapping[str, Any], renamed: Mapping[str, str]) -> Iterator[Change]:
    old = {outlet: renamed.get(target, target) if isinstance(target, str) else target for outlet, target in was.items()}
    for outlet in sorted(old.keys() | now.keys()):
        before, after = old.get(outlet, MISSING), now.get(outlet, MISSING)
        if same(before, after):
            continue
        params = _said(nodes, id, before, after) | {"outlet": outlet}
        path = f"nodes.{id}.outlets.{outlet}"
        if before is MISSING:
            phrase = Phrase("{node}: {outlet} leads to {after} now", params)
            yield Change("connected", path, phrase, id, after=after)
        elif after is MISSING:
            phrase = Phrase("{node}: {outlet} no longer leads to {before}", params)
            yield Change("disconnected", path, phrase, id, before)
        else:
            phrase = Phrase("{node}: {outlet} leads to {after} now (was {before})", params)
            yield Change("reconnected", path, phrase, id, before, after)


def _leaves(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """The smallest parts of a config that differ; lists of different lengths as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _leaves(dotted(path, key), before.get(key, MISSING), after.get(key, MISSING))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _leaves(dotted(path, number), one, other)
    elif not same(before, after):
        yield path, before, after


def _is_text(path: str, before: Any, after: Any) -> bool:
    """Whether people read or hear what has changed here."""
    if not any(isinstance(value, str) for value in (before, after)):
        return False
    segments = path.split(".")
    return any(_TEXTS.fullmatch(segment) for segment in segments) or bool(
        len(segments) > 1 and _LANGUAGE.fullmatch(segments[-1]) and "-" in segments[-1]
    )


def _nodes(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    nodes = document.get("nodes")
    return {id: node for id, node in nodes.items() if isinstance(node, dict)} if isinstance(nodes, dict) else {}


def _renamed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Nodes that have only another id: what was, and what is."""
    gone, come = [id for id in old if id not in new], [id for id in new if id not in old]
    found: dict[str, str] = {}
    for id in gone:
        for other in come:
            if other not in found.values() and _is_alike(old[id], new[other]):
                found[id] = other
                break
    return found


def _is_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    keys = (one.keys() | other.keys()) - {"outlets"}
    return all(same(one.get(key, MISSING), other.get(key, MISSING)) for key in keys)


def _field(node: Mapping[str, Any], key: str) -> Any:
    value = node.get(key, {})
    return value if key == "type" or isinstance(value, dict) else {}


def _name(nodes: Mapping[str, Any], id: str) -> str:
    name = nodes[id].get("name")
    return name if isinstance(name, str) and name else id


def _said(nodes: Mapping[str, Any], id: str, before: Any, after: Any) -> dict[str, Any]:
    return {"node": _name(nodes, id), "before": _shown(before), "after": _shown(after)}


def _changed(said: dict[str, Any], place: str) -> Phrase:
    return Phrase("{node}: {field} is {after} now (was {before})", said | {"field": place})


def _shown(value: Any) -> str:
    return "—" if value is MISSING else shown(value)
