"""Headers of every answer: what a page may load, and that nothing is guessed or framed."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request


def nonce() -> str:
    """This answer's word for styles that a library writes into the page."""
    if not hasattr(g, "nonce"):
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def install(app: Flask, *, https: bool) -> None:
    """Set the headers after each request."""

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", _policy())
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
        if https and request.is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.path.startswith("/api/"):
            headers["Cache-Control"] = "no-store"  # also of files, which Flask would let a browser keep
            headers.add("Vary", "Accept-Language")
        return response


def _policy() -> str:
    styles = f" 'nonce-{g.nonce}'" if hasattr(g, "nonce") else ""
    return (
        f"default-src 'self'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data: blob:; "
        "font-src 'self' data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
