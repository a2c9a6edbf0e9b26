"""A stand-in for an OpenID Connect provider that is as strict as RFC 9700 wants, and that can be made to lie.

It binds each code to its challenge, its client and its address, gives each once, and can change its keys. What it would
sign can be changed on the way, as an attacker would who has a hand in it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class StrictProvider:
    """What it knows: its key, the codes that it has given, and how it was told to lie."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = RSAKey.generate_key(2048, {"kid": "first"})
        self.refused: list[str] = []
        self.lies: dict[str, Any] = {}
        """Claims that it signs instead; None leaves one out."""
        self.signs_with: Any = None
        self.algorithm = "RS256"
        self._codes: dict[str, dict[str, str]] = {}

    def rotate(self, kid: str) -> None:
        """Another key, and the one before is nobody's any more."""
        self.key = RSAKey.generate_key(2048, {"kid": kid})

    def consented(self, url: str) -> str:
        """Somebody agrees at `url`; where his browser is sent."""
        asked = dict(parse_qsl(urlsplit(url).query))
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str], authorization: str) -> dict[str, Any]:
        """What it gives for a code; `error` if it does not."""
        asked = self._codes.pop(sent.get("code", ""), None)
        challenge = _packed(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if asked is None:
            return self._refuse("the code is unknown, or was given already")
        if authorization != "Basic " + base64.b64encode(b"callweave:of callweave").decode():
            return self._refuse("another client")
        if sent.get("redirect_uri") != asked["redirect_uri"]:
            return self._refuse("another address")
        if asked.get("code_challenge_method") != "S256" or challenge != asked["code_challenge"]:
            return self._refuse("the verifier is another one")
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "callweave", "sub": "u1", "nonce": asked["nonce"], "iat": now, "exp": now + 300,
                  "email": "li@ward.example", "email_verified": True, "name": "Li Ming"} | self.lies  # fmt: skip
        word = {name: value for name, value in claims.items() if value is not None}
        head = {"alg": self.algorithm, "kid": self.key.kid}
        if isinstance(self.signs_with, bytes):
            signed = _signed_by_hand(word, self.signs_with)
        else:
            signed = jwt.encode(head, word, self.signs_with or self.key, algorithms=["RS256", "none"])
        return {"access_token": secrets.token_urlsafe(12), "token_type": "Bearer", "id_token": signed}

    def _refuse(self, why: str) -> dict[str, Any]:
        self.refused.append(why)
        return {"error": "invalid_grant"}

    def says_of_itself(self) -> dict[str, str]:
        """Its discovery document."""
        return {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys"}  # fmt: skip


def _signed_by_hand(claims: dict[str, Any], secret: bytes) -> str:
    """HS256, with what our library takes for no secret: a public key."""
    head, body = (_packed(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "first"}, claims))
    return f"{head}.{body}.{_packed(hmac.digest(secret, f'{head}.{body}'.encode(), 'sha256'))}"


def _packed(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


@contextmanager
def strict() -> Iterator[StrictProvider]:
    """One, at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = {"keys": [provider.key.as_dict(private=False)]}
            self._answer(keys if self.path == "/keys" else provider.says_of_itself())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(provider.token(dict(parse_qsl(body)), self.headers.get("Authorization", "")))

        def _answer(self, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(400 if "error" in said else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = StrictProvider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
