"""Asking a FHIR server live, and writing to it: declared searches, and declared resources that are written once.

What is created carries its write's key as an identifier, and is created only if nothing with it is there
(If-None-Exist); what is updated is looked at first, and written only over what was seen (If-Match). Several of them are
one transaction of the server's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.sources.declared import declared, values_of
from engine.sources.fhir import statuses, translate
from engine.sources.fhir.client import Answer, Client
from engine.sources.fhir.config import KEY, FhirConfig, FhirStatement
from engine.sources.source import PlainRow, RefusedBySource, Written

TRIES = 3
"""How often what was changed by another meanwhile is looked at anew."""
MOST_PAGES = 10


class _Write(msgspec.Struct):
    """One resource on its way."""

    method: str
    path: str
    resource: dict[str, Any]
    condition: tuple[str, str]

    @property
    def header(self) -> dict[str, str]:
        name = {"ifMatch": "If-Match", "ifNoneExist": "If-None-Exist"}[self.condition[0]]
        return {name: self.condition[1]}


class FhirAsker:
    """Asks and writes."""

    def __init__(self, config: FhirConfig, client: Client) -> None:
        self._config = config
        self._client = client

    def ask(self, query: str, parameters: Mapping[str, Any]) -> list[PlainRow]:
        """The resources that a declared search finds, as many as it may give."""
        found = declared(self._config.queries, "query", query)
        search = translate.searched(found.search, values_of(query, found.parameters, parameters))
        path: str | None = translate.search_path(found.type, search, found.include, _count=str(found.most_rows))
        rows: list[PlainRow] = []
        for _ in range(MOST_PAGES):
            if path is None or len(rows) >= found.most_rows:
                break
            bundle = statuses.asked(self._client.get(path, found.seconds))
            rows += translate.rows_of(bundle)
            path = translate.following(self._config.url, bundle)
        return rows[: found.most_rows]

    def write(self, statement: str, parameters: Mapping[str, Any], key: str) -> Written | RefusedBySource:
        """Carry out a declared statement, once by its key."""
        found = declared(self._config.statements, "statement", statement)
        values = {**values_of(statement, found.parameters, parameters), KEY: key}
        answer = None
        for _ in range(TRIES):
            writes = self._prepared(found, values, key)
            if isinstance(writes, (Written, RefusedBySource)):
                return writes
            answer = self._sent(writes, found.seconds)
            if answer.status not in statuses.CONFLICT:
                break
        assert answer is not None
        return self._fate(answer)

    def written(self, statement: str, parameters: Mapping[str, Any], key: str) -> bool | None:
        """Whether what the write of this key creates or updates is there."""
        found = declared(self._config.statements, "statement", statement)
        step = found.steps[0]
        if step.create is not None:
            search = {"identifier": f"{translate.KEY_SYSTEM}|{key}"}
            path = translate.search_path(step.create, search, [], _count="1")
            return bool(translate.rows_of(statuses.asked(self._client.get(path, found.seconds))))
        values = {**values_of(statement, found.parameters, parameters), KEY: key}
        resource = self._there(step.update or "", str(translate.filled(step.id, values)), found.seconds)
        return resource is not None and translate.carries(resource, key)

    def _prepared(
        self, found: FhirStatement, values: Mapping[str, Any], key: str
    ) -> list[_Write] | Written | RefusedBySource:
        """What is to be sent; or the fate, where that is clear before."""
        writes = []
        for step in found.steps:
            if step.create is not None:
                resource = translate.created(step.create, translate.filled(step.resource, values), key)
                unless = f"identifier={quote(f'{translate.KEY_SYSTEM}|{key}', safe='')}"
                writes.append(_Write("POST", step.create, resource, ("ifNoneExist", unless)))
                continue
            type, id = step.update or "", str(translate.filled(step.id, values))
            there = self._there(type, id, found.seconds)
            if there is None:
                return RefusedBySource(reason=step.refusal or f"there is no {type}/{id}")
            if translate.carries(there, key):
                return Written(reference=f"{type}/{id}")
            expected = translate.filled(step.expect, values)
            if differing := translate.differing(there, expected):
                said = f"{differing[0]} is {there.get(differing[0])!r}"
                return RefusedBySource(reason=step.refusal or said[:200])
            version = (there.get("meta") or {}).get("versionId")
            if version is None:
                raise Refused(f"the server gives no version of {type}/{id}, so that it cannot be written safely")
            resource = translate.updated(there, translate.filled(step.set, values), key)
            writes.append(_Write("PUT", f"{type}/{id}", resource, ("ifMatch", f'W/"{version}"')))
        return writes

    def _there(self, type: str, id: str, seconds: float) -> dict[str, Any] | None:
        answer = self._client.get(f"{type}/{quote(id, safe='')}", seconds)
        return None if answer.status in (404, 410) else statuses.asked(answer)

    def _sent(self, writes: list[_Write], seconds: float) -> Answer:
        if len(writes) == 1:
            write = writes[0]
            return self._client.send(write.method, write.path, write.header, write.resource, seconds)
        entries = [
            {
                "resource": write.resource,
                "request": {"method": write.method, "url": write.path, **dict([write.condition])},
            }
            for write in writes
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        return self._client.send("POST", "", {}, bundle, seconds)

    def _fate(self, answer: Answer) -> Written | RefusedBySource:
        """What has become of it, by the server's answer."""
        if 200 <= answer.status < 300:
            return Written(reference=_reference(answer))
        if statuses.may_pass(answer):
            raise statuses.later(answer)
        if statuses.to_mend(answer):
            raise Refused(statuses.words(answer))
        if answer.status >= 500:
            raise Unsure(statuses.words(answer))
        if answer.status in statuses.CONFLICT:
            raise NotNow(statuses.words(answer))
        return RefusedBySource(reason=statuses.words(answer))


def _reference(answer: Answer) -> str:
    """What the server calls what was written: `Appointment/7`."""
    body = answer.json
    if (
        isinstance(body, dict)
        and body.get("id")
        and body.get("resourceType") not in (None, "Bundle", "OperationOutcome")
    ):
        return f"{body['resourceType']}/{body['id']}"
    places = [answer.headers.get("location", "")]
    if isinstance(body, dict) and body.get("resourceType") == "Bundle":
        entries = [entry.get("response") or {} for entry in body.get("entry") or [] if isinstance(entry, dict)]
        new = [entry for entry in entries if str(entry.get("status", "")).startswith("201")]
        places += [str(entry.get("location") or "") for entry in new or entries]
    for place in places:
        parts = place.split("/_history/")[0].rstrip("/").split("/")
        if len(parts) >= 2 and parts[-1]:
            return "/".join(parts[-2:])
    return ""
