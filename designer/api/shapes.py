"""What the API's answers look like, for its document. Requests are checked by models beside their routes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class MendShape(BaseModel):
    kind: str
    label: str
    data: dict[str, Any]


class FaultShape(BaseModel):
    path: str
    message: str
    mend: MendShape | None = None


class OutletShape(BaseModel):
    id: str
    label: str


class NodeTypeShape(BaseModel):
    type: str
    label: str
    group: str
    medium: str
    icon: str
    help: str
    description: str
    config_schema: dict[str, Any]
    outlets: list[OutletShape]
    voice: bool
    version: int
    starter: dict[str, Any]

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        written: dict[str, Any] = handler(schema)
        properties = written["properties"]
        properties["schema"] = properties.pop("config_schema")
        written["required"] = ["schema" if name == "config_schema" else name for name in written["required"]]
        return written


class BrokenNodeTypeShape(BaseModel):
    module: str
    type: str
    reason: str


class NodeTypesShape(BaseModel):
    items: list[NodeTypeShape]
    broken: list[BrokenNodeTypeShape]


class CheckedConfigShape(BaseModel):
    errors: list[FaultShape]
    outlets: list[OutletShape]
    summary: str


class CheckedNodeShape(BaseModel):
    outlets: list[OutletShape]
    summary: str


class CheckedShape(BaseModel):
    errors: list[FaultShape]
    warnings: list[FaultShape]
    nodes: dict[str, CheckedNodeShape]


class SavedFlowShape(BaseModel):
    id: str
    name: str
    revision: int
    errors: list[FaultShape]
    warnings: list[FaultShape]


class FlowDetailShape(SavedFlowShape):
    description: str
    languages: list[str]
    published: int | None
    state: str
    live: int
    created_at: datetime
    updated_at: datetime
    triggers: list[TriggerShape]


class TriggerShape(BaseModel):
    id: str
    kind: str
    flow: str
    number: str | None
    created_at: datetime


class FlowRowShape(BaseModel):
    id: str
    name: str
    description: str
    languages: list[str]
    revision: int
    published: int | None
    state: str
    errors: int
    warnings: int
    live: int
    created_at: datetime
    updated_at: datetime
    triggers: list[TriggerShape]


class FlowsShape(BaseModel):
    items: list[FlowRowShape]
    next: str | None


class AssetFileShape(BaseModel):
    language: str
    version: int
    in_use: bool
    media_type: str
    size: int
    seconds: float | None
    level: float | None
    sha256: str
    file_name: str
    source: str
    created_at: datetime


class AssetShape(BaseModel):
    id: str
    kind: str
    name: str | None
    created_at: datetime
    warnings: list[str]
    files: list[AssetFileShape]


class AssetsShape(BaseModel):
    items: list[AssetShape]
    next: str | None


class RecordingShape(BaseModel):
    id: str
    session: str
    leg: str
    kind: str
    channels: int
    ended_at: datetime
    seconds: float
    size: int
    sha256: str
    media_type: str


class RecordingsShape(BaseModel):
    items: list[RecordingShape]
    next: str | None


class TriggersShape(BaseModel):
    items: list[TriggerShape]
    next: str | None


class PublishedShape(BaseModel):
    version: int
    sha256: str


class InFlightShareShape(BaseModel):
    sessions: int
    bulk: str


class PublishReplyShape(PublishedShape):
    in_flight: InFlightShareShape | None


class PlaceShape(BaseModel):
    version: int
    node: str | None
    type: str | None
    sessions: int


class InFlightShape(BaseModel):
    sessions: int
    places: list[PlaceShape]


class CancelledShape(BaseModel):
    sessions: int
    bulk: str | None


class BulkShape(BaseModel):
    id: str
    kind: str
    sessions: int
    done: int
    created_at: datetime
    ended_at: datetime | None


class FlowStateShape(BaseModel):
    id: str
    state: str
    sessions: int


class FlowSettingsShape(BaseModel):
    expires_after: str
    live_per_contact: int | None


class VersionShape(PublishedShape):
    message: str
    created_at: datetime


class VersionsShape(BaseModel):
    items: list[VersionShape]
    next: str | None


class VersionDocumentShape(VersionShape):
    document: dict[str, Any]


class ChangeShape(BaseModel):
    kind: str
    path: str
    node: str | None
    message: str
    before: Any = None
    after: Any = None


class DiffShape(BaseModel):
    changes: list[ChangeShape]


class StartedShape(BaseModel):
    session: str


class SessionRowShape(BaseModel):
    id: str
    flow: str
    version: int
    status: str
    outcome: str | None
    node: str | None
    contact: dict[str, Any]
    started_at: datetime
    ended_at: datetime | None
    wake_at: datetime | None
    expires_at: datetime | None


class SessionShape(SessionRowShape):
    record: dict[str, Any] | None
    vars: dict[str, Any]
    results: dict[str, dict[str, Any]]


class SessionsShape(BaseModel):
    items: list[SessionRowShape]
    next: str | None


class TurnShape(BaseModel):
    turn: int
    at: datetime
    event: dict[str, Any] | None
    steps: list[dict[str, Any]]
    commands: list[dict[str, Any]]


class JournalShape(BaseModel):
    items: list[TurnShape]
    next: str | None


class QualityShape(BaseModel):
    """How well a party was heard (`in`) and heard us (`out`): loss in percent, times in milliseconds."""

    loss_in: float | None
    loss_out: float | None
    jitter_in: float | None
    jitter_out: float | None
    round_trip: float | None


class CallShape(BaseModel):
    session: str
    leg: str
    flow: str
    direction: str
    caller: str
    called: str
    state: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: str | None
    trunk: str | None
    fate: str | None
    rang: bool | None
    sip: int | None
    quality: QualityShape | None


class CallsShape(BaseModel):
    items: list[CallShape]
    next: str | None


class SignedInShape(BaseModel):
    csrf: str


class MeShape(BaseModel):
    tenant: str
    role: str
    name: str
    csrf: str


class SimulatedTurnShape(BaseModel):
    number: int
    at: datetime
    node: str | None
    status: str
    outcome: str | None
    vars: dict[str, Any]
    results: dict[str, dict[str, Any]]
    steps: list[dict[str, Any]]
    events: list[dict[str, Any]]
    commands: list[dict[str, Any]]
    wake_at: datetime | None
    heard: bool
    endless: bool
    event: dict[str, Any] | None = None
    advance_clock: str | None = None


class SimulatedShape(BaseModel):
    simulation: str
    turn: SimulatedTurnShape


class SimulationShape(BaseModel):
    simulation: str
    turns: list[SimulatedTurnShape]


class ScenarioShape(BaseModel):
    name: str
    at: datetime
    contact: dict[str, Any] = {}
    record: dict[str, Any] = {}
    mocks: dict[str, Any] = {}
    flows: dict[str, Any] = {}
    calendars: dict[str, Any] = {}
    steps: list[dict[str, Any]]


class GatewayKindShape(BaseModel):
    kind: str
    config_schema: dict[str, Any]

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        written: dict[str, Any] = handler(schema)
        written["properties"]["schema"] = written["properties"].pop("config_schema")
        written["required"] = ["kind", "schema"]
        return written


class GatewayShape(BaseModel):
    name: str
    kind: str | None
    set_up: bool
    config: dict[str, Any]
    kinds: list[GatewayKindShape]
    updated_at: datetime | None


class GatewaysShape(BaseModel):
    items: list[GatewayShape]
    next: str | None


class GatewayTrialShape(BaseModel):
    state: str
    reason: str | None
    reference: str | None


class LetterShape(BaseModel):
    id: str
    session: str
    gateway: str
    state: str
    command: dict[str, Any] | None
    attempts: int
    on_unknown: str
    reason: str | None
    reference: str | None
    due_at: datetime
    updated_at: datetime
    handled_by: str | None
    handled_at: datetime | None


class LettersShape(BaseModel):
    items: list[LetterShape]
    next: str | None
