"""The connector as it runs: a process beside a HIS, and a whole copy of the platform."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import StartCopy
from tests.connector.his import VISIT, Connector, His
from tests.product_api import Api

PATIENCE = 40.0


@pytest.fixture(scope="module")
def api(running_copy: StartCopy) -> Api:
    copy = running_copy(telephony="simulated")
    made = Api(copy)
    made("PUT", "/record-types/visit", VISIT)
    return made


@pytest.fixture
def his(tmp_path: Path) -> His:
    return His(tmp_path / "his.sqlite3")


@pytest.fixture
def connector(api: Api, his: His, tmp_path: Path) -> Iterator[Connector]:
    made = api("POST", "/connectors", {"name": "beside the HIS"})
    name = f"his_{time.time_ns()}"
    agent = Connector(tmp_path, api._copy.url, made["key"], {name: his.source()})
    agent.name, agent.id = name, made["id"]  # type: ignore[attr-defined]
    yield agent
    agent.close()
    api("DELETE", f"/connectors/{made['id']}")


def until(what: Callable[[], Any], connector: Connector) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, connector.tail()
        time.sleep(0.1)
    return found


def test_killed_again_and_again_it_loses_and_doubles_nothing(api: Api, his: His, connector: Connector) -> None:
    his.add(range(3_000))
    for round_ in range(4):
        connector.start()
        time.sleep(1.6 + 0.25 * round_)
        his.add(range(round_ * 200, round_ * 200 + 200), ward=f"w{round_}", changed=2 + round_)
        connector.kill()
    connector.start()
    wanted = {no: (name, ward) for no, name, ward in his.query("select no, name, ward from visit")}

    def there() -> bool:
        items = api.everything("/records/visit")
        return {r["key"]: (r["data"]["patient"], r["data"].get("ward")) for r in items} == wanted

    until(there, connector)
