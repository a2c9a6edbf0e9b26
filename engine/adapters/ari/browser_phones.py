"""Telephones of browsers, at our own Asterisk: each is declared by ARI when somebody wants one, and taken away again.

Such a telephone is rung and rings nobody: its context has no number. Its name is what a flow calls in place of a
number; nobody guesses it, and it says when it was made, so that those left behind can be told from new ones.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote

import msgspec

from engine.adapters.ari.config import AriConfig
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable, error_for
from engine.adapters.ways import BROWSER

SOURCE = "127.0.0.2"
"""From where our own line to Asterisk's web socket comes: see deploy/asterisk/pjsip.conf."""
LOOPBACK = ("127.0.0.1", "localhost")
LEFT_AFTER = 120
"""Seconds after which a telephone that is not there is nobody's any more."""
_taken_away: set[str] = set()
"""Names whose telephones are no more. Asterisk goes on listing one that was in a call, until it is started anew."""
_KINDS = ("endpoint", "auth", "aor")
_MADE = re.compile(r"browser-([0-9a-f]{8})")


class _Listed(msgspec.Struct):
    resource: str
    state: str


class _Channel(msgspec.Struct):
    id: str
    name: str


class BrowserPhones:
    """The telephones of browsers at the Asterisk of this ARI."""

    def __init__(self, address: str) -> None:
        """Raises AriMisconfigured."""
        config = AriConfig.read(address)
        self._base = config.url.replace("ws", "http", 1).partition("/events")[0]
        self._authorization = config.authorization
        # no proxy of the environment: Asterisk is our own server
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def declare(self, at: int) -> tuple[str, str]:
        """A new telephone, made at this second: its name and its password. Raises AriError."""
        name, password = f"{BROWSER}{at:08x}{secrets.token_hex(12)}", secrets.token_urlsafe(24)
        declared: dict[str, dict[str, str]] = {
            "auth": {"auth_type": "userpass", "username": name, "password": password},
            "aor": {
                "max_contacts": "1", "remove_existing": "yes", "minimum_expiration": "60", "maximum_expiration": "300",
            },
            "endpoint": {
                "aors": name, "auth": name, "context": "callweave-browsers", "webrtc": "yes",
                "dtls_auto_generate_cert": "yes", "disallow": "all", "allow": "ulaw,alaw", "direct_media": "no",
                "dtmf_mode": "rfc4733", "identify_by": "username", "allow_transfer": "no", "allow_subscribe": "no",
                "rtp_timeout": "30",
            },
        }  # fmt: skip
        for kind, values in declared.items():
            fields = [{"attribute": attribute, "value": value} for attribute, value in values.items()]
            self._ask("PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/{name}", {"fields": fields})
        return name, password

    def forget(self, name: str) -> None:
        """Take a telephone away, as far as it is there, and hang up for it. Raises AriError."""
        for kind in _KINDS:
            self._delete(f"asterisk/config/dynamic/res_pjsip/{kind}/{name}")
        for channel in msgspec.json.decode(self._ask("GET", "channels"), type=list[_Channel]):
            if channel.name.startswith(f"PJSIP/{name}-"):
                self._delete(f"channels/{quote(channel.id)}")
        _taken_away.add(name)

    def forget_left(self, at: int) -> None:
        """Take away what nobody has come for, or was left behind by a designer that ended. Raises AriError."""
        for listed in msgspec.json.decode(self._ask("GET", "endpoints/PJSIP"), type=list[_Listed]):
            made = _MADE.match(listed.resource)
            if made is None or listed.resource in _taken_away or listed.state == "online":
                continue
            if at - int(made.group(1), 16) > LEFT_AFTER:
                self.forget(listed.resource)

    def _delete(self, path: str) -> None:
        with contextlib.suppress(AriGone):
            self._ask("DELETE", path)

    def _ask(self, method: str, path: str, body: Any = None) -> bytes:
        headers = {"Authorization": self._authorization, "Content-Type": "application/json"}
        data = None if body is None else msgspec.json.encode(body)
        request = urllib.request.Request(f"{self._base}/{path}", data=data, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=5) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise error_for(error.code, error.reason) or AriError(error.reason) from None
        except (urllib.error.URLError, OSError) as error:
            raise AriUnreachable(f"Asterisk does not answer: {getattr(error, 'reason', error)}") from None
