"""A tenant that is suspended: nothing is begun for it by whoever looks for work, and all of it is there when it is resumed."""

from __future__ import annotations

import json
from pathlib import Path

from engine.commands import PlaceCall, SendSms
from engine.host.call_rows import CallRows
from engine.host.clock import Clock
from engine.host.outbox.drivers import Drivers
from engine.host.outbox.registry import row_of
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.store import Stores, gateways, new_id, now_micros, outbox, tenant, tenants, triggers
from tests.host.conftest import EXAMPLE, OWNER, publish

NUMBER = "7044"


def test_nothing_is_begun_and_nothing_is_lost(
    stores: Stores, database_urls: dict[str, str], tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "data", redis_url=f"unix://{tmp_path}/none", **database_urls)
    at = now_micros()
    flow = publish(stores.tenant("other"), json.loads(EXAMPLE.read_text(encoding="utf-8")))
    triggers.bind_number(stores, "other", flow_id=flow, number=NUMBER, at=at)
    with stores.tenant("other").begin() as connection:
        gateways.put(connection, "sms", kind="sms_console", config={}, at=at)
        text = SendSms(id="1", to="+8613800138000", text="well")
        call = PlaceCall(id="2", to="13800138000", ring_seconds=5)
        outbox.insert(connection, [row_of(new_id(), text, at), row_of(new_id(), call, at)])
        waits = {"id": new_id(), "session_id": new_id(), "source": "x", "external_id": "1", "event": b"", "received_at": at}
        connection.execute(tenant.inbox.insert().values(waits))
    calls, drivers = CallRows(stores, Programs("UTC"), owner=OWNER, epoch=1), Drivers(settings, stores)
    clock = Clock(settings, stores)

    def begun() -> tuple[bool, bool, bool, bool]:
        """Whether somebody would be called, texted, answered, or woken."""
        stores.active_names()
        clock._tenants_until = 0.0
        return (
            "other" in calls.tenants(), ("other", "sms") in drivers._with_work(),
            triggers.call_target(stores, NUMBER) is not None, "other" in clock.look(),
        )  # fmt: skip

    assert begun() == (True, True, True, True)
    with stores.control.begin() as connection:
        tenants.suspend(connection, "other", at=at)
    assert begun() == (False, False, False, False)
    with stores.control.begin() as connection:
        tenants.resume(connection, "other")
    assert begun() == (True, True, True, True)
