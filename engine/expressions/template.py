"""A template: text with `{{ values }}` in it, compiled once to a list of pieces.

Nearly all templates are text, simple paths and the usual filters; those run as closures (`chain`). Other filters are
evaluated by python-liquid, and tags (`{% if %}`, `{% for %}`) are left to its renderer. The pieces stay apart, so that
the words of a prompt that are the same for everyone are spoken from a recording made beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from liquid import BoundTemplate
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import BooleanExpression, path
from liquid.builtin.expressions.filtered import FilteredExpression
from liquid.builtin.output import OutputNode
from liquid.context import RenderContext
from liquid.exceptions import LiquidError
from liquid.expression import Expression
from liquid.stringify import to_liquid_string
from liquid.undefined import Undefined

from engine.expressions.chain import chain_of
from engine.expressions.condition import path_getter, truth
from engine.expressions.liquid import EMPTY, ENVIRONMENT, MAX_SOURCE, MAX_TEXT, UNFILLABLE, ExpressionError, sentence
from engine.expressions.scope import Getter, Scope
from engine.expressions.script import Script, Writing, is_plain
from engine.faults import shown
from engine.secret import MASK, Secret

Piece = str | Getter
MESSAGES = {
    "longer than {limit} characters", "nested too deep", "there is no filter {value}",
    "there is no filter {value}: {close} may be meant", "{value} cannot stand in a condition",
}  # fmt: skip
"""Sentences about templates and conditions; each has its translation."""


class Template:
    """A compiled template.

    `pieces` are constant texts and functions of the scope, in order. `names` are the paths that it reads.
    `render(scope)` gives text; `value(scope)` keeps the type of a template that is exactly one `{{ value }}`.
    """

    __slots__ = ("names", "pieces", "render", "source", "value", "writings")

    def __init__(self, source: str) -> None:
        if len(source) > MAX_SOURCE:
            raise ExpressionError("longer than {limit} characters", limit=str(MAX_SOURCE))
        self.source = source
        self.names: set[tuple[str | int, ...]] = set()
        self.pieces: tuple[Piece, ...] = ()
        self.writings: tuple[Writing | None, ...] = ()
        """How each piece is written in Python; None for text, and where the closure is to be asked."""
        if "{" not in source:
            self.pieces = (source,) if source else ()
            self.writings = (None,) if source else ()
        else:
            self._compile(source)
        self.render: Callable[[Scope], str] = _renderer(self.pieces)
        only = self.pieces[0] if len(self.pieces) == 1 else None
        self.value: Getter = only if callable(only) else self.render

    def _compile(self, source: str) -> None:
        try:
            parsed = ENVIRONMENT.from_string(source)
            self._learn_names(parsed)
        except LiquidError as error:
            raise ExpressionError("{reason}", reason=sentence(error)) from error
        except RecursionError as error:
            raise ExpressionError("nested too deep") from error
        if all(isinstance(node, (ContentNode, OutputNode)) for node in parsed.nodes):
            compiled = [_piece(node) for node in parsed.nodes]
            self.pieces = tuple(piece for piece, _ in compiled)
            self.writings = tuple(writing for _, writing in compiled)
        else:
            _compare_our_way(parsed.nodes, RenderContext(parsed))
            self.pieces, self.writings = (_whole(parsed),), (None,)

    def _learn_names(self, parsed: BoundTemplate) -> None:
        found = parsed.analyze()
        for name in found.filters:
            if name not in ENVIRONMENT.filters:
                raise _no_filter(name)
        for variables in found.globals.values():
            for variable in variables:
                self.names.add(tuple(s for s in variable.segments if isinstance(s, (str, int))))

    def write(self, script: Script, target: str) -> None:
        """Lines that give `target` what `value` gives."""
        if not any(callable(piece) for piece in self.pieces):
            script.line(f"{target} = {script.constant(self.value({}))}")
        elif len(self.pieces) == 1:
            script.value(target, self.value, self.writings[0])
        else:
            script.value(target, self.value, self._written if self._is_written() else None)

    def _is_written(self) -> bool:
        """Whether Python can be written for every value in the text."""
        pairs = zip(self.pieces, self.writings, strict=True)
        return all(isinstance(piece, str) or writing is not None for piece, writing in pairs)

    def _written(self, script: Script) -> str:
        """The text with its values in it, as an expression."""
        words, parts = script.constant(text), []
        for piece, writing in zip(self.pieces, self.writings, strict=True):
            if writing is not None:
                parts.append(f"{{v if type(v := {writing(script)}) is str else {words}(v)}}")
            else:
                parts.append(f"{{{script.constant(piece)}}}")
        return f'f"{"".join(parts)}"[:{MAX_TEXT}]'


def _no_filter(name: str) -> ExpressionError:
    """The error of an unknown filter, with the one that may be meant; few are compared, for that takes time."""
    alike = [known for known in ENVIRONMENT.filters if known[0] == name[0] and abs(len(known) - len(name)) <= 3]
    close = next(iter(get_close_matches(name, alike, n=1)), None)
    if close is None:
        return ExpressionError("there is no filter {value}", value=shown(name))
    return ExpressionError("there is no filter {value}: {close} may be meant", value=shown(name), close=shown(close))


def _renderer(pieces: tuple[Piece, ...]) -> Callable[[Scope], str]:
    """A function that gives the text with every value filled in; at most 20,000 characters."""
    if all(isinstance(piece, str) for piece in pieces):
        words = "".join(piece for piece in pieces if isinstance(piece, str))
        return lambda scope: words
    form = "".join(piece.replace("%", "%%") if isinstance(piece, str) else "%s" for piece in pieces)
    values = [piece for piece in pieces if not isinstance(piece, str)]
    if len(values) == 1:
        value = values[0]
        return lambda scope: (form % text(value(scope)))[:MAX_TEXT]

    def render(scope: Scope) -> str:
        found = [v if type(v := value(scope)) is str else text(v) for value in values]
        return (form % tuple(found))[:MAX_TEXT]

    return render


def text(value: Any) -> str:
    """A value as Liquid writes it: nothing for nil, `true`, numbers plain, times in ISO 8601."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return to_liquid_string(value, autoescape=False)


