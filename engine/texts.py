"""Texts that are read: an SMS, a mail. Like prompts they are one text for all, or one for each language of the flow."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from engine.expressions import ExpressionError
from engine.faults import shown
from engine.fields import Template, kind
from engine.languages import TAG, best_of

MESSAGES = {
    "must be text, or texts by language (is {value})", "{value} is no language tag such as zh-CN or en", "is empty",
    "must be text (is {value})", "{reason}",
}  # fmt: skip


class Texts(dict[str, Template]):
    """A text in each language."""

    @property
    def source(self) -> dict[str, str]:
        """What stands in the document."""
        return {language: template.source for language, template in self.items()}


Written = Template | Texts


def in_language(text: Written, language: str) -> Template:
    """The text in a language: in the same, in one that shares its first part, or the first there is."""
    if isinstance(text, Template):
        return text
    return text[best_of(text, language)]


def first_words(text: Written) -> str:
    """The text as it stands in the document, in its first language: for the drawing."""
    return text.source if isinstance(text, Template) else next(iter(text.values())).source


def _text(value: Any) -> Written:
    if isinstance(value, (Template, Texts)):
        return value
    faults: list[InitErrorDetails] = []
    if isinstance(value, dict) and value:
        texts = Texts()
        for language, source in value.items():
            if not isinstance(language, str) or not TAG.fullmatch(language):
                faults.append(_wrong((), language, "{value} is no language tag such as zh-CN or en"))
            elif (template := _template(source, (language,), faults)) is not None:
                texts[language] = template
        if not faults:
            return texts
    elif isinstance(value, str):
        template = _template(value, (), faults)
        if template is not None:
            return template
    else:
        faults.append(_wrong((), value, "must be text, or texts by language (is {value})"))
    raise ValidationError.from_exception_data("Text", faults)


def _template(source: Any, place: tuple[str, ...], faults: list[InitErrorDetails]) -> Template | None:
    if not isinstance(source, str):
        faults.append(_wrong(place, source, "must be text (is {value})"))
    elif not source.strip():
        faults.append(_wrong(place, source, "is empty"))
    else:
        try:
            return Template(source)
        except ExpressionError as error:
            faults.append(_wrong(place, source, error.message, **error.params))
    return None


def _wrong(place: tuple[str, ...], value: Any, message: str, /, **params: Any) -> InitErrorDetails:
    context = {"message": message, "value": shown(value)} | params
    error = PydanticCustomError("callweave_" + message, "{message}", context)
    return InitErrorDetails(type=error, loc=place, input=value)


Text = Annotated[Any, *kind(_text, {"widget": "prompt", "written": True})]
"""What somebody reads: a text with `{{ values }}`, or one for each language."""

__all__ = ["Text", "Texts", "Written", "first_words", "in_language"]
