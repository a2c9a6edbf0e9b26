"""`/flows/{id}/simulate` and `/simulations`: a flow played in memory, events in, commands out, on its own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from flask import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.flows import FlowPath
from designer.api.replies import reply, resource
from designer.api.shapes.sessions import ScenarioShape, SimulatedShape, SimulationShape
from designer.api.starts import ContactBody
from designer.named_calendars import calendars_of
from designer.parts import parts
from designer.problems import Problem
from designer.simulator import Simulation, SimulationFull
from designer.subflows import NotedLibrary
from designer.tried import document_of, program_of
from engine.faults import Fault, dotted, shown
from engine.fields import fault
from engine.scenarios import ScenarioError
from engine.scenarios.mocks import Mocks
from engine.scenarios.play import duration
from engine.scenarios.scenario import STEPS_AT_MOST
from engine.scenarios.stage import NoEvent
from engine.store import id_text, new_id

api = resource("simulations", 404, 409)
LONGEST_WIND = timedelta(days=3_660)


class SimulateBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    contact: ContactBody = ContactBody()
    record: dict[str, Any] = {}
    at: AwareDatetime | None = Field(None, description="What the simulation's clock shows at first; now if not given.")
    mocks: dict[str, Any] = Field({}, description="What look-ups and gateways answer, as in scenarios.")
    version: int | None = Field(None, ge=1, le=2_147_483_647, description="The draft if not given.")
    event: dict[str, Any] | None = Field(
        None, description="The `call_offered` that it begins with; found out by the flow if not given."
    )


class GoOnBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    event: dict[str, Any] | None = Field(None, description="What happens; what it leaves out is filled in.")
    advance_clock: str | None = Field(None, max_length=40, description="How much time passes: 3d, 2h30m, 45s.")

    @model_validator(mode="after")
    def _one(self) -> GoOnBody:
        if (self.event is None) == (self.advance_clock is None):
            raise fault("needs either event or advance_clock")
        return self


class BackBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    turns: int = Field(ge=1, description="How many turns are kept.")


class SimulationPath(BaseModel):
    simulation: str = Field(max_length=64)

    @property
    def found(self) -> Simulation:
        """The simulation; raises Problem 404 if there is none, or none any more."""
        found = parts().simulations.get(who().tenant, self.simulation)
        if found is None:
            raise Problem(404, "There is no such simulation, or it was not used for half an hour.")
        return found


@api.post("/flows/<flow>/simulate", responses={201: SimulatedShape})
@needs("flows.try")
def simulate_flow(path: FlowPath, body: SimulateBody) -> Response:
    """Begin to play a draft or a version; 422 with every fault if it cannot run."""
    library = NotedLibrary(parts(), store())
    kept, document = store(), document_of(path.id, body.version)
    program = program_of(document, library, is_draft=body.version is None)
    contact = body.contact.model_dump(exclude_none=True)

    def answers() -> Mocks:
        return Mocks(body.mocks, contact, body.record)

    try:
        answers()
    except ScenarioError as error:
        raise _refused(_in_scenario(error)) from error
    simulation = Simulation(
        id=id_text(new_id()),
        name=document["name"],
        program=program,
        contact=contact,
        record=body.record,
        at=body.at or datetime.now(UTC).replace(microsecond=0),
        mocks=body.mocks,
        answers=answers,
        sub_flows=lambda: library.flows,
        calendars=lambda: calendars_of(kept, [document, *chain.from_iterable(library.flows.values())]),
    )
    if body.event is not None and body.event.get("type") != "call_offered":
        wrong = {"expected": "call_offered", "value": shown(body.event.get("type"))}
        raise _refused(Fault("event.type", "must be one of {expected} (is {value})", wrong))
    try:
        turn = simulation.begin(body.event)
    except NoEvent as error:
        raise _refused(_under("event", error.fault)) from error
    except ScenarioError as error:
        raise _refused(_in_scenario(error)) from error
    parts().simulations.put(who().tenant, simulation)
    where = f"/api/v1/simulations/{simulation.id}"
    return reply({"simulation": simulation.id, "turn": turn}, 201, Location=where)


@api.post("/simulations/<simulation>", responses={200: SimulatedShape})
@needs("flows.try")
def go_on(path: SimulationPath, body: GoOnBody) -> Response:
    """The next turn: something happens, or time passes."""
    simulation = path.found
    try:
        if body.event is not None:
            turn = simulation.take(body.event)
        else:
            assert body.advance_clock is not None
            turn = simulation.wind(body.advance_clock, _length(body.advance_clock))
    except NoEvent as error:
        raise _refused(_under("event", error.fault)) from error
    except ScenarioError as error:
        raise _refused(_in_scenario(error)) from error
    except SimulationFull as error:
        raise Problem(
            409, "A simulation has at most {limit} turns. Save it as a scenario, and begin another.",
            {"limit": STEPS_AT_MOST},
        ) from error  # fmt: skip
    return reply({"simulation": simulation.id, "turn": turn})


@api.post("/simulations/<simulation>/back", responses={200: SimulationShape})
@needs("flows.try")
def go_back(path: SimulationPath, body: BackBody) -> Response:
    """Back to where it stood after so many turns; what comes after them is forgotten."""
    simulation = path.found
    if body.turns > len(simulation.turns):
        limits = {"limit": len(simulation.turns), "value": body.turns}
        raise _refused(Fault("turns", "at most {limit} (is {value})", limits))
    simulation.back(body.turns)
    return reply({"simulation": simulation.id, "turns": simulation.turns})


@api.get("/simulations/<simulation>", responses={200: SimulationShape})
@needs("flows.try")
def get_simulation(path: SimulationPath) -> Response:
    """Every turn so far."""
    simulation = path.found
    return reply({"simulation": simulation.id, "turns": simulation.turns})


@api.get("/simulations/<simulation>/scenario", responses={200: ScenarioShape})
@needs("flows.try")
def get_simulated_scenario(path: SimulationPath) -> Response:
    """The simulation as a scenario: its events, and what was seen as what is expected."""
    return reply(path.found.scenario())


def _length(written: str) -> timedelta:
    try:
        length = duration(written)
    except (ScenarioError, OverflowError) as error:
        message = "{value} is no time such as 3d, 2h30m or 45s"
        raise _refused(Fault("advance_clock", message, {"value": shown(written)})) from error
    if length > LONGEST_WIND:
        limits = {"limit": LONGEST_WIND.days, "value": shown(written)}
        raise _refused(Fault("advance_clock", "at most {limit} days (is {value})", limits))
    return length


def _in_scenario(error: ScenarioError) -> Fault:
    """What is wrong with a mock, which says its place itself."""
    place, _, reason = str(error).partition(": ")
    return Fault(place, "{reason}", {"reason": reason})


def _under(place: str, found: Fault) -> Fault:
    return Fault(dotted(place, found.path), found.message, found.params)


def _refused(*errors: Fault) -> Problem:
    return Problem(422, "The request does not fit.", errors=errors)