def _piece(node: Node) -> tuple[Piece, Writing | None]:
    """A text, or the function of a `{{ value }}` and how it is written."""
    if isinstance(node, ContentNode):
        return node.text, None
    assert isinstance(node, OutputNode)
    expression = node.expression
    if isinstance(expression, FilteredExpression) and not expression.filters and isinstance(expression.left, path.Path):
        segments = expression.left.path
        writing = (lambda script: script.path(segments)) if is_plain(segments) else None
        return path_getter(expression.left), writing
    chain = chain_of(expression)
    if chain is not None:
        return chain.value, chain.written if chain.is_written else None
    return lambda scope: _evaluate(expression, scope), None


def _evaluate(expression: Expression, scope: Scope) -> Any:
    """One `{{ value | filter }}`; what cannot be worked out for this record is nothing, not an end of the session."""
    try:
        value = expression.evaluate(RenderContext(EMPTY, globals=scope))
    except UNFILLABLE:
        return None
    return None if isinstance(value, Undefined) else value


def _whole(parsed: BoundTemplate) -> Getter:
    def render(scope: Scope) -> str:
        try:
            return parsed.render({**scope, **{name: _given(scope, name) for name in _LAZY}})
        except UNFILLABLE:
            return ""

    return render


def _given(scope: Scope, name: str) -> Any:
    try:
        return scope[name]
    except KeyError:
        return None


def _compare_our_way(nodes: Iterable[Node], context: RenderContext) -> None:
    """Put our comparisons into the `{% if %}` and `{% unless %}` of a parsed template."""
    for node in nodes:
        for expression in node.expressions():
            if isinstance(expression, BooleanExpression):
                expression.expression = _Ours(expression.expression)
        _compare_our_way(node.children(context), context)


class _Ours(Expression):
    """A condition inside a template; its paths are found where the template finds its own (`assign`, `for`)."""

    __slots__ = ("test",)

    def __init__(self, tree: Expression) -> None:
        super().__init__(tree.token)
        self.test: Callable[[Any], bool] = truth(tree, _in_context)

    def evaluate(self, context: RenderContext) -> object:
        return self.test(context)

    def children(self) -> list[Expression]:
        return []


def _in_context(found: path.Path) -> Callable[[Any], Any]:
    def value(context: Any) -> Any:
        result = found.evaluate(context)
        return None if isinstance(result, Undefined) else result

    return value


_LAZY = ("now", "flow", "today")
"""Names that a scope works out when it is asked for them; and `today`, which would else read the machine's clock."""

__all__ = ["Piece", "Template", "text"]
