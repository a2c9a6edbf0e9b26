"""The kinds of fields that a node's config is made of.

A kind validates what stands in the document, compiles it, and says by a `widget` how the editor shows it. So a field is
declared once, and `node.config.prompt` is ready to be rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import re2
from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from engine import expressions
from engine.expressions import ExpressionError
from engine.expressions.scope import Scope
from engine.expressions.template import text
from engine.faults import shown
from engine.prompts import Prompt as _Prompt

MAX_NUMBER = 64
"""Characters of a telephone number, with all that people write around its digits."""

MESSAGES = {
    "{reason}", "{value} is no key: 0–9, * or #", "{value} is no pattern: {reason}", "is empty",
    "{value} is no telephone number",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


def fault(message: str, /, **params: Any) -> PydanticCustomError:
    """A fault that a validator raises, in a sentence that can be translated."""
    return PydanticCustomError("callweave_" + message, "{message}", {"message": message} | params)


class _Kind:
    """A field kind: text in the document, a compiled object in the config."""

    widget = "text"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "widget": cls.widget}

    @classmethod
    def _validate(cls, value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("string_type", "must be text")
        try:
            return cls(value)  # type: ignore[call-arg]
        except ExpressionError as error:
            raise fault(error.message, **error.params) from error


class Template(expressions.Template, _Kind):
    """Text with `{{ values }}` in it."""

    widget = "template"


class SecretTemplate(expressions.SecretTemplate, Template):
    """A template that may read secrets: parameters of a look-up, headers and body of a request (DECISIONS 18)."""


def _filled(template: Template) -> Template:
    if not template.source.strip():
        raise fault("is empty")
    return template


FilledTemplate = Annotated[Template, AfterValidator(_filled)]
"""A template without which the node means nothing: the name of a room, the text of a message."""


class PhoneNumber(Template):
    """A telephone number, or a template that gives one, or a list of them."""

    def numbers(self, scope: Scope) -> tuple[str, ...]:
        """The numbers as they are given; what has no digit in it is none."""
        value = self.value(scope)
        given = value if isinstance(value, (list, tuple)) else (value,)
        written = (text(entry).strip() for entry in given)
        return tuple(number for number in written if _is_number(number))

    def number(self, scope: Scope) -> str:
        """The number, the first if there are several; empty if there is none."""
        return next(iter(self.numbers(scope)), "")

    @classmethod
    def _validate(cls, value: Any) -> Any:
        template = super()._validate(value)
        _filled(template)
        is_fixed = all(isinstance(piece, str) for piece in template.pieces)
        if is_fixed and not _is_number(template.source.strip()):
            raise fault("{value} is no telephone number", value=shown(template.source))
        return template


def _is_number(written: str) -> bool:
    return len(written) <= MAX_NUMBER and any(character.isdecimal() for character in written)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, (str, PhoneNumber)) else value


PhoneNumbers = Annotated[list[PhoneNumber], BeforeValidator(_listed)]
"""Telephone numbers in order; one alone may stand without a list."""


def numbers_of(templates: Sequence[PhoneNumber], scope: Scope) -> tuple[str, ...]:
    """The numbers that the templates give, each once, in order."""
    return tuple(dict.fromkeys(number for template in templates for number in template.numbers(scope)))


class Condition(expressions.Condition, _Kind):
    """A Liquid expression that is true or false."""

    widget = "condition"


class Prompt(_Prompt, _Kind):
    """What the caller hears: a text, texts by language, or parts by language."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"widget": "prompt"}

    @classmethod
    def _validate(cls, value: Any) -> Any:
        return value if isinstance(value, cls) else cls(value)


def _key(value: Any) -> str:
    if isinstance(value, str) and len(value) == 1 and value in "0123456789*#":
        return value
    raise fault("{value} is no key: 0–9, * or #", value=repr(value)[:40])


def kind(function: Callable[[Any], Any], schema: Mapping[str, Any]) -> Any:
    """What makes an annotation a kind of field: the function that reads it, and how it stands in the schema."""
    return (_plain(function), WithJsonSchema(dict(schema)))


class _plain:  # noqa: N801 (an annotation, read as a word)
    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.function)


_QUIET = re2.Options()
_QUIET.log_errors = False
_ANY_CASE = re2.Options()
_ANY_CASE.log_errors = _ANY_CASE.case_sensitive = False


class Pattern:
    """A regular expression in RE2's syntax, which runs in linear time whatever it is given."""

    def __init__(self, source: str, *, any_case: bool = False) -> None:
        self.source = source
        self._compiled = re2.compile(source, _ANY_CASE if any_case else _QUIET)

    def fits(self, text: str) -> bool:
        """Whether the whole text fits."""
        return self._compiled.fullmatch(text) is not None


def pattern(value: Any, *, any_case: bool = False) -> Pattern | None:
    """The pattern that a text is, none if it is empty; a fault if it is none."""
    if value is None or isinstance(value, Pattern):
        return value
    if not isinstance(value, str) or len(value) > 500:
        raise fault("{value} is no pattern: {reason}", value=repr(value)[:40], reason="text of at most 500 characters")
    try:
        return Pattern(value, any_case=any_case) if value else None
    except re2.error as error:
        raise fault("{value} is no pattern: {reason}", value=repr(value)[:40], reason=_words(error)) from error


def _words(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode() if isinstance(reason, bytes) else str(reason)


Digit = Annotated[str, *kind(_key, {"type": "string", "widget": "digit", "pattern": "^[0-9*#]$"})]
"""One key of a telephone: 0–9, `*` or `#`."""

OptionalDigit = Annotated[
    str, *kind(lambda v: "" if v in ("", None) else _key(v), {"type": "string", "widget": "digit", "maxLength": 1})
]
"""A key, or nothing."""

OptionalPattern = Annotated[Pattern | None, *kind(pattern, {"type": "string", "widget": "pattern", "maxLength": 500})]
"""A regular expression (RE2), or nothing."""

Seconds = Annotated[
    float, Field(ge=0, le=300, allow_inf_nan=False, json_schema_extra={"widget": "seconds", "unit": "s"})
]
"""A short time in seconds, at most 300."""

RingSeconds = Annotated[
    float, Field(ge=1, le=300, allow_inf_nan=False, json_schema_extra={"widget": "seconds", "unit": "s"})
]
"""How long a telephone rings."""

OutletId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_*#-]{1,64}$")]
"""An outlet's id in the document."""

Name = Annotated[str, Field(min_length=1, max_length=64)]
"""A short name or label."""

__all__ = [
    "Condition", "Digit", "Field", "FilledTemplate", "Name", "OptionalDigit", "OptionalPattern", "OutletId", "Pattern",
    "PhoneNumber", "PhoneNumbers", "Prompt", "RingSeconds", "Seconds", "SecretTemplate", "Template", "fault",
    "numbers_of", "pattern",
]  # fmt: skip
