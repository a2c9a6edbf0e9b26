"""How a FHIR server (R4) is set up as a source: which resources are read, what may be asked and written.

{"url": "https://fhir.hospital.example/r4", "user": "callweave", "secrets": {"password": "…"},
 "feeds": {"visits": {"type": "Appointment", "search": {"status": "booked"}, "include": ["Appointment:patient"]}},
 "queries": {"free": {"type": "Slot", "search": {"schedule": "Schedule/{{ doctor }}", "status": "free"},
                      "parameters": ["doctor"]}},
 "statements": {"book": {"parameters": ["slot", "patient"], "steps": [
   {"update": "Slot", "id": "{{ slot }}", "expect": {"status": "free"}, "set": {"status": "busy"}, "refusal": "taken"},
   {"create": "Appointment", "resource": {"status": "booked", "slot": [{"reference": "Slot/{{ slot }}"}],
     "participant": [{"actor": {"reference": "Patient/{{ patient }}"}, "status": "accepted"}]}}]}}}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.adapters.certificates import certificates
from engine.adapters.sms_http.filling import names_in
from engine.data_fields import SourceName
from engine.fields import fault
from engine.sources.source import DeclaredQuery, DeclaredStatement, FeedName, SourceConfig

MESSAGES = {
    "{value} stands in it and is not declared as a parameter", "{value} is declared and stands nowhere",
    "needs a resource to create, or one to update, and not both", "needs the id of what is updated, and what is set",
    "needs a resource", "has secrets.password and no user", "needs secrets.password beside the user",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

KEY = "key"
Type = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{1,63}$")]
Text = Annotated[str, StringConstraints(max_length=2_000)]
Param = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.:-]{0,99}$")]
Header = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,60}$")]


def _agree(templates: Any, declared: Iterable[str]) -> None:
    wanted, known = set(names_in(templates)) - {KEY}, set(declared)
    for name in sorted(wanted - known):
        raise fault("{value} stands in it and is not declared as a parameter", value=name)
    for name in sorted(known - wanted):
        raise fault("{value} is declared and stands nowhere", value=name)


class FhirFeed(BaseModel):
    """Resources of one type, in the order of their changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Type = Field(title="Resource type")
    search: dict[Param, Text] = Field({}, title="Only those", max_length=50, description="Parameters of the search.")
    include: list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z:-]{3,100}$")]] = Field(
        [], title="With", max_length=20,
        description="Appointment:patient: it stands as `resource` beside the reference to it.",
    )  # fmt: skip
    reads: Literal["sorted", "pages", "history"] = Field(
        "sorted", title="How changes are read",
        description="sorted: by _lastUpdated. pages: the server does not sort. history: it tells of deletions, too.",
    )  # fmt: skip
    look_again: list[Annotated[float, Field(gt=0, le=86_400)]] = Field(
        [5.0, 300.0], title="Look again after", min_length=1, max_length=5,
        description="Seconds after which resources are looked for that were kept later than others of their time.",
    )  # fmt: skip
    largest_row: int = Field(256 * 1024, title="Largest resource", ge=100, le=4 * 1024 * 1024, description="Bytes.")
    seconds: float = Field(60.0, title="Time limit", gt=0, le=600)


class FhirQuery(DeclaredQuery):
    """A search that may be asked live."""

    type: Type = Field(title="Resource type")
    search: dict[Param, Text] = Field({}, title="Search", max_length=50, description="A value stands as {{ name }}.")
    include: list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z:-]{3,100}$")]] = Field([], title="With")

    @model_validator(mode="after")
    def _declared(self) -> Self:
        _agree(self.search, self.parameters)
        return self


class Step(BaseModel):
    """One resource of a write: created, or updated if it is as expected."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    create: Type | None = Field(None, title="Create")
    resource: dict[str, Any] = Field({}, title="Resource", description="{{ name }} and {{ key }} are filled in.")
    update: Type | None = Field(None, title="Update")
    id: Text = Field("", title="Its id")
    expect: dict[str, Any] = Field({}, title="If it has", max_length=50)
    set: dict[str, Any] = Field({}, title="Set", max_length=50)
    refusal: str = Field("", title="Reason", max_length=200, description="What a flow is told when it has not.")

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.create is None) == (self.update is None):
            raise fault("needs a resource to create, or one to update, and not both")
        if self.update is not None and not (self.id and self.set):
            raise fault("needs the id of what is updated, and what is set")
        if self.create is not None and not self.resource:
            raise fault("needs a resource")
        return self

    @property
    def templates(self) -> list[Any]:
        """Where values are filled in."""
        return [self.resource, self.id, self.expect, self.set]


class FhirStatement(DeclaredStatement):
    """What may be written; several steps are one transaction of the server's."""

    steps: list[Step] = Field(title="Steps", min_length=1, max_length=20)

    @model_validator(mode="after")
    def _declared(self) -> Self:
        _agree([step.templates for step in self.steps], self.parameters)
        return self


class FhirConfig(SourceConfig):
    """A FHIR server."""

    url: str = Field(title="Address", pattern=r"^https?://[^\s/?#@\\]+(/[^\s?#]*)?$", max_length=2_000)
    user: str = Field(
        "", title="User", max_length=200, description="Basic, with secrets.password; secrets.token is Bearer."
    )
    headers: dict[Header, Text] = Field(
        {}, title="Headers", max_length=20, description="{{ secrets.name }} may stand here."
    )
    ca: Annotated[str, StringConstraints(max_length=100_000), AfterValidator(certificates)] = Field(
        "", title="Own authorities", description="Certificates (PEM); the system's if empty."
    )
    page: int = Field(200, title="Page", ge=1, le=1_000, description="Resources that are asked for at a time.")
    feeds: dict[FeedName, FhirFeed] = Field({}, title="Feeds", max_length=200)
    queries: Mapping[SourceName, FhirQuery] = Field({}, title="Queries", max_length=200)
    statements: Mapping[SourceName, FhirStatement] = Field({}, title="Statements", max_length=200)

    @model_validator(mode="after")
    def _known_to_us(self) -> Self:
        if self.user and "password" not in self.secrets:
            raise fault("needs secrets.password beside the user")
        if "password" in self.secrets and not self.user:
            raise fault("has secrets.password and no user")
        for name in names_in(self.headers):
            if name.removeprefix("secrets.") not in self.secrets:
                raise fault("{value} stands in it and is not declared as a parameter", value=name)
        return self
