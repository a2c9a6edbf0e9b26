"""The kinds of fields that a node's config is made of.

A kind validates what stands in the document, compiles it, and says by a `widget` how the editor shows it. So a field is
declared once, and `node.config.prompt` is ready to be rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import re2
from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from engine import expressions
from engine.expressions import ExpressionError
from engine.prompts import Prompt as _Prompt

MESSAGES = {"{reason}", "{value} is no key: 0–9, * or #", "{value} is no pattern: {reason}", "is empty"}
"""Sentences of this module; each has its translation."""


def fault(message: str, **params: Any) -> PydanticCustomError:
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
            raise fault("{reason}", reason=str(error)) from error


class Template(expressions.Template, _Kind):
    """Text with `{{ values }}` in it."""

    widget = "template"


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


def _kind(function: Callable[[Any], Any], schema: Mapping[str, Any]) -> Any:
    return (_plain(function), WithJsonSchema(dict(schema)))


class _plain:  # noqa: N801 (an annotation, read as a word)
    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.function)


_QUIET = re2.Options()
_QUIET.log_errors = False


class Pattern:
    """A regular expression in RE2's syntax, which runs in linear time whatever it is given."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._compiled = re2.compile(source, _QUIET)

    def fits(self, text: str) -> bool:
        """Whether the whole text fits."""
        return self._compiled.fullmatch(text) is not None


def _pattern(value: Any) -> Pattern | None:
    if value is None or isinstance(value, Pattern):
        return value
    if not isinstance(value, str) or len(value) > 500:
        raise fault("{value} is no pattern: {reason}", value=repr(value)[:40], reason="text of at most 500 characters")
    try:
        return Pattern(value) if value else None
    except re2.error as error:
        raise fault("{value} is no pattern: {reason}", value=repr(value)[:40], reason=_words(error)) from error


def _words(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode() if isinstance(reason, bytes) else str(reason)


Digit = Annotated[str, *_kind(_key, {"type": "string", "widget": "digit", "pattern": "^[0-9*#]$"})]
"""One key of a telephone: 0–9, `*` or `#`."""

OptionalDigit = Annotated[
    str, *_kind(lambda v: v if v in ("", None) else _key(v), {"type": "string", "widget": "digit", "maxLength": 1})
]
"""A key, or nothing."""

OptionalPattern = Annotated[Pattern | None, *_kind(_pattern, {"type": "string", "widget": "pattern", "maxLength": 500})]
"""A regular expression (RE2), or nothing."""

Seconds = Annotated[
    float, Field(ge=0, le=300, allow_inf_nan=False, json_schema_extra={"widget": "seconds", "unit": "s"})
]
"""A short time in seconds, at most 300."""

OutletId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_*#-]{1,64}$")]
"""An outlet's id in the document."""

Name = Annotated[str, Field(min_length=1, max_length=64)]
"""A short name or label."""

__all__ = [
    "Condition", "Digit", "Field", "Name", "OptionalDigit", "OptionalPattern", "OutletId", "Pattern", "Prompt",
    "Seconds", "Template", "fault",
]  # fmt: skip
