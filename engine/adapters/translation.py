"""A translation service that is asked by LibreTranslate's HTTP API: `/languages` and `/translate`.

LibreTranslate is a program of its own, which an organisation may run in its house. What stands in `{{ … }}` and
`{% … %}` is no words: it goes as a sign that is left alone, and where the service did not leave it alone the words
between are translated by themselves. Whatever comes back has the same templates as what went out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import requests

from engine.adapters.guard import Allowed
from engine.adapters.http.guarded import guard

PATIENCE = 30.0
LARGEST = 1024 * 1024
"""Bytes of an answer that are read."""
_TEMPLATE = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
_SIGN = re.compile(r"[\[【]\s*[\[【]\s*(\d+)\s*[\]】]\s*[\]】]")
_SCRIPTS = {
    "zh": ("zh-hans", "zh"), "zh-cn": ("zh-hans", "zh"), "zh-sg": ("zh-hans", "zh"), "zh-hans": ("zh-hans", "zh"),
    "cmn": ("zh-hans", "zh"), "zh-tw": ("zh-hant", "zt"), "zh-hk": ("zh-hant", "zt"), "zh-mo": ("zh-hant", "zt"),
    "zh-hant": ("zh-hant", "zt"), "no": ("no", "nb"), "nb": ("nb", "no"),
}  # fmt: skip


class TranslationFailed(Exception):
    """The service did not translate; the text says why, for people."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Where it is, the key that it may want, and whom requests may go to."""

    url: str
    key: str | None
    allowed: Allowed


def code_for(language: str, offered: Collection[str]) -> str | None:
    """By which of the service's codes a language (BCP 47) goes; None if it does not know it."""
    tag = language.replace("_", "-").lower()
    known = {code.lower(): code for code in offered}
    wanted = _SCRIPTS.get(tag) or (tag, tag.split("-")[0])
    return next((known[each] for each in wanted if each in known), None)


def languages(service: Service) -> list[str]:
    """The codes of the languages that the service knows; raises TranslationFailed."""
    listed = _asked(service, "GET", "/languages")
    codes = [each.get("code") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [code for code in codes if isinstance(code, str)]


def translated(service: Service, texts: Sequence[str], source: str, target: str) -> list[str]:
    """The texts in another language, their templates as they were; raises TranslationFailed."""
    answered = zip(texts, _said(service, [_signed(text) for text in texts], source, target), strict=True)
    found = [_restored(text, said) for text, said in answered]
    broken = [number for number, text in enumerate(found) if text is None]
    pieces = [_TEMPLATE.split(texts[number]) for number in broken]
    words = [piece.strip() for each in pieces for piece in each[::2] if piece.strip()]
    answers = iter(_said(service, words, source, target) if words else [])
    for number, each in zip(broken, pieces, strict=True):
        found[number] = "".join(
            piece if at % 2 or not piece.strip() else _between(piece, next(answers)) for at, piece in enumerate(each)
        )
    return [text or "" for text in found]


def _signed(text: str) -> str:
    return "".join(f"[[{at // 2}]]" if at % 2 else each for at, each in enumerate(_TEMPLATE.split(text)))


def _restored(text: str, said: str) -> str | None:
    """What was said with the templates in place of their signs; None if those are not what they were."""
    templates = _TEMPLATE.findall(text)
    signs = [int(number) for number in _SIGN.findall(said)]
    ordered = signs == list(range(len(templates)))
    moved = sorted(signs) == list(range(len(templates))) and not any(each.startswith("{%") for each in templates)
    if not (ordered or moved) or "{{" in said or "{%" in said:
        return None
    return _SIGN.sub(lambda sign: templates[int(sign[1])], said)


def _between(piece: str, said: str) -> str:
    """Words with the blanks around them that they had, and nothing that looks like a template."""
    before, after = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
    return before + _BRACES.sub("", said).strip() + after


def _said(service: Service, texts: Sequence[str], source: str, target: str) -> list[str]:
    asked = {"q": list(texts), "source": source, "target": target, "format": "text"}
    answer = _asked(service, "POST", "/translate", asked)
    said = answer.get("translatedText") if isinstance(answer, dict) else None
    if not isinstance(said, list) or len(said) != len(texts) or not all(isinstance(each, str) for each in said):
        raise TranslationFailed("what the translation service has answered is no translation")
    return said


def _asked(service: Service, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    if body is not None and service.key:
        body = {**body, "api_key": service.key}
    try:
        with requests.Session() as session:
            guard(session, service.allowed)
            address = service.url.rstrip("/") + path
            answer = session.request(method, address, json=body, timeout=PATIENCE, allow_redirects=False, stream=True)
            content = answer.raw.read(LARGEST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise TranslationFailed(f"the translation service cannot be reached: {_reason(error)}") from error
    try:
        told = json.loads(content) if len(content) <= LARGEST else None
    except ValueError:
        told = None
    if answer.status_code != 200:
        why = told.get("error") if isinstance(told, dict) else None
        reason = str(why or answer.reason)[:200]
        raise TranslationFailed(f"the translation service refuses ({answer.status_code}): {reason}")
    return told


def _reason(error: Exception) -> str:
    """The innermost reason, without the address: there may be a secret in it."""
    inner: Any = error
    while inner.args and isinstance(inner.args[0], Exception):
        inner = inner.args[0]
    return str(getattr(inner, "reason", inner)).rpartition(": ")[2][:200] or type(error).__name__
