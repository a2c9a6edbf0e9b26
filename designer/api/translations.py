"""`/translations`: texts in another language, by the translation service of this house, if there is one."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.rights import needs
from designer.api.replies import reply, resource
from designer.parts import parts
from designer.problems import Problem
from engine.adapters import translation
from engine.adapters.guard import Allowed
from engine.adapters.translation import Service, TranslationFailed
from engine.faults import Fault

api = resource("translations")
NONE = "There is no translation service here (CALLWEAVE_TRANSLATION_URL)."
NOT_DONE = "This was not translated: {reason}"
MESSAGES = {NONE, NOT_DONE, "the translation service does not know {language}"}
"""Sentences of this module; each has its translation."""


class TranslationsBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: str = Field(min_length=2, max_length=35, description="The language of the texts (BCP 47).")
    target: str = Field(min_length=2, max_length=35, description="The language that is wanted.")
    texts: list[Annotated[str, Field(max_length=2000)]] = Field(
        min_length=1, max_length=50, description="Templates in them stay as they are."
    )


class TranslationsShape(BaseModel):
    texts: list[str] = Field(description="In the order of those that were sent.")


class ServiceShape(BaseModel):
    there: bool = Field(description="Whether a translation service is set up.")


@api.get("/translations", responses={200: ServiceShape})
@needs("flows.read")
def get_translation_service() -> Response:
    """Whether texts can be translated here."""
    return reply({"there": parts().settings.translation_url is not None})


@api.post("/translations", responses={200: TranslationsShape})
@needs("flows.edit")
def translate_texts(body: TranslationsBody) -> Response:
    """Translate texts; nothing is kept."""
    settings = parts().settings
    if settings.translation_url is None:
        raise Problem(503, NONE)
    empty = [Fault(f"texts.{number}", "is empty") for number, text in enumerate(body.texts) if not text.strip()]
    if empty:
        raise Problem(422, "The request does not fit.", errors=empty)
    allowed = Allowed.read(settings.allow_hosts)
    service = Service(url=settings.translation_url, key=settings.translation_key, allowed=allowed)
    try:
        offered = translation.languages(service)
        source, target = _code(offered, "source", body.source), _code(offered, "target", body.target)
        return reply({"texts": translation.translated(service, body.texts, source, target)})
    except TranslationFailed as error:
        raise Problem(503, NOT_DONE, {"reason": str(error)}) from error


def _code(offered: list[str], place: str, language: str) -> str:
    code = translation.code_for(language, offered)
    if code is None:
        wrong = Fault(place, "the translation service does not know {language}", {"language": language})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    return code
