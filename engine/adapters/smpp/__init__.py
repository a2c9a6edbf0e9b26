"""Texts by SMPP 3.4, the protocol of message centres."""

from engine.adapters.smpp.adapter import SmsSmppGateway
from engine.adapters.smpp.config import SmsSmppConfig

__all__ = ["SmsSmppConfig", "SmsSmppGateway"]
