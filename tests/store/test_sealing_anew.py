"""The main key is changed while a process goes on that has the old one: nothing sealed is ever out of reach."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callweave.seal_key import SETTLED_SECONDS, NotSealed, forget, rotate
from engine.commands import HttpRequest
from engine.host.outbox.registry import row_of
from engine.host.settings import Settings
from engine.secret import WITH_SECRETS, Secret
from engine.store import Stores, control, gateways, new_id, now_micros, outbox, sealing, tenant, trunks
from engine.store.resealing import OF_CONTROL, OF_TENANT
from engine.store.sealed import closed, opened
from engine.store.sealing import CannotOpen, Keys, Seal, key_id, seal_of
from engine.trunks.config import TrunkConfig
from engine.trunks.routes import Trunk

WORD = "hunter2"


def filled(stores: Stores, count: int) -> None:
    """Both tenants with a gateway, a trunk and commands in the outbox that hold a secret."""
    for name in ("main", "other"):
        with stores.tenant(name).begin() as connection:
            gateways.put(connection, "sms", kind="sms_http", config={"password": WORD}, at=now_micros())
            for number in range(count):
                asked = HttpRequest(id=str(number), method="POST", url="https://x", headers={"A": Secret(WORD)})
                outbox.insert(connection, [row_of(new_id(), asked, now_micros())])
            event = closed(connection, WITH_SECRETS + WORD.encode())
            row = {"id": new_id(), "session_id": new_id(), "source": "x", "external_id": "1", "event": event, "received_at": 1}
            connection.execute(tenant.inbox.insert().values(row))
            sealed = seal_of(connection).close(WORD.encode())
        line = Trunk(id=b"", tenant=name, name="telco", config=TrunkConfig(host="sip.example"))
        with stores.control.begin() as connection:
            trunks.put(connection, line, secret=sealed, keep_secret=False, at=1)


def read(stores: Stores, name: str) -> list[Any]:
    """All that is sealed there, opened."""
    with stores.tenant(name).read() as connection:
        seal = seal_of(connection)
        found = [seal.open(body) for body in connection.scalars(sa.select(tenant.outbox.c.body).where(tenant.outbox.c.sealed))]
        found += [opened(connection, event) for event in connection.scalars(sa.select(tenant.inbox.c.event))]
        row = gateways.get(connection, "sms")
    assert row is not None
    with stores.control.read() as connection:
        line = trunks.get(connection, name, "telco")
    assert line is not None and line.secret is not None
    return [*found, row.config["password"], seal.open(line.secret)]


def age(settings: Settings) -> None:
    """As if the newest key had been made a while ago."""
    file = settings.data / "seal.key"
    os.utime(file, (file.stat().st_atime, file.stat().st_mtime - SETTLED_SECONDS - 1))


def test_the_key_is_changed_under_a_process_that_goes_on(settings: Settings, stores: Stores) -> None:
    filled(stores, 3)
    before = {name: read(stores, name) for name in ("main", "other")}
    [old] = settings.main_keys()

    said = list(rotate(settings))
    new, kept = settings.main_keys()
    assert kept == old and said[0] == f"key {key_id(new)} seals" and "sealed anew: 12;" in said[2]
    assert (settings.data / "seal.key").stat().st_mode & 0o077 == 0
    assert {name: read(stores, name) for name in ("main", "other")} == before  # a process that began with the old key
    for name in ("main", "other"):
        alone = Seal(name, [new])
        with stores.tenant(name).read() as connection:
            for place in OF_TENANT[:3]:
                wanted = sa.select(place.column)
                for sealed in connection.scalars(wanted if place.only is None else wanted.where(place.only)):
                    assert alone.open(sealed) and WORD.encode() not in sealed

    # what such a process seals before it has seen the new key is sealed anew by the next run, and nothing is forgotten before
    stale = Seal("main", [old]).close(WORD.encode())
    with stores.control.begin() as connection:
        connection.execute(control.trunk.update().where(control.trunk.c.tenant == "main").values(secret=stale))
    with pytest.raises(NotSealed, match="s old"):
        list(forget(settings))
    age(settings)
    assert next(iter(list(forget(settings)))) == f"forgotten: {key_id(old)}"
    assert settings.main_keys() == [new]
    assert {name: read(stores, name) for name in ("main", "other")} == before
    with closing(Stores(settings)) as fresh:  # one that begins now
        assert read(fresh, "main") == before["main"]


def test_a_value_that_no_key_opens_stops_the_old_key_from_going(settings: Settings, stores: Stores) -> None:
    filled(stores, 1)
    lost = Seal("main", [sealing.new_key()]).close(b"x")
    with stores.control.begin() as connection:
        connection.execute(control.trunk.update().where(control.trunk.c.tenant == "main").values(secret=lost))
    with pytest.raises(NotSealed, match="1 sealed values open with no key"):
        list(rotate(settings))
    age(settings)
    with pytest.raises(NotSealed, match="1 sealed values"):
        list(forget(settings))
    assert len(settings.main_keys()) == 2


def test_keys_of_the_settings_are_not_written(settings: Settings, stores: Stores, tmp_path: Path) -> None:
    filled(stores, 1)
    [old], new = settings.main_keys(), sealing.new_key()
    given = settings.model_copy(update={"seal_keys": f"{new.decode()},{old.decode()}"})
    assert "sealed anew: 8;" in list(rotate(given))[-2]
    assert settings.main_keys() == [old]
    with pytest.raises(NotSealed, match="CALLWEAVE_SEAL_KEYS"):
        list(forget(given))


def test_every_sealed_column_is_known() -> None:
    """A table that begins to seal something has to be in the list, or a change of the key loses it."""
    known = {place.column.table.name + "." + place.column.name for place in (*OF_TENANT, *OF_CONTROL)}
    assert known == {
        "gateway.config", "source.document", "outbox.body", "source_request.parameters", "session.state", "inbox.event",
        "trunk.secret", "user_account.second_factor",
    }  # fmt: skip

def test_a_new_key_is_known_within_a_second_and_at_once_where_it_is_needed() -> None:
    old, new = sealing.new_key(), sealing.new_key()
    there = [old]
    seal = Seal("main", Keys(lambda: tuple(there)))
    before = seal.close(b"x")
    there.insert(0, new)
    assert seal.open(Seal("main", [new]).close(b"y")) == b"y" and seal.open(before) == b"x"
    assert Seal("main", [new]).open(seal.close(b"z")) == b"z"
    there.remove(old)
    with pytest.raises(CannotOpen):
        Seal("main", Keys(lambda: tuple(there))).open(before)
