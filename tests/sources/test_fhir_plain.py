"""Bundles, searches and writes of FHIR as plain data, statuses by meaning, and what a set-up may say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from engine.adapters.gateway import NotNow, Refused
from engine.faults import from_validation
from engine.sources.fhir import FhirConfig, statuses
from engine.sources.fhir import translate as t
from engine.sources.fhir.client import Answer
from engine.sources.fhir.config import FhirFeed
from engine.sources.fhir.reading import FhirReader


@pytest.mark.parametrize(
    ("base", "link", "expected"),
    [
        ("http://his/fhir", "http://his/fhir/Patient?_offset=7", "Patient?_offset=7"),
        ("http://his/fhir", "http://localhost:8090/fhir/Patient?_offset=7", "Patient?_offset=7"),
        ("http://his/fhir/", "http://localhost:8090/fhir?_getpages=abc", "?_getpages=abc"),
        ("https://gate/his/r4", "http://inner:8080/hapi/r4/Patient?x=1", "Patient?x=1"),
        ("https://gate/his/r4", "http://inner:8080/hapi/r4/Patient/_history?x=1", "Patient/_history?x=1"),
        ("https://gate/his/r4", "http://inner:8080/other/Patient?x=1", "Patient?x=1"),
        ("http://his", "http://elsewhere/Patient?x=1", "Patient?x=1"),
        ("http://his/fhir", "/fhir/Patient?x=1", "Patient?x=1"),
    ],
)
def test_the_next_page_is_at_the_same_server(base: str, link: str, expected: str) -> None:
    assert t.following(base, {"link": [{"relation": "self", "url": "x"}, {"relation": "next", "url": link}]}) == expected


def test_no_next_page() -> None:
    assert t.following("http://his", {"link": [{"relation": "self", "url": "x"}, None, {"relation": "next"}]}) is None
    assert t.following("http://his", {}) is None


def entry(resource: dict[str, Any], mode: str = "match") -> dict[str, Any]:
    return {"resource": resource, "search": {"mode": mode}}


def test_rows_of_a_bundle() -> None:
    who = {"resourceType": "Patient", "id": "1", "name": [{"text": "张三"}]}
    visit = {"resourceType": "Appointment", "id": "2", "participant": [
        {"actor": {"reference": "https://elsewhere/fhir/Patient/1/_history/3"}}, {"actor": {"reference": "Patient/9"}},
    ]}  # fmt: skip
    bundle = {"entry": [entry(visit), entry(who, "include"), entry({"resourceType": "OperationOutcome"}, "outcome"), "nonsense", {}]}
    rows = t.rows_of(bundle)
    assert [row["id"] for row in rows] == ["2"]
    assert rows[0]["participant"][0]["actor"]["resource"] == who
    assert "resource" not in rows[0]["participant"][1]["actor"]
    assert "resource" not in visit["participant"][0]["actor"], "what was given is left as it is"


def test_rows_of_a_history() -> None:
    def put(id: str, version: str) -> dict[str, Any]:
        return {"resource": {"resourceType": "Patient", "id": id, "meta": {"versionId": version}}, "request": {"method": "PUT", "url": f"Patient/{id}"}}

    gone = {"request": {"method": "DELETE", "url": "Patient/1"}, "response": {"lastModified": "2026-11-22T10:00:00Z", "etag": 'W/"3"'}}
    rows = t.newest(t.rows_of({"entry": [gone, put("2", "2"), put("1", "2"), put("2", "1")]}))
    assert rows == [
        {"resourceType": "Patient", "id": "2", "meta": {"versionId": "2"}},
        {"resourceType": "Patient", "id": "1", "deleted": True, "meta": {"lastUpdated": "2026-11-22T10:00:00Z", "versionId": "3"}},
    ]


@pytest.mark.parametrize(
    ("meta", "expected"),
    [({"lastUpdated": "2026-11-22T18:00:00.123+08:00"}, datetime(2026, 11, 22, 10, 0, 0, 123000, UTC)), ({}, None), (None, None),
     ({"lastUpdated": "2026-11-22"}, None), ({"lastUpdated": "yesterday"}, None), ({"lastUpdated": 7}, None)],
)  # fmt: skip
def test_when_it_was_changed(meta: Any, expected: datetime | None) -> None:
    assert t.changed_at({"meta": meta}) == expected


def test_bounds_of_a_search_leave_nothing_out() -> None:
    moment = datetime(2026, 11, 22, 10, 0, 0, 123_456, UTC)
    assert (t.since(moment), t.until(moment)) == ("2026-11-22T10:00:00.123Z", "2026-11-22T10:00:00.124Z")


def test_values_stay_values_in_a_search() -> None:
    found = t.searched({"identifier": "urn:his|{{ no }}", "status": "free", "active": "{{ yes }}"}, {"no": "1,2|3$", "yes": True})
    assert found == {"identifier": "urn:his|1\\,2\\|3\\$", "status": "free", "active": "true"}
    path = t.search_path("Slot", {"a": "b&c=d"}, ["Slot:schedule"], _count="5", _lastUpdated=["ge1", "le2"])
    assert path == "Slot?a=b%26c%3Dd&_include=Slot%3Aschedule&_count=5&_lastUpdated=ge1&_lastUpdated=le2"


def test_templates_of_resources() -> None:
    template = {"active": "{{ yes }}", "n": ["{{ n }}", "no. {{ n }}", 7, None], "name": "{{ none }}"}
    assert t.filled(template, {"yes": True, "n": 3, "none": None}) == {"active": True, "n": [3, "no. 3", 7, None], "name": None}


def test_keys_of_writes() -> None:
    new = t.created("Appointment", {"identifier": [{"system": "x", "value": "1"}]}, "k1")
    assert new["resourceType"] == "Appointment" and new["identifier"][1] == {"system": t.KEY_SYSTEM, "value": "k1"}
    resource: dict[str, Any] = {"id": "1", "status": "free", "meta": {"tag": [{"system": "theirs", "code": "a"}]}}
    for number in range(30):
        resource = t.updated(resource, {"status": "busy"}, f"k{number}")
    assert resource["status"] == "busy" and resource["meta"]["tag"][0]["code"] == "a"
    assert len(resource["meta"]["tag"]) == t.MOST_TAGS + 1
    assert t.carries(resource, "k29") and t.carries(resource, "k10") and not t.carries(resource, "k9")
    assert t.differing(resource, {"status": "free", "id": "1"}) == ["status"]


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    return Answer(status, headers, msgspec.json.encode(body) if body is not None else b"")


OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "no such"}, {"details": {"text": "at all"}}, {"code": "value"}]}


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        (answer(404, OUTCOME), Refused, "404: no such; at all; value"), (answer(401), Refused, "status 401"),
        (answer(503), NotNow, "status 503"), (answer(500, OUTCOME), NotNow, "500: no such"), (answer(408), NotNow, "408"),
        (answer(302), Refused, "sends us on"), (answer(200, [1]), Refused, "no FHIR resource"), (answer(200), Refused, "no FHIR resource"),
    ],
)  # fmt: skip
def test_statuses(given: Answer, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        statuses.asked(given)


def test_a_server_says_when_to_come_again() -> None:
    assert statuses.later(answer(429, **{"retry-after": "30"})).after == 30
    assert statuses.later(answer(429, **{"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"})).after is None


class Script:
    """Answers in order; what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.asked = list(answers), []

    def get(self, path: str, seconds: float) -> Answer:
        self.asked.append(path)
        return self.answers.pop(0)


