"""E-mail: out by a mail server, and what comes back."""

from engine.adapters.mail.adapter import SmtpGateway
from engine.adapters.mail.config import SmtpConfig

__all__ = ["SmtpConfig", "SmtpGateway"]
