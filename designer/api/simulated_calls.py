"""`/simulated-calls`: calls without a telephone, where telephony is simulated; elsewhere there is no such resource.

The engine's process has the simulated telephones. What a caller does goes to it by a list in Redis, in its order.
"""

from __future__ import annotations

import secrets
from typing import Literal

import redis
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import who
from designer.access.rights import needs
from designer.api.once import once
from designer.api.replies import REFUSAL, reply, resource
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.host import simulated_line
from engine.store import triggers

api = resource("simulated_calls", 404, 409)
KEYS = r"^[0-9*#]{1,64}$"


class CallBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=r"^\+?[0-9*#]{1,32}$", description="The number that is called.")
    caller: str = Field(default="", pattern=r"^\+?[0-9*#]{0,32}$", description="The number of the one who calls.")


class KeysBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    keys: str = Field(pattern=KEYS, description="Keys, pressed one after the other.")


class SpokenBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    words: str = Field(min_length=1, max_length=200, description="Understood where a flow listens, and they fit.")


class CalleeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fate: Literal["answered", "machine", "unsure", "busy", "declined", "no_answer", "failed"] = "answered"
    keys: str = Field("", pattern=r"^[0-9*#]{0,64}$", description="Pressed by who answers, one at each question.")


class CalleePath(BaseModel):
    number: str = Field(pattern=r"^\+?[0-9*#]{1,32}$")


class CallPath(BaseModel):
    leg: str = Field(pattern=r"^sim-[a-z0-9_]{1,48}-[A-Za-z0-9_-]{1,64}$")


class SimulatedCallShape(BaseModel):
    leg: str


class SimulatedCalleeShape(BaseModel):
    number: str
    fate: str
    keys: str


@api.post("/simulated-calls", responses={201: SimulatedCallShape, 503: REFUSAL})
@once
@needs("flows.try")
def call(body: CallBody) -> Response:
    """Call a number of this tenant's."""
    _only_simulated()
    target = triggers.call_target(parts().stores, body.number)
    if target is None or target.tenant != who().tenant:
        wrong = Fault("number", "{value} starts no flow", {"value": shown(body.number)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    leg = f"sim-{who().tenant}-{secrets.token_hex(8)}"
    _tell(simulated_line.Offer(leg=leg, caller=body.caller, called=body.number))
    return reply({"leg": leg}, 201)


@api.post("/simulated-calls/<leg>/keys", responses={202: SimulatedCallShape, 503: REFUSAL})
@needs("flows.try")
def press(path: CallPath, body: KeysBody) -> Response:
    """Press keys."""
    leg = _mine(path)
    _tell(simulated_line.Press(leg=leg, keys=body.keys))
    return reply({"leg": leg}, 202)


@api.post("/simulated-calls/<leg>/words", responses={202: SimulatedCallShape, 503: REFUSAL})
@needs("flows.try")
def speak(path: CallPath, body: SpokenBody) -> Response:
    """Say something."""
    leg = _mine(path)
    _tell(simulated_line.Speak(leg=leg, words=body.words))
    return reply({"leg": leg}, 202)


@api.delete("/simulated-calls/<leg>", responses={204: None, 503: REFUSAL})
@needs("flows.try")
def hang_up(path: CallPath) -> Response:
    """Hang up."""
    _tell(simulated_line.HangUp(leg=_mine(path)))
    return Response(status=204)


@api.put("/simulated-callees/<number>", responses={202: SimulatedCalleeShape, 503: REFUSAL})
@needs("flows.try")
def callee(path: CalleePath, body: CalleeBody) -> Response:
    """Say what becomes of calls to a number from now on; to any other number they are answered."""
    _only_simulated()
    _tell(simulated_line.Callee(number=path.number, fate=body.fate, keys=body.keys))
    return reply({"number": path.number, "fate": body.fate, "keys": body.keys}, 202)


def _mine(path: CallPath) -> str:
    _only_simulated()
    if not path.leg.startswith(f"sim-{who().tenant}-"):
        raise Problem(404, "There is no such call.")
    return path.leg


def _only_simulated() -> None:
    if parts().settings.telephony != "simulated":
        raise Problem(404, "Telephony is not simulated here.")


def _tell(action: simulated_line.Action) -> None:
    try:
        simulated_line.tell(parts().redis, action)
    except redis.RedisError as error:
        raise Problem(503, "Redis cannot be reached.") from error
