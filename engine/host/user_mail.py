"""Links that users get by mail: the job makes the link itself, so that no queue ever holds one.

It is done, or not, out of sight of who asked for it: whether there is such a user cannot be told by the answer.
"""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import structlog

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.host.at_hand import AtHand, at_hand
from engine.host.settings import Settings
from engine.store import id_bytes, now_micros, user_links, users
from engine.store.user_links import INVITATION, RESET
from engine.store.users import User

log = structlog.get_logger()

FORGOTTEN = "engine.host.user_mail.forgotten"
INVITED = "engine.host.user_mail.invited"
PAGE = "/welcome#"
"""The page of a link, and its token behind it."""
PATIENCE = 15.0
_WORDS = {
    ("en", INVITATION): (
        "Callweave: you are invited",
        "Hello {name},\n\nyou are invited to Callweave. Choose a password here, within seven days:\n\n{link}\n\n"
        "Afterwards you sign in as {login}.\n",
    ),
    ("en", RESET): (
        "Callweave: a new password",
        "Hello {name},\n\nyou can choose a new password here, within a day:\n\n{link}\n\n"
        "If you did not ask for this, nothing has changed and nothing is to be done.\n",
    ),
    ("zh", INVITATION): (
        "Callweave：邀请你加入",
        "{name}，你好：\n\n你受邀使用 Callweave。七天内打开下面的链接，设置密码：\n\n{link}\n\n以后用 {login} 登录。\n",
    ),
    ("zh", RESET): (
        "Callweave：重设密码",
        "{name}，你好：\n\n一天内打开下面的链接，可以设置新密码：\n\n{link}\n\n如果不是你要的，什么都没有变，不用理会。\n",
    ),
}


def forgotten(login: str) -> None:
    """Mail a link to whose login this is; nothing if he is nobody, cannot come in, or has one already."""
    here = at_hand()
    with here.stores.control.read() as connection:
        found = [user for user in users.by_login(connection, login) if user.disabled_at is None]
    for user in found:
        kind = RESET if user.password is not None else INVITATION
        with here.stores.control.read() as connection:
            lately = user_links.made_lately(connection, user.id, kind, at=now_micros())
        if not lately:
            _mail(here, user, kind)


def invited(user: str) -> None:
    """Mail a user's invitation, or the link to a new password."""
    here, identity = at_hand(), id_bytes(user)
    with here.stores.control.read() as connection:
        found = None if identity is None else users.by_id(connection, identity)
    if found is not None and found.disabled_at is None:
        _mail(here, found, RESET if found.password is not None else INVITATION)


def can_be_mailed(settings: Settings, login: str) -> bool:
    """Whether a link can be mailed to this login."""
    name, _, host = login.partition("@")
    return settings.smtp_url is not None and bool(name) and "." in host and login.isprintable() and " " not in login


def _mail(here: AtHand, user: User, kind: str) -> None:
    if not can_be_mailed(here.settings, user.login):
        return
    with here.stores.control.begin() as connection:
        token, _ = user_links.make(connection, user.id, kind, at=now_micros())
    language = (user.language or ("zh" if here.settings.country == "CN" else "en")).split("-")[0]
    subject, text = _WORDS[language if (language, kind) in _WORDS else "en", kind]
    link = f"{here.settings.address}{PAGE}{token}"
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, here.settings.mail_sender, user.login
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="callweave")
    message.set_content(text.format(name=user.name, login=user.login, link=link))
    try:
        asyncio.run(_hand_over(here.settings, message))
    except (NotNow, Refused, Unsure) as error:
        log.error("a user's link is not mailed", to=user.login, reason=error.reason)


async def _hand_over(settings: Settings, message: EmailMessage) -> None:
    from engine.adapters.mail import SmtpConfig  # with the first mail that leaves
    from engine.adapters.mail.by_url import config_of
    from engine.adapters.mail.compose import SEVEN_BITS, Mail
    from engine.adapters.mail.server import MailServer

    config = config_of(settings.smtp_url or "", sender=message["From"], ca=settings.smtp_ca)
    server = MailServer(SmtpConfig.model_validate(config | {"timeout": PATIENCE}), None, lambda: True)
    try:
        await server.deliver(
            Mail(
                sender=message["From"], to=message["To"], content=message.as_bytes(policy=SEVEN_BITS), utf8=False,
                message_id=message["Message-ID"],
            )
        )  # fmt: skip
    finally:
        await server.close()
