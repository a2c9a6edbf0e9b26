"""`/shared`: one flow for whoever has a link to it: its drawing and how many stand where, and nothing of anybody."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from designer import describe
from designer.access.links import link, require_link
from designer.access.rights import DOOR, needs
from designer.api.replies import reply, resource
from designer.api.shapes.rights import SharedCountsShape, SharedFlowShape
from designer.moving import Flight
from designer.parts import parts
from engine.flow.check import check_node
from engine.host.plugins import node_types
from engine.store import flows, from_micros, now_micros

api = resource("shared", 401, 403, 404, 429, open_to_all=True)
api.before_request(require_link)
DRAWN = ("type", "name", "at", "outlets")
"""What is shown of a node: not its config, in which texts and numbers stand."""


@api.get("/shared", responses={200: SharedFlowShape})
@needs(DOOR)
def get_shared() -> Response:
    """The flow's drawing, as it was published last, and how many stand where; by the link as a bearer token."""
    found = link()
    with parts().stores.tenant(found.tenant).read() as connection:
        row = flows.get(connection, found.flow_id)
        kept = None if row.published is None else flows.version_document(connection, found.flow_id, row.published)
        written = flows.draft(connection, found.flow_id)[0] if kept is None else kept[1]
        flight = Flight(connection, found.flow_id)
    document = json.loads(written)
    return reply({
        "name": row.name, "state": row.state, "published": row.published, "expires_at": from_micros(found.expires_at),
        "document": _drawn(document), "nodes": {name: _node(node) for name, node in document["nodes"].items()},
        "types": _types(document), **_counts(flight),
    })  # fmt: skip


@api.get("/shared/counts", responses={200: SharedCountsShape})
@needs(DOOR)
def get_shared_counts() -> Response:
    """How many stand where now."""
    found = link()
    with parts().stores.tenant(found.tenant).read() as connection:
        flows.get(connection, found.flow_id)
        return reply(_counts(Flight(connection, found.flow_id)))


def _drawn(document: dict[str, Any]) -> dict[str, Any]:
    nodes = {
        name: {part: node[part] for part in DRAWN if part in node} for name, node in document["nodes"].items()
    }  # fmt: skip
    known = {part: document[part] for part in ("callweave", "name", "start", "on_hang_up") if part in document}
    return known | {"nodes": nodes}


def _node(node: dict[str, Any]) -> dict[str, Any]:
    """The outlets by their labels; the config's own words are left out."""
    types = node_types()
    if node["type"] not in types:
        return {"outlets": [{"id": name, "label": name} for name in node.get("outlets", {})], "summary": ""}
    return {"outlets": describe.node(check_node(node, types, "", []))["outlets"], "summary": ""}


def _types(document: dict[str, Any]) -> dict[str, Any]:
    types = node_types()
    used = {node["type"] for node in document["nodes"].values()}
    return {
        name: {
            part: value for part, value in describe.node_type(types[name]).items()
            if part in ("type", "label", "group", "medium", "icon", "voice", "outlets")
        }
        for name in sorted(used) if name in types
    }  # fmt: skip


def _counts(flight: Flight) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {}
    for (number, node), count in flight.counts.items():
        if node is not None:
            talking = flight.on_the_line[number, node]
            standing = counts.setdefault(node, {"running": 0, "waiting": 0})
            standing["running"] += talking
            standing["waiting"] += count - talking
    return {"counts": counts, "live": flight.total, "at": from_micros(now_micros())}
