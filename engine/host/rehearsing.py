"""The job that rehearses a campaign: reads the audience and the flow, plays it all, writes the report.

Nothing leaves: no session is started, no row but the rehearsal's own is written. It takes a core for some seconds, so
it is done by workers, never in a request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import structlog
from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator
from redis import Redis

from engine.campaigns.answers import AnswerModel, World
from engine.campaigns.caps import Touch
from engine.campaigns.lengths import Moment
from engine.campaigns.policy import Policy
from engine.campaigns.reasons import Reason
from engine.campaigns.rehearsal import Contactee, Rehearsal
from engine.campaigns.report import Left, Report, plain
from engine.campaigns.sampling import FlowSample, Person
from engine.campaigns.tariff import Tariff
from engine.faults import shown
from engine.fields import fault
from engine.flow import FlowErrors, Program, compile_flow
from engine.host import jobs, sleeping
from engine.host.at_hand import AtHand, at_hand
from engine.host.campaigns import audience, rules
from engine.host.campaigns.audience import Audience, Found, NoAudience
from engine.host.plugins import node_types
from engine.host.programs import TenantLibrary, VersionUnknown
from engine.store import (
    Store,
    TenantUnknown,
    attempts,
    do_not_contact,
    flows,
    from_micros,
    id_bytes,
    now_micros,
    rehearsals,
    to_micros,
)
from engine.store.flows import FlowUnknown
from engine.store.rehearsals import Kept
from engine.store.times import SECOND
from engine.texting.addresses import canonical

log = structlog.get_logger()

JOB = "engine.host.rehearsing.rehearse"
MOST = 100_000
"""People of one rehearsal."""
PLAYED_FOR = 50
"""People whose contact and record a sample of the flow is played with."""
NOTED_EVERY = SECOND
"""Between two looks whether somebody has stopped it, before anybody is called."""

MESSAGES = {"needs either audience or people", "{value} is no time zone such as Asia/Shanghai"}
"""Sentences of this module; each has its translation."""


class People(BaseModel):
    """So many people, before there is an audience; `zones` are weights by time zone, the organisation's if none."""

    model_config = ConfigDict(extra="forbid", strict=True)

    count: int = Field(ge=1, le=MOST)
    zones: dict[str, Annotated[float, Field(ge=0, le=1e6)]] = Field(
        {}, max_length=50, description='{"Asia/Shanghai": 9, "Asia/Urumqi": 1}'
    )

    @field_validator("zones", mode="after")
    @classmethod
    def _known(cls, zones: dict[str, float]) -> dict[str, float]:
        for name in zones:
            if rules.zone_of(name, "UTC").key != name:
                raise fault("{value} is no time zone such as Asia/Shanghai", value=shown(name))
        return zones


class How(BaseModel):
    """What a rehearsal goes by besides the campaign."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: int | None = Field(None, ge=1, le=2_147_483_647, description="The published one, else the draft.")
    begins_at: Moment | None = Field(None, description="Now, if not given.")
    answers: AnswerModel = AnswerModel()
    slots: int | None = Field(None, ge=1, le=100_000, description="Lines of the trunk.")
    sample: int = Field(200, ge=10, le=1_000, description="Sessions of the flow that are played.")
    mocks: dict[str, JsonValue] = Field({}, description="What look-ups and gateways answer, as in scenarios.")


class Asked(Policy, How):
    """A campaign's body, and what the rehearsal goes by besides."""

    name: str = Field("", max_length=200)
    flow: str | None = Field(
        None, max_length=200, description="Its id or name. Played in a sample; without it, talks are the model's."
    )
    completed: list[str] = Field([], max_length=50)
    audience: Audience | None = None
    people: People | None = None
    tariff: Tariff = Tariff()

    @model_validator(mode="after")
    def _of_somebody(self) -> Asked:
        if (self.audience is None) == (self.people is None):
            raise fault("needs either audience or people")
        return self


