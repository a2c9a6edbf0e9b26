"""`callweave user …`, and the first administrator's link that `callweave up` prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from callweave.cli import app
from callweave.user import FIRST, first_link
from engine.host.settings import Settings
from engine.store import Stores, now_micros, user_links, users


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLWEAVE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CALLWEAVE_URL", "https://call.example/")
    return tmp_path / "data"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["user", *arguments])
    return result.exit_code, result.output.strip()


def token_of(link: str) -> str:
    assert link.startswith("https://call.example/welcome#")
    return link.partition("#")[2]


def test_users_are_made_listed_disabled_and_helped(data: Path) -> None:
    status, link = run("create", "chief@ward.example", "--name", "Chief", "--role", "administrator")
    assert status == 0
    first = token_of(link)
    assert run("create", "CHIEF@ward.example") == (1, "There is a user 'CHIEF@ward.example' in main already.")
    assert run("create", "x", "--tenant", "none") == (1, "There is no tenant 'none'; there are: main.")
    assert run("create", "x", "--role", "connector")[0] == 1
    assert run("create", "7041")[0] == 0
    assert run("disable", "chief@ward.example")[1].startswith("chief@ward.example is the last administrator")
    assert run("disable", "7041") == (0, "")
    assert run("list")[1].splitlines() == [
        "chief@ward.example\tChief\tadministrator\tinvited\t-\t0 sessions\tlast in never",
        "7041\t7041\tdesigner\tdisabled\t-\t0 sessions\tlast in never",
    ]
    assert run("enable", "7041") == (0, "")
    second = token_of(run("reset-password", "chief@ward.example")[1])
    assert run("reset-second-factor", "chief@ward.example") == (0, "")
    assert run("reset-password", "nobody") == (1, "There is no user 'nobody' in main.")
    stores = Stores(Settings(data=data))
    with stores.control.read() as connection:
        assert user_links.find(connection, first, at=now_micros()) is None
        assert user_links.find(connection, second, at=now_micros()) is not None
    stores.close()


def test_the_first_administrators_link_is_made_until_somebody_has_come_in(data: Path) -> None:
    settings = Settings(data=data)
    tokens = [token_of(first_link(settings) or "") for _ in range(2)]
    stores = Stores(settings)
    with stores.control.begin() as connection:
        assert user_links.find(connection, tokens[0], at=now_micros()) is None, "the one before opens nothing"
        link = user_links.use(connection, tokens[1], at=now_micros())
        assert link is not None
        user = users.get(connection, "main", link.user_id)
        assert user is not None
        assert (user.login, user.role) == (FIRST, "administrator")
        users.set_password(connection, user.id, "$argon2id$…", at=now_micros())
    assert first_link(settings) is None
    stores.close()
