"""The kinds of fields of the nodes that ask and tell: names at a source, and the values that go with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from engine.expressions.scope import Scope
from engine.fields import SecretTemplate, Template

MAX_ENTRIES = 50

SourceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$")]
"""A source, or a query or statement that is declared there."""

ParameterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$")]

FieldName = Annotated[str, StringConstraints(pattern=r"^[^\s.{}\[\]]{1,64}$")]
"""A field of a record or a contact, in any script."""


def _as_written(value: Any) -> Any:
    """A number, or true or false, as the template that gives it."""
    if isinstance(value, bool):
        return "{{ true }}" if value else "{{ false }}"
    if isinstance(value, int) or (isinstance(value, float) and "e" not in repr(value) and math.isfinite(value)):
        return "{{ " + repr(value) + " }}"
    return value


Value = Annotated[Template, BeforeValidator(_as_written)]
"""A template, or a plain number, true or false: one that is exactly one `{{ }}` keeps its kind."""

Parameters = dict[ParameterName, Annotated[SecretTemplate, BeforeValidator(_as_written)]]
"""Values by name; one that is exactly one `{{ }}` keeps its kind, and secrets stay secrets."""


def filled(parameters: Mapping[str, SecretTemplate], scope: Scope) -> dict[str, Any]:
    """The parameters with their values."""
    return {name: template.value(scope) for name, template in parameters.items()}
