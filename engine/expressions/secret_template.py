"""A template that may read secrets, for the few fields that are made for them (DECISIONS 18).

What it makes of a secret is a secret again: so a command that carries it is masked in the journal and wherever it is
shown, and only the adapter that sends it away reads it. Whether a secret had a part in a text is found out by filling
the template in twice, with the secrets masked and in the clear: so filters and `{% if %}` need no rule of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.expressions.scope import ROOTS, Getter, Scope
from engine.expressions.template import Template, text
from engine.secret import Secret, revealed


class SecretTemplate(Template):
    """A template whose `value` and `sealed` give a `Secret` if a secret had a part in it."""

    __slots__ = ("_masked",)

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._masked: Getter = self.value
        if self.names:
            self.value = self._value

    def sealed(self, scope: Scope, write: Callable[[Template, Scope], str] | None = None) -> str | Secret:
        """The text; a secret if a secret had a part in it. `write` fills the template in another way than `render`."""
        write = write or _plainly
        masked = write(self, scope)
        opened = self._opened(scope)
        if opened is scope:
            return masked
        clear = write(self, opened)
        return masked if clear == masked else Secret(clear)

    def _opened(self, scope: Scope) -> Scope:
        """The scope as this template may see it: secrets in the clear. The very same if there are none."""
        names = {str(name[0]) for name in self.names}
        known = {name: scope[name] for name in names.intersection(ROOTS) if name == "now" or name in scope}
        opened = {name: revealed(value) for name, value in known.items()}
        return opened if any(opened[name] is not value for name, value in known.items()) else scope

    def _value(self, scope: Scope) -> Any:
        masked = self._masked(scope)
        opened = self._opened(scope)
        if opened is scope or isinstance(masked, (Mapping, list, tuple)):
            return masked  # an object keeps its kind, and inside it each secret is one
        value = self._masked(opened)
        same = type(value) is type(masked) and value == masked
        return masked if same else Secret(text(value))


def _plainly(template: Template, scope: Scope) -> str:
    return template.render(scope)


__all__ = ["SecretTemplate"]
