"""A gateway that is open, with what it reports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine.adapters.gateway import Surroundings
from engine.adapters.guard import Allowed
from engine.adapters.message_news import News
from engine.adapters.smpp import SmsSmppConfig, SmsSmppGateway
from engine.commands import SendSms

FILLED = {"host": "127.0.0.1", "system_id": "clinic", "secrets": {"password": "secret"}, "sender": "106900"}


def config(**fields: Any) -> SmsSmppConfig:
    return SmsSmppConfig.model_validate({**FILLED, **fields})


@asynccontextmanager
async def opened(
    port: int,
    *,
    report: Callable[[News], Awaitable[None]] | None = None,
    may_act: Callable[[], bool] = lambda: True,
    allowed: str = "127.0.0.1",
    **fields: Any,
) -> AsyncIterator[SmsSmppGateway]:
    """A gateway that listens; it is closed at the end."""

    async def nothing(news: News) -> None:
        return

    around = Surroundings(
        allowed=Allowed.read(allowed), may_act=may_act, folder=Path("/nonexistent"), report=report or nothing
    )  # fmt: skip
    gateway = SmsSmppGateway(config(port=port, **fields), around)
    await gateway.listen()
    try:
        yield gateway
    finally:
        await gateway.close()


def text(words: str = "hello", to: str = "13800000001", **fields: Any) -> SendSms:
    return SendSms(id="1", to=to, text=words, **fields)
