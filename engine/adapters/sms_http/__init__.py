"""Texts by HTTP: any provider that is described in configuration, and Kannel."""

from engine.adapters.sms_http.adapter import SmsHttpGateway
from engine.adapters.sms_http.config import SmsHttpConfig

__all__ = ["SmsHttpConfig", "SmsHttpGateway"]
