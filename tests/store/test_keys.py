"""Keys: kept as their hash, valid until revoked or expired, one bootstrap key at most."""

from __future__ import annotations

import sqlalchemy as sa

from engine.host.settings import Settings
from engine.store import Stores, control, keys
from engine.store.migrate import migrate_all


def test_a_key_opens_its_tenant_until_its_end(stores: Stores) -> None:
    secret = keys.new_secret()
    with stores.control.begin() as connection:
        identity = keys.add(connection, secret, tenant="other", name="HIS", role="integrator", at=1, expires_at=100)
        found = keys.find(connection, secret, at=99)
        assert found is not None
        assert (found.id, found.tenant, found.role, found.bootstrap) == (identity, "other", "integrator", False)
        assert keys.by_id(connection, identity, at=99) == found
        assert keys.find(connection, secret, at=100) is None
        assert keys.find(connection, secret + "x", at=99) is None
        assert keys.revoke(connection, identity, at=50)
        assert keys.find(connection, secret, at=51) is None
        assert keys.by_id(connection, identity, at=51) is None


def test_the_secret_is_not_kept(stores: Stores) -> None:
    with stores.control.read() as connection:
        rows = connection.execute(sa.select(control.api_key)).all()
    assert len(rows) == 1
    assert "bootstrap-key" not in repr(rows)


def test_the_settings_alone_change_the_bootstrap_key(stores: Stores, settings: Settings) -> None:
    with stores.control.begin() as connection:
        found = keys.find(connection, "bootstrap-key", at=1)
        assert found is not None
        assert (found.tenant, found.role, found.bootstrap) == ("main", keys.ADMINISTRATOR, True)
        assert not keys.revoke(connection, found.id, at=1)
    migrate_all(settings)
    with stores.control.read() as connection:
        assert keys.find(connection, "bootstrap-key", at=1) == found
    migrate_all(settings.model_copy(update={"bootstrap_key": "another-key"}))
    with stores.control.read() as connection:
        assert keys.find(connection, "bootstrap-key", at=1) is None
        assert keys.find(connection, "another-key", at=1) is not None
    migrate_all(settings.model_copy(update={"bootstrap_key": None}))
    with stores.control.read() as connection:
        assert keys.find(connection, "another-key", at=1) is None
