"""A tenant's life by the command line's functions, on SQLite files and on PostgreSQL by schemas and by databases."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callweave.tenant import archive, life
from designer.app import create_app
from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown, control, flows, gateways, new_id, now_micros, trunks
from engine.store.flows import Draft
from engine.store.sealing import seal_of
from engine.trunks.config import TrunkConfig
from engine.trunks.routes import Trunk
from tests.databases import BOOTSTRAP_KEY, FORMS, prepare

WORD = "only-this-tenant-knows"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On each kind of database."""
    if "database_urls" in metafunc.fixturenames:
        metafunc.parametrize("database_urls", FORMS, indirect=True)


@pytest.fixture
def settings(database_urls: dict[str, str], tmp_path: Path) -> Settings:
    made = Settings(data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY, **database_urls)
    prepare(made)
    return made


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    """As a process holds them that goes on running."""
    made = Stores(settings)
    yield made
    made.close()


def filled(settings: Settings, stores: Stores, name: str) -> None:
    """A flow, a gateway with a password, a trunk with one, a file."""
    with stores.tenant(name).begin() as connection:
        flows.create(connection, Draft(document=f'{{"name": "{WORD}"}}', name=WORD), at=1)
        gateways.put(connection, "sms", kind="sms_http", config={"secrets": {"password": "hunter2"}}, at=1)
        sealed = seal_of(connection).close(b"hunter2")
    wanted = Trunk(
        id=new_id(), tenant=name, name="telco", position=1, enabled=True, config=TrunkConfig(host="sip.example")
    )
    with stores.control.begin() as connection:
        trunks.put(connection, wanted, secret=sealed, keep_secret=False, at=1)
    folder = settings.folder_assets / name / "content" / "ab"
    folder.mkdir(parents=True)
    (folder / "abcd").write_bytes(WORD.encode())


def settle(stores: Stores, name: str) -> None:
    """As if it had been suspended a while ago."""
    with stores.control.begin() as connection:
        connection.execute(
            control.tenant.update().where(control.tenant.c.name == name)
            .values(suspended_at=now_micros() - life.SETTLED - 1)
        )  # fmt: skip


def test_made_used_suspended_exported_and_deleted(settings: Settings, stores: Stores, tmp_path: Path) -> None:
    client = create_app(settings, live_queue=False).test_client()

    def asked(key: str, method: str = "GET", path: str = "/flows") -> Any:
        return client.open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {key}"})

    assert asked(BOOTSTRAP_KEY).status_code == 200
    key = life.created(settings, "clinic")
    with pytest.raises(life.Refused, match="already"):
        life.created(settings, "clinic")
    assert "clinic: active" in life.listed(settings)
    filled(settings, stores, "clinic")
    assert [flow["name"] for flow in asked(key).json["items"]] == [WORD]

    # suspended: nobody comes in, nothing is begun, and nothing is gone
    assert "clinic: suspended since" in life.suspended(settings, "clinic")
    stores.active_names()
    assert "clinic" not in stores.names_lately() and "clinic" in stores.tenant_names() and stores.suspended("clinic")
    look_again(client)
    refused = asked(key)
    assert refused.status_code == 403 and "suspended" in refused.json["detail"]
    opening = client.post("/api/v1/sign-in", json={"key": key})
    assert opening.status_code in (401, 403) and "Set-Cookie" not in opening.headers
    assert asked(BOOTSTRAP_KEY).status_code == 200

    archived = tmp_path / "clinic.tar.gz"
    assert "rows of" in archive.exported(settings, "clinic", archived)
    assert archived.stat().st_mode & 0o077 == 0
    with tarfile.open(archived) as opened:
        held = {entry.name: opened.extractfile(entry).read() for entry in opened if entry.isfile()}  # type: ignore[union-attr]
    manifest = json.loads(held["manifest.json"])
    assert manifest["tenant"] == "clinic" and manifest["tables"]["flow"] == 1 and manifest["files"] == 1
    assert set(manifest["tables"]) >= {"session", "record", "message", "outbox", "control/api_key", "control/trunk"}
    assert json.loads(held["tables/flow.ndjson"])["name"] == WORD
    assert held["files/assets/content/ab/abcd"] == WORD.encode()
    everything = b"".join(held.values())
    assert b"hunter2" not in everything and key.encode() not in everything
    assert "hash" not in json.loads(held["control/api_key.ndjson"])

    # resumed: as it was
    assert life.resumed(settings, "clinic") == "clinic: active"
    look_again(client)
    assert [flow["name"] for flow in asked(key).json["items"]] == [WORD]

    # deleted: only when it has been suspended for a while; then there is nothing left of it, and the others are as they were
    with pytest.raises(life.Refused, match="Suspend it first"):
        life.deleted(settings, "clinic")
    life.suspended(settings, "clinic")
    with pytest.raises(life.Refused, match="just now"):
        life.deleted(settings, "clinic")
    settle(stores, "clinic")
    assert life.deleted(settings, "clinic").startswith("clinic: deleted")
    look_again(client)
    assert asked(key).status_code == 401 and asked(BOOTSTRAP_KEY).status_code == 200
    assert not list(settings.data.rglob("clinic*")) or all("clinic.tar" in str(p) for p in settings.data.rglob("clinic*"))
    with stores.control.read() as connection:
        for table in control.metadata.sorted_tables:
            text = str(connection.execute(sa.select(table)).all())
            assert "clinic" not in text, table.name

    # another one of the same name begins with nothing, for those, too, who had the old one open
    life.created(settings, "clinic")
    stores.active_names()
    with stores.tenant("clinic").read() as connection:
        assert flows.page(connection, before=None, limit=9) == []


def look_again(client: Any) -> None:
    """The application looks at who is suspended a second later; here at once."""
    client.application.extensions["callweave"].stores.active_names()


def test_what_cannot_be_done_is_said(settings: Settings, stores: Stores) -> None:
    for wanted in ("Clinic", "1st", "a-b", "../main", "", "x" * 49, 'a"; drop'):
        with pytest.raises(life.Refused, match="no name"):
            life.created(settings, wanted)
    for act in (life.suspended, life.resumed, life.deleted):
        with pytest.raises(life.NoTenant, match="main"):
            act(settings, "nobody")
    with pytest.raises(life.Refused, match="belongs to the platform"):
        life.deleted(settings, "main")
    with pytest.raises(TenantUnknown):
        stores.tenant("nobody")
