"""A connector's file, YAML or TOML: where the platform is, where rows are kept, and the sources. Every fault at once.

What must not be read need not stand in it: the platform's key and everything in a source's `secrets` may be
`{env: NAME}` or `{file: PATH}` in place of the text.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

import msgspec
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from yarl import URL

from engine.data_fields import SourceName
from engine.faults import Fault, dotted, from_validation
from engine.fields import fault
from engine.sources.document import SetUp, read_document

LARGEST = 4 * 1024 * 1024


class Platform(BaseModel):
    """Where the connector calls."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    url: str = Field(max_length=500, description="Such as https://callweave.example.")
    key: Annotated[str, StringConstraints(min_length=8, max_length=200)] = Field(description="Of POST /connectors.")
    ca: str | None = Field(None, description="A file of authorities (PEM) in place of the system's.")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        address = URL(self.url)
        if address.scheme not in ("http", "https") or not address.host:
            raise fault("is no address such as https://callweave.example")
        if address.scheme == "http" and not _is_this_machine(address.host):
            raise fault("must be https, for the key and patients' data travel there")
        return self

    def trusted(self) -> ssl.SSLContext:
        """Whose word is taken for the platform."""
        return ssl.create_default_context(cafile=self.ca)


class ConnectorFile(BaseModel):
    """All of the file; the sources are read one by one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    platform: Platform
    data: str = Field("connector", description="The folder for what is kept, beside this file if it is relative.")
    most_waiting: int = Field(500_000, ge=1_000, description="Records kept here at most before reading pauses.")
    sources: dict[SourceName, dict[str, Any]] = Field(min_length=1, max_length=100)


class Configured(msgspec.Struct, frozen=True):
    """A connector whose file is in order."""

    platform: Platform
    beside: Path
    """Where its file lies: paths in it are from there."""
    folder: Path
    most_waiting: int
    sources: list[SetUp]


class FileFaults(Exception):
    """The file cannot be used."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read_file(path: Path) -> Configured:
    """The connector that a file describes; FileFaults."""
    faults: list[Fault] = []
    data = _filled_in(_data(path), "", path.parent, faults)
    if faults:
        raise FileFaults(faults)
    sources = []
    given = data.get("sources") if isinstance(data, dict) else None
    for name, document in (given if isinstance(given, dict) else {}).items():
        setup, wrong = read_document(str(name), document, f"sources.{name}")
        faults += wrong
        if setup is not None:
            sources.append(setup)
    try:
        read = ConnectorFile.model_validate(data)
    except ValidationError as error:
        known = {fault.path for fault in faults}
        faults = [fault for fault in from_validation(error, "") if fault.path not in known] + faults
        raise FileFaults(faults) from None
    if read.platform.ca is not None:
        try:
            read.platform.trusted()
        except (OSError, ssl.SSLError) as error:
            faults.append(Fault("platform.ca", "cannot be read: {reason}", {"reason": str(error)}))
    if faults:
        raise FileFaults(faults)
    beside = path.parent.absolute()
    return Configured(read.platform, beside, beside / read.data, read.most_waiting, sources)


def _data(path: Path) -> Any:
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST:
            raise ValueError(f"more than {LARGEST} bytes")
        written = raw.decode("utf-8")
        return tomllib.loads(written) if path.suffix == ".toml" else yaml.safe_load(written)
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise FileFaults([Fault("", "cannot be read: {reason}", {"reason": reason})]) from None


def _filled_in(data: Any, path: str, folder: Path, faults: list[Fault]) -> Any:
    """The data with what stands elsewhere: `{env: NAME}` and `{file: PATH}` where a secret is due."""
    if isinstance(data, list):
        return [_filled_in(entry, dotted(path, number), folder, faults) for number, entry in enumerate(data)]
    if not isinstance(data, dict):
        return data
    filled = {}
    for name, value in data.items():
        place = dotted(path, name)
        is_secret = place == "platform.key" or path.rpartition(".")[2] == "secrets"
        if is_secret and isinstance(value, dict) and len(value) == 1:
            filled[name] = _elsewhere(*next(iter(value.items())), place, folder, faults)
        else:
            filled[name] = _filled_in(value, place, folder, faults)
    return filled


def _elsewhere(way: Any, where: Any, place: str, folder: Path, faults: list[Fault]) -> str:
    if way == "env":
        found = os.environ.get(str(where))
        if found is None:
            faults.append(Fault(place, "there is no variable {value} in the environment", {"value": str(where)}))
        return found or ""
    if way == "file":
        try:
            return (folder / str(where)).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            faults.append(Fault(place, "cannot be read: {reason}", {"reason": str(error)}))
            return ""
    faults.append(Fault(dotted(place, way), "is not known here"))
    return ""


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