def hint(connection: Redis, tenant: str, identity: bytes) -> None:
    """Ask a worker for it; without Redis, who looks at it next asks again."""
    jobs.ask_for(connection, JOB, tenant, "rehearsal", identity, what="a rehearsal")


def rehearse(tenant: str, rehearsal: str) -> None:
    """Do it. May run twice, and side by side: who comes second does nothing."""
    parts = at_hand()
    identity = id_bytes(rehearsal)
    assert identity is not None
    try:
        store = parts.stores.tenant(tenant)
    except TenantUnknown as error:
        log.warning("a rehearsal is not done", tenant=tenant, reason=str(error))
        return
    with structlog.contextvars.bound_contextvars(tenant=tenant, rehearsal=rehearsal):
        with store.begin() as connection:
            taken = rehearsals.take(connection, identity, at=now_micros())
        if taken is not None:
            _rehearse(store, taken, parts)


def _rehearse(store: Store, taken: Kept, parts: AtHand) -> None:
    report, why = None, None
    stage = _Stage(store, taken, parts)
    try:
        report = stage.report()
        why = rehearsals.BY_SOMEBODY if stage.stopped else None
    except _Stopped:
        why = rehearsals.BY_SOMEBODY
    except NoAudience as refusal:
        why = {"code": refusal.code, "values": refusal.values_}
    except (FlowUnknown, VersionUnknown):
        why = {"code": "no_flow", "values": {}}
    except FlowErrors as errors:
        why = {"code": "faulty_flow", "values": {"count": len(errors.errors)}}
    with store.begin() as connection:
        rehearsals.end(connection, taken, report=report, why=why, at=now_micros())
    log.info("a campaign was rehearsed", reason=why)


class _Stopped(Exception):
    """Somebody has stopped it before anybody was called."""


