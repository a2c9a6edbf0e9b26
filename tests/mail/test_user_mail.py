"""Users' links by mail: made by the job, in the user's language, not again within minutes, and to nobody who is none."""

from __future__ import annotations

import asyncio
import re
from email import message_from_bytes, policy
from pathlib import Path

from engine.host import at_hand, user_mail
from engine.host.settings import Settings
from engine.store import id_text, now_micros, user_links, users
from engine.store.migrate import migrate_all
from tests.mail.server import MailServer


def test_links_are_mailed(tmp_path: Path) -> None:
    asyncio.run(_links_are_mailed(Settings(data=tmp_path / "data", url="https://call.example", country="CN")))


async def _links_are_mailed(settings: Settings) -> None:
    migrate_all(settings)
    async with MailServer() as server:
        address = f"smtp://127.0.0.1:{server.port}?plain"
        here = at_hand.AtHand(settings.model_copy(update={"smtp_url": address, "smtp_from": "desk@call.example"}))
        at_hand.use(here)
        try:
            with here.stores.control.begin() as connection:
                made = [
                    users.add(connection, tenant="main", login=login, name="Li", role="designer", language=language, at=now_micros())
                    for login, language in (("li@ward.example", "en"), ("zhao@ward.example", None), ("7041", None))
                ]
            for identity in made:
                assert identity is not None
                await asyncio.to_thread(user_mail.invited, id_text(identity))
            with here.stores.control.begin() as connection:
                assert made[0] is not None
                users.set_password(connection, made[0], "$argon2id$…", at=now_micros())
            for login in ("LI@ward.example", "li@ward.example", "nobody@ward.example", "7041"):
                await asyncio.to_thread(user_mail.forgotten, login)
            mails = [message_from_bytes(mail, policy=policy.default) for mail in server.mails]
            assert [(mail["To"], mail["Subject"]) for mail in mails] == [
                ("li@ward.example", "Callweave: you are invited"),
                ("zhao@ward.example", "Callweave：邀请你加入"),
                ("li@ward.example", "Callweave: a new password"),
            ]
            for mail in mails:
                body = mail.get_content()
                link = re.search(r"https://call\.example/welcome#(\S+)", body)
                assert link is not None, body
                with here.stores.control.read() as connection:
                    assert user_links.find(connection, link[1], at=now_micros()) is not None
        finally:
            at_hand.use(None)
            here.close()
