"""Settings: where the data lies, which ports and servers are used.

They come from environment variables `CALLWEAVE_*`, else from `callweave.toml` in the working folder, else they are the
defaults of CONTRACT §5. Nothing else in the engine reads the environment, so one object tells all that a process needs.
"""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from engine.host.openid_provider import Providers
from engine.host.setting_types import AbsolutePath, Certificates, Hosts, Port, SealKeys, Thresholds, TimeZone
from engine.host.sockets import private_folder, unix_socket_for
from engine.store.sealing import make_key_file, read_keys

TENANT_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")
PROJECT = Path(__file__).resolve().parents[2]
SYSTEM_CA = Path("/etc/ssl/certs/ca-certificates.crt")
"""Where the system keeps the authorities that it trusts."""


class SettingsError(ValueError):
    """The settings cannot be used; `errors` has one line for each fault, naming the variable and its value."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


class Settings(BaseSettings):
    """All settings of one copy of Callweave."""

    model_config = SettingsConfigDict(
        env_prefix="CALLWEAVE_",
        env_ignore_empty=True,
        toml_file="callweave.toml",
        extra="ignore",
        frozen=True,
    )

    data: AbsolutePath = Path("data")
    nodes: AbsolutePath = Path("nodes")
    development: bool = False
    cache: AbsolutePath = Path("~/.cache/callweave")
    host: str = "127.0.0.1"
    port: Port = 8080
    database_url: str | None = None
    tenant_database_url: str | None = None
    redis_url: str | None = None
    ari_url: str | None = None
    asterisk_recordings: Path | None = None
    sip_port: Port = 5060
    sip_peer_port: Port = 5070
    sip_trunk_port: Port = 5062
    sip_ca_file: Certificates | None = None
    bootstrap_key: str | None = Field(default=None, min_length=8)
    country: str = Field(default="CN", pattern=r"^[A-Z]{2}$")
    time_zone: TimeZone = "Asia/Shanghai"
    telephony: Literal["asterisk", "simulated"] = "asterisk"
    trusted_proxy: str | None = None
    engines: int = Field(default=2, ge=1, le=16)
    drain_seconds: float = Field(default=30.0, ge=0, le=86_400)
    metrics_key: str | None = Field(default=None, min_length=8)
    metrics_listen: str = Field(default="127.0.0.1:9464", pattern=r"^(\S+):(\d{1,5})$")
    log: Literal["auto", "text", "json"] = "auto"
    smtp_url: str | None = Field(default=None, pattern=r"^smtps?://")
    smtp_from: str | None = Field(default=None, pattern=r"^[^@\s<>]+@[^@\s<>]+$")
    smtp_ca_file: Certificates | None = None
    alert_email: str | None = None
    alert_from: str | None = None
    alert_webhook: str | None = Field(default=None, pattern=r"^https?://")
    alerts: Thresholds = {}
    recordings_days: int = Field(default=180, ge=0)
    faxes_days: int = Field(default=180, ge=0)
    keep_days: int = Field(default=400, ge=0)
    seal_keys: SealKeys | None = None
    allow_hosts: Hosts = ""
    rate_per_key: int = Field(default=300, ge=0)
    rate_per_address: int = Field(default=600, ge=0)
    recognizer_url: str | None = Field(default=None, pattern=r"^wss?://")
    translation_url: str | None = Field(default=None, pattern=r"^https?://")
    translation_key: str | None = None
    url: str | None = Field(default=None, pattern=r"^https?://[^\s/?#]+/?$")
    known_as: str = Field(default="", pattern=r"^\s*([\w.-]+\s*(,\s*[\w.-]+\s*)*)?$")
    session_hours: int = Field(default=12, ge=1, le=24 * 30)
    session_idle_minutes: int = Field(default=60, ge=5, le=24 * 60)
    openid: Providers = {}

    @classmethod
    def load(cls) -> Self:
        """Read environment and `callweave.toml`; raises SettingsError that names every fault."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError([_fault(cls, entry) for entry in error.errors()]) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, which wins over callweave.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.tenant_database_url and "{tenant}" not in self.tenant_database_url:
            raise ValueError("CALLWEAVE_TENANT_DATABASE_URL: must contain {tenant}, one database for each tenant")
        if self.sip_port == self.sip_peer_port:
            raise ValueError(f"CALLWEAVE_SIP_PEER_PORT: must differ from CALLWEAVE_SIP_PORT (both are {self.sip_port})")
        return self

    # --- databases

    @property
    def control_url(self) -> str:
        """SQLAlchemy URL of the control database."""
        return self.database_url or f"sqlite:///{self.data / 'control.sqlite3'}"

    def tenant_url(self, tenant: str) -> str:
        """SQLAlchemy URL of one tenant's database; the name is checked, for it becomes part of a path or a URL."""
        if not TENANT_NAME.fullmatch(tenant):
            raise ValueError(f"not a tenant's name: {tenant!r} (a lower-case letter, then letters, digits and _)")
        if self.tenant_database_url:
            return self.tenant_database_url.replace("{tenant}", tenant)
        return f"sqlite:///{self.data / 'tenants' / f'{tenant}.sqlite3'}"

    def main_keys(self) -> list[bytes]:
        """The keys that seal secrets in the databases, the newest first: the given ones, else the data folder's."""
        if self.seal_keys:
            return [key.strip().encode() for key in self.seal_keys.split(",")]
        return read_keys(self.data / "seal.key")

    # --- Redis

    @property
    def redis_embedded(self) -> bool:
        """Whether `callweave up` brings its own Valkey."""
        return self.redis_url is None

    @property
    def redis_socket(self) -> Path:
        """Unix socket of the embedded Valkey."""
        return unix_socket_for(self.folder_redis, "valkey.sock")

    @property
    def redis_address(self) -> str:
        """URL that a Redis client connects to: the given one, or the embedded server's socket."""
        return self.redis_url or f"unix://{self.redis_socket}"

    # --- Asterisk

    @property
    def asterisk_local(self) -> bool:
        """Whether `callweave up` brings an Asterisk of its own."""
        return self.telephony == "asterisk" and self.ari_url is None

    @property
    def ari_address(self) -> str | None:
        """ARI's URL with user and password: the given one, else the local Asterisk's, None before that was set up."""
        if self.ari_url:
            return self.ari_url
        try:
            return str(json.loads((self.folder_asterisk / "ari.json").read_text(encoding="utf-8"))["url"])
        except FileNotFoundError:
            return None

    @property
    def sip_ca(self) -> Path | None:
        """The authorities whose word is taken for providers met by TLS; None where there are none: TLS fails then."""
        return self.sip_ca_file or (SYSTEM_CA if SYSTEM_CA.exists() else None)

    @property
    def folder_recordings(self) -> Path | None:
        """Where Asterisk writes recordings; None for an Asterisk of one's own that shares no folder with us."""
        return self.folder_asterisk / "spool" / "recording" if self.asterisk_local else self.asterisk_recordings

    @property
    def folder_faxes(self) -> Path:
        """Where the pages of faxes lie for Asterisk; a folder that is not there if it shares none with us."""
        return self.folder_recordings or self.data / "faxes"

    # --- pages

    @property
    def address(self) -> str:
        """Where people reach the designer, for links; without a slash at its end."""
        return (self.url or f"http://{self.listens_at}").rstrip("/")

    @property
    def listens_at(self) -> str:
        """Host and port of the designer, as they stand in a URL: an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    # --- mail

    @property
    def mail_sender(self) -> str:
        """Who writes, where nothing else is said."""
        return self.smtp_from or self.alert_from or f"callweave@{socket.getfqdn()}"

    @property
    def smtp_ca(self) -> str:
        """The authorities whose word is taken for the mail server, as PEM; empty for the system's."""
        return self.smtp_ca_file.read_text(encoding="ascii", errors="replace") if self.smtp_ca_file else ""

    # --- folders

    @property
    def folder_prompts(self) -> Path:
        """Synthesised prompts, local paths for Asterisk."""
        return self.data / "prompts"

    @property
    def folder_assets(self) -> Path:
        """Stored files by tenant: recordings to be played (local paths for Asterisk), documents, what calls left."""
        return self.data / "assets"

    @property
    def folder_asterisk(self) -> Path:
        """The local Asterisk's configuration, run files and logs."""
        return self.data / "asterisk"

    @property
    def folder_logs(self) -> Path:
        """Logs of the processes."""
        return self.data / "logs"

    @property
    def folder_metrics(self) -> Path:
        """What the processes of this machine count, one file each."""
        return self.data / "metrics"

    @property
    def folder_redis(self) -> Path:
        """The embedded Valkey's files."""
        return self.data / "redis"

    def folders_of(self, tenant: str) -> list[Path]:
        """The folders that are one tenant's alone: assets, what its sources read and keep, texts in files, exports."""
        places = (self.folder_assets, self.data / "sources", self.data / "sent", self.data / "exports")
        return [place / tenant for place in places]

    def make_folders(self) -> None:
        """Make every folder that a process writes to; only their owner may read them."""
        folders = (self.folder_prompts, self.folder_assets, self.folder_asterisk, self.folder_logs, self.folder_metrics)
        for folder in (self.data, self.data / "tenants", *folders):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        private_folder(self.redis_socket.parent)
        if not self.seal_keys:
            make_key_file(self.data / "seal.key")

    def environment(self) -> dict[str, str]:
        """The environment for a child process: this one's, with paths made absolute."""
        paths = {"CALLWEAVE_DATA": self.data, "CALLWEAVE_CACHE": self.cache, "CALLWEAVE_NODES": self.nodes}
        return {**os.environ, **{name: str(path) for name, path in paths.items()}}


def _fault(settings: type[Settings], entry: object) -> str:
    assert isinstance(entry, dict)
    place = ".".join(str(part) for part in entry["loc"])
    message = str(entry["msg"]).removeprefix("Value error, ")
    return f"CALLWEAVE_{place.upper()}: {message} (is {entry['input']!r})" if place else message