class _Stage:
    """One rehearsal's people, flow and rules; `stopped` if somebody stopped it, and its report is a part of one."""

    def __init__(self, store: Store, taken: Kept, parts: AtHand) -> None:
        self._store, self._taken, self._parts = store, taken, parts
        self._asked = Asked.model_validate(taken.asked)
        self._zone = rules.zone_of(store.time_zone, "UTC")
        self._begins_at = self._asked.begins_at or from_micros(taken.created_at)
        self._first: list[Person] = []
        self._calendars = parts.programs.calendars_of(store)
        self._noted_at = now_micros()
        self.stopped = False

    def report(self) -> dict[str, Any]:
        """The report as it is kept."""
        asked = self._asked
        people = self._people()
        sample = None if asked.flow is None else self._sample(self._program(asked.flow))
        found = Rehearsal(
            asked, people, begins_at=self._begins_at, model=asked.answers, tariff=asked.tariff, slots=asked.slots,
            calendar=rules.calendar_of(asked, self._calendars), sample=sample, zone=self._zone,
        ).run(self._note)  # fmt: skip
        return _kept(found, self._zone)

    def _note(self, share: float) -> bool:
        self._noted_at = now_micros()
        with self._store.begin() as connection:
            self.stopped = not rehearsals.come_so_far(connection, self._taken, share, at=self._noted_at)
        sleeping.pause(self._store)
        return not self.stopped

    def _getting_ready(self) -> None:
        """Before anybody is called there are thousands to be read and hundreds of sessions to be played."""
        if now_micros() >= self._noted_at + NOTED_EVERY and not self._note(0.0):
            raise _Stopped

    def _sample(self, program: Program) -> FlowSample:
        world = World(self._asked.answers)
        return FlowSample(
            program, world, self._begins_at, people=self._first, mocks=self._asked.mocks,
            sessions=self._asked.sample, good=self._asked.completed, between=self._getting_ready,
        )  # fmt: skip

    def _program(self, flow: str) -> Program:
        with self._store.read() as connection:
            named = flows.published_named(connection, flow)
            if named is None:
                raise FlowUnknown
            identity, published = named
            version = self._asked.version or published
            draft = None if version is not None else flows.draft(connection, identity)[0]
        if version is not None:
            return self._parts.programs.get(self._store, identity, version)
        assert draft is not None
        program = compile_flow(msgspec.json.decode(draft), node_types(), time_zone=self._store.time_zone)
        return program.beside(TenantLibrary(self._parts.programs, self._store), self._calendars)

    def _people(self) -> list[Contactee]:
        asked = self._asked
        if asked.people is not None:
            return list(_made_up(asked.people, self._store.time_zone))
        assert asked.audience is not None
        found: list[Contactee] = []
        pages = audience.pages(
            self._store, asked.audience, self._parts.settings.folder_assets, reached=None, at=to_micros(self._begins_at)
        )
        for page in pages:
            if len(found) + len(page.people) > MOST:
                raise NoAudience("too_many", most=MOST)
            if len(self._first) < PLAYED_FOR:
                self._first += [Person(one.contact, one.record) for one in page.people[:PLAYED_FOR]]
            found += self._known(page.people, len(found))
            self._getting_ready()
        return found

    def _known(self, people: Sequence[Found], place: int) -> list[Contactee]:
        """People with what is known of their addresses."""
        country = self._parts.settings.country
        numbers = [str(one.contact.get("phone") or one.contact.get("email") or "").strip() for one in people]
        addresses = [canonical(number, country) if number else "" for number in numbers]
        barred, touches = self._around(sorted({address for address in addresses if address}))
        return [
            Contactee(
                matter=str(place + number), address=address, touches=tuple(touches.get(address, ())),
                zone=rules.zone_of(str(one.contact.get("time_zone") or self._store.time_zone), self._store.time_zone),
                barred=Reason("do_not_contact") if address in barred else None,
            )
            for number, (one, address) in enumerate(zip(people, addresses, strict=True))
        ]  # fmt: skip

    def _around(self, addresses: list[str]) -> tuple[set[str], Mapping[str, list[Touch]]]:
        """Addresses that may not be contacted, and contacts of others within the cap."""
        listed: set[str] = set()
        touches: dict[str, list[Touch]] = {}
        cap = self._asked.cap
        with self._store.read() as connection:
            for medium in rules.MEDIA:
                listed |= do_not_contact.listed(connection, medium, addresses)
            if cap is not None:
                since = to_micros(self._begins_at - cap.per.length - rules.DAY)
                for one in attempts.at_addresses(connection, addresses, since=since):
                    matter = rules.matter(one.campaign_id, one.member_id)
                    touches.setdefault(one.address, []).append(Touch(matter, from_micros(one.dialled_at or one.at)))
        return listed, touches


def _made_up(people: People, default: str) -> Iterator[Contactee]:
    """So many people, spread over the zones by their weights."""
    weights = {name: weight for name, weight in people.zones.items() if weight > 0} or {default: 1.0}
    total, names = sum(weights.values()), list(weights)
    owed = dict.fromkeys(names, 0.0)
    for place in range(people.count):
        for name in names:
            owed[name] += weights[name] / total
        name = max(names, key=lambda each: owed[each])
        owed[name] -= 1.0
        yield Contactee(matter=str(place), address=f"+{place:015}", zone=rules.zone_of(name, default))


def _kept(report: Report, zone: ZoneInfo) -> dict[str, Any]:
    """The report as JSON, its reasons and warnings by their codes: they are said in the reader's language."""
    return plain(report, zone) | {
        "left": [_left(each) for each in report.left],
        "stopped": None if report.stopped is None else rules.told([report.stopped])[0],
        "warnings": [{"path": one.path, "message": one.message, "params": one.params} for one in report.warnings],
    }


def _left(each: Left) -> dict[str, Any]:
    reason = rules.told([each.reason])[0]
    return {"reason": reason, "people": each.people, "examples": [int(matter) for matter in each.examples]}
