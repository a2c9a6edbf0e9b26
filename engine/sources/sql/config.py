"""How a database is set up as a source: how it is reached, which rows are read, what may be asked and written.

    {"database": "postgresql", "host": "10.0.0.5", "name": "his", "user": "callweave", "secrets": {"password": "…"},
     "feeds": {"visits": {"table": "visit", "changed": "updated_at", "id": "visit_no"}},
     "queries": {"free_slots": {"sql": "select slot, at from slot where doctor = :doctor and taken_by is null",
                                "parameters": ["doctor"]}},
     "statements": {"book": {"steps": [{"sql": "update slot set taken_by = :patient where slot = :slot and
                             taken_by is null", "rows": 1}], "parameters": ["patient", "slot"]}}}

SQL stands here only; values come as parameters, and the database binds them. What is sent to be run in the database is
never put together of texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

import sqlalchemy as sa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.adapters.certificates import certificates
from engine.data_fields import ParameterName, SourceName
from engine.fields import fault
from engine.sources.source import DeclaredQuery, DeclaredStatement, FeedName, SourceConfig
from engine.sources.zones import Zone

MESSAGES = {
    "needs a table or a query, and not both",
    "must begin with {expected}, and be one statement",
    "{value} stands in the SQL and is not declared as a parameter",
    "{value} is declared and does not stand in the SQL",
    "needs a host: {value} is a server",
    "has a host, and {value} is a file",
    "{value} has no encryption of this kind by its driver",
    "{value} is given by Callweave itself",
}
"""Sentences of this module; each has its translation."""

KEY = "key"
"""The parameter that each statement has besides: the same whenever one write is tried again, and no other's."""
PROCEDURES = ("call", "exec", "execute")
"""What may commit by itself: after such a step nobody knows what became of a write whose connection broke."""
UNVERIFIED = {("mssql", "verified"), ("oracle", "required"), ("sqlite", "required"), ("sqlite", "verified")}
PORTS = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306, "mssql": 1433, "oracle": 1521}


def _one(sql: str, *expected: str) -> str:
    first = re.match(r"\s*([A-Za-z]+)", sql)
    bare = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
    if first is None or first[1].lower() not in expected or ";" in bare.rstrip().removesuffix(";"):
        raise fault("must begin with {expected}, and be one statement", expected=" / ".join(expected).upper())
    return sql.strip().removesuffix(";")


def _reading(sql: str) -> str:
    return _one(sql, "select", "with")


def _writing(sql: str) -> str:
    return _one(sql, "insert", "update", "delete", "merge", *PROCEDURES)


Sql = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
ReadingSql = Annotated[Sql, AfterValidator(_reading)]
WritingSql = Annotated[Sql, AfterValidator(_writing)]
Column = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f]+$")]
Constant = str | int | float | bool | None


def names_in(sql: str) -> set[str]:
    """The `:names` that stand in a statement."""
    return set(sa.text(sql).compile().params)


def _agree(sql: Iterable[str], declared: Iterable[str], given: frozenset[str] = frozenset()) -> None:
    """Fault unless the names in the SQL are those that are declared."""
    wanted, known = {name for each in sql for name in names_in(each)}, set(declared)
    for name in sorted(known & given):
        raise fault("{value} is given by Callweave itself", value=name)
    for name in sorted(wanted - known - given):
        raise fault("{value} stands in the SQL and is not declared as a parameter", value=f":{name}")
    for name in sorted(known - wanted):
        raise fault("{value} is declared and does not stand in the SQL", value=name)