def bundle(*rows: tuple[str, int], following: str | None = None) -> Answer:
    entries = [entry({"resourceType": "Patient", "id": id, "meta": {"lastUpdated": f"2026-11-22T10:00:{second:02}Z"}}) for id, second in rows]
    return answer(200, {"resourceType": "Bundle", "entry": entries, "link": [{"relation": "next", "url": following}] if following else []})


def reader(script: Script, **feed: Any) -> FhirReader:
    found = FhirFeed.model_validate({"type": "Patient", "look_again": [60]} | feed)
    return FhirReader("all", found, 100, "http://his/fhir", script, lambda: 1_795_341_700.0)  # type: ignore[arg-type]


def test_a_page_of_one_moment_is_left_by_its_link() -> None:
    script = Script(bundle(("1", 0)), bundle(("1", 0), ("2", 0), following="http://x/fhir/Patient?p=2"), bundle(("3", 0), ("4", 1)), bundle(("4", 1)))
    read, cursor, ids = reader(script), None, []
    for _ in range(4):
        batch = read.read(cursor, 100)
        cursor, ids = batch.cursor, ids + [row["id"] for row in batch.rows]
    assert ids == ["1", "2", "3", "4"]
    assert script.asked[2] == "Patient?p=2"
    assert "_lastUpdated=ge2026-11-22T10%3A00%3A01.000Z" in script.asked[3]


