"""Settings come from the environment, else from callweave.toml, else they are the contract's defaults."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine.host.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("CALLWEAVE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults(tmp_path: Path) -> None:
    settings = Settings.load()
    assert settings.data == tmp_path / "data"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert (settings.sip_port, settings.sip_peer_port) == (5060, 5070)
    assert (settings.country, settings.time_zone) == ("CN", "Asia/Shanghai")
    assert settings.control_url == f"sqlite:///{tmp_path}/data/control.sqlite3"
    assert settings.tenant_url("main") == f"sqlite:///{tmp_path}/data/tenants/main.sqlite3"
    assert settings.redis_address == f"unix://{tmp_path}/data/redis/valkey.sock"
    assert settings.asterisk_local and settings.redis_embedded
    assert settings.ari_address is None


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Path("callweave.toml").write_text('port = 9001\nsip_port = 5080\ncountry = "DE"\n')
    monkeypatch.setenv("CALLWEAVE_PORT", "9002")
    settings = Settings.load()
    assert (settings.port, settings.sip_port, settings.country) == (9002, 5080, "DE")


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_REDIS_URL", "")
    assert Settings.load().redis_embedded


def test_every_fault_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_PORT", "99999")
    monkeypatch.setenv("CALLWEAVE_TIME_ZONE", "Mars/Olympus")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert len(caught.value.errors) == 2
    assert "CALLWEAVE_PORT" in str(caught.value) and "99999" in str(caught.value)
    assert "CALLWEAVE_TIME_ZONE" in str(caught.value) and "Mars/Olympus" in str(caught.value)


def test_one_database_for_each_tenant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_TENANT_DATABASE_URL", "postgresql+psycopg://u@h/{tenant}")
    assert Settings.load().tenant_url("north") == "postgresql+psycopg://u@h/north"
    monkeypatch.setenv("CALLWEAVE_TENANT_DATABASE_URL", "postgresql+psycopg://u@h/all")
    with pytest.raises(SettingsError, match="must contain"):
        Settings.load()


@pytest.mark.parametrize("name", ["", "../etc", "a/b", "Main", "x" * 49, "a.b"])
def test_a_tenants_name_cannot_leave_its_folder(name: str) -> None:
    with pytest.raises(ValueError, match="tenant"):
        Settings.load().tenant_url(name)


def test_a_deep_data_folder_gets_a_short_socket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CALLWEAVE_DATA", str(tmp_path / ("d" * 60) / ("e" * 60)))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/0")
    socket = Settings.load().redis_socket
    assert len(str(socket)) <= 107 and str(socket).startswith("/run/user/0/callweave-")
    assert socket == Settings.load().redis_socket


def test_the_local_asterisk_tells_its_address() -> None:
    settings = Settings.load()
    settings.make_folders()
    assert settings.data.stat().st_mode & 0o777 == 0o700
    (settings.folder_asterisk / "ari.json").write_text(json.dumps({"url": "http://callweave:x@127.0.0.1:18088/ari"}))
    assert settings.ari_address == "http://callweave:x@127.0.0.1:18088/ari"


def test_a_given_ari_url_means_no_local_asterisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_ARI_URL", "http://u:p@127.0.0.1:8088/ari")
    settings = Settings.load()
    assert not settings.asterisk_local
    assert settings.ari_address == "http://u:p@127.0.0.1:8088/ari"