class SqlFeed(BaseModel):
    """Rows that are read from time to time: a table or view, or a query, in the order of their changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Column | None = Field(None, title="Table or view")
    schema_: Column | None = Field(None, alias="schema", title="Its schema")
    columns: list[Column] = Field([], title="Columns", max_length=500, description="All of the table's if empty.")
    query: ReadingSql | None = Field(None, title="Query", description="Instead of a table.")
    parameters: dict[ParameterName, Constant] = Field({}, title="The query's parameters", max_length=50)
    changed: Column = Field(title="Changed", description="The column that grows with each change: a time or a version.")
    id: Column = Field(title="Id", description="The column that tells rows apart which were changed at once.")
    look_again: list[Annotated[float, Field(gt=0, le=86_400)]] = Field(
        [5.0, 300.0], title="Look again after", max_length=5,
        description="Seconds after which rows are looked for that were committed later than others of their time.",
    )  # fmt: skip
    largest_row: int = Field(256 * 1024, title="Largest row", ge=100, le=4 * 1024 * 1024, description="Bytes.")
    seconds: float = Field(60.0, title="Time limit", gt=0, le=3_600)

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise fault("needs a table or a query, and not both")
        if self.query is not None:
            _agree([self.query], self.parameters)
        return self


class SqlQuery(DeclaredQuery):
    """What may be asked live."""

    sql: ReadingSql = Field(title="SQL", description="A value stands as :name.")

    @model_validator(mode="after")
    def _declared(self) -> Self:
        _agree([self.sql], self.parameters)
        return self


class Step(BaseModel):
    """One statement of a write."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sql: WritingSql = Field(title="SQL", description="A value stands as :name; :key is the write's own.")
    rows: int | None = Field(
        1, title="Rows", ge=0, le=1_000_000, description="It must change exactly so many, or the write is refused."
    )
    refusal: str = Field("", title="Reason", max_length=200, description="What a flow is told then: the slot is taken.")


class SqlStatement(DeclaredStatement):
    """What may be written: one transaction, all of it or nothing."""

    steps: list[Step] = Field(title="Steps", min_length=1, max_length=20)
    done_when: ReadingSql | None = Field(
        None, title="Done when",
        description="A query that gives a row when the write with this :key is there: it is not made a second time.",
    )  # fmt: skip
    reference: ReadingSql | None = Field(
        None, title="Reference", description="A query whose first value is what the database calls what was written."
    )

    @model_validator(mode="after")
    def _declared(self) -> Self:
        _agree((step.sql for step in self.steps), self.parameters, frozenset({KEY}))
        for query in filter(None, (self.done_when, self.reference)):
            _agree([query], [name for name in self.parameters if name in names_in(query)], frozenset({KEY}))
        return self


class SqlConfig(SourceConfig):
    """A database."""

    database: Literal["postgresql", "mysql", "mariadb", "mssql", "oracle", "sqlite"] = Field(title="Database")
    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{0,253}$")] = Field("", title="Server")
    port: int | None = Field(None, title="Port", ge=1, le=65_535, description="The usual one of its kind if empty.")
    name: str = Field(
        title="Name", min_length=1, max_length=500,
        description="The database; the service of an Oracle; the file of an SQLite.",
    )  # fmt: skip
    user: str = Field(
        "", title="User", max_length=200, description="With secrets.password; one who may do no more than is needed."
    )
    tls: Literal["none", "required", "verified"] = Field(
        "none", title="Encryption", description="verified: the server's certificate must be right."
    )
    ca: Annotated[str, StringConstraints(max_length=100_000), AfterValidator(certificates)] = Field(
        "", title="Own authorities", description="Certificates (PEM); the system's if empty."
    )
    time_zone: Zone = Field("Asia/Shanghai", title="Time zone", description="Of times that are stored without one.")
    at_once: int = Field(5, title="At once", ge=1, le=50, description="Connections at most.")
    feeds: dict[FeedName, SqlFeed] = Field({}, title="Feeds", max_length=200)
    queries: Mapping[SourceName, SqlQuery] = Field({}, title="Queries", max_length=200)
    statements: Mapping[SourceName, SqlStatement] = Field({}, title="Statements", max_length=200)

    @model_validator(mode="after")
    def _reached(self) -> Self:
        if self.database != "sqlite" and not self.host:
            raise fault("needs a host: {value} is a server", value=self.database)
        if self.database == "sqlite" and self.host:
            raise fault("has a host, and {value} is a file", value=self.database)
        if (self.database, self.tls) in UNVERIFIED:
            raise fault("{value} has no encryption of this kind by its driver", value=self.database)
        return self