def test_a_link_that_is_not_known_any_more_begins_anew() -> None:
    script = Script(bundle(("2", 2), following="http://x/fhir/Patient?p=2"), answer(410), bundle(("2", 2), ("1", 1)))
    read = reader(script, reads="pages")
    first = read.read(None, 100)
    second = read.read(first.cursor, 100)
    assert [row["id"] for row in first.rows + second.rows] == ["2", "1"]
    assert (first.more, second.more) == (True, False)


def test_of_a_history_the_newest_counts_whatever_page_it_is_on() -> None:
    def versions(*rows: tuple[str, int], following: str | None = None) -> Answer:
        found = bundle(*rows, following=following)
        return answer(200, {**found.json, "type": "history"})

    pages = [versions(("1", 9), ("2", 8), following="http://x/fhir/Patient/_history?p=2"), versions(("1", 7), ("3", 6), ("2", 1))]
    script = Script(bundle(("1", 0), ("2", 1)), *pages)
    read, cursor, seen = reader(script, reads="history"), None, []
    for _ in range(3):
        batch = read.read(cursor, 100)
        cursor, seen = batch.cursor, seen + [(row["id"], row["meta"]["lastUpdated"][17:19]) for row in batch.rows]
    assert seen == [("1", "00"), ("2", "01"), ("2", "08"), ("1", "09"), ("3", "06")]
    assert script.asked[1].startswith("Patient/_history?_count=100&_since=")


def test_a_server_that_does_not_sort_is_seen() -> None:
    with pytest.raises(Refused, match="read by pages"):
        reader(Script(bundle(("2", 2), ("1", 1)))).read(None, 100)


def test_what_cannot_be_read_is_a_fault() -> None:
    large = {"resourceType": "Patient", "id": "2", "text": "x" * 300, "meta": {"lastUpdated": "2026-11-22T10:00:00Z"}}
    rows = [entry({"resourceType": "Patient", "id": "1"}), entry(large)]
    batch = reader(Script(answer(200, {"resourceType": "Bundle", "entry": rows})), largest_row=200).read(None, 100)
    assert [fault.path for fault in batch.faults] == ["all.1", "all.2"]
    with pytest.raises(Refused, match="is a Patient and no Bundle"):
        reader(Script(answer(200, {"resourceType": "Patient"}))).read(None, 100)


SERVER = {"url": "https://his.example/fhir"}


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        ({"url": "ftp://x"}, "url: 'ftp://x' does not fit"),
        (SERVER | {"user": "x"}, "needs secrets.password beside the user"),
        (SERVER | {"secrets": {"password": "x"}}, "has secrets.password and no user"),
        (SERVER | {"headers": {"X-Key": "{{ secrets.key }}"}}, "secrets.key stands in it and is not declared as a parameter"),
        (SERVER | {"feeds": {"f": {"type": "patient"}}}, "feeds.f.type: 'patient' does not fit"),
        (SERVER | {"queries": {"q": {"type": "Slot", "search": {"a": "{{ b }}"}}}}, "queries.q: b stands in it and is not declared as a parameter"),
        (SERVER | {"queries": {"q": {"type": "Slot", "parameters": ["b"]}}}, "queries.q: b is declared and stands nowhere"),
        (SERVER | {"statements": {"s": {"steps": [{"set": {"a": 1}}]}}}, "statements.s.steps.0: needs a resource to create, or one to update, and not both"),
        (SERVER | {"statements": {"s": {"steps": [{"update": "Slot"}]}}}, "statements.s.steps.0: needs the id of what is updated, and what is set"),
        (SERVER | {"statements": {"s": {"steps": [{"create": "Slot"}]}}}, "statements.s.steps.0: needs a resource"),
    ],
)  # fmt: skip
def test_faults_of_a_set_up(config: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FhirConfig.model_validate(config)
    assert any(fault in str(each) for each in from_validation(refused.value, ""))
