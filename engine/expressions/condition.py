"""A condition: a Liquid expression that is true or false, compiled to closures.

python-liquid parses; the tree becomes Python functions. Its own evaluation is not used, for it raises where a record
holds "70" and the condition asks for more than 65.
"""

from __future__ import annotations

from collections.abc import Callable

from liquid import TokenStream
from liquid.builtin.expressions import BooleanExpression, logical, path, primitive, tokenize
from liquid.exceptions import LiquidError
from liquid.expression import Expression
from liquid.token import TOKEN_EXPRESSION, Token

from engine.expressions import compare
from engine.expressions.liquid import ENVIRONMENT, MAX_SOURCE, ExpressionError, sentence
from engine.expressions.scope import Getter, Scope, getter
from engine.expressions.script import Script
from engine.expressions.written_truth import RELATIONS, Relation, written_truth

PathCompiler = Callable[[path.Path], Getter]


class Condition:
    """A compiled condition. `names` are the paths that it reads, such as `("record", "age")`."""

    __slots__ = ("_tree", "names", "source", "test")

    def __init__(self, source: str) -> None:
        self.source = source
        self.names: set[tuple[str | int, ...]] = set()
        self._tree = parse(source)
        self.test: Callable[[Scope], bool] = truth(self._tree, self._path)

    def _path(self, found: path.Path) -> Getter:
        self.names.add(static_path(found))
        return path_getter(found)

    def write(self, script: Script, target: str) -> None:
        """Lines that give `target` what `test` gives."""
        script.value(target, self.test, written_truth(self._tree))


def parse(source: str) -> Expression:
    """The tree of a condition, or `ExpressionError` with the reason."""
    if not source.strip():
        raise ExpressionError("is empty")
    if len(source) > MAX_SOURCE:
        raise ExpressionError("longer than {limit} characters", limit=str(MAX_SOURCE))
    token = Token(TOKEN_EXPRESSION, source, 0, source)
    try:
        return BooleanExpression.parse(ENVIRONMENT, TokenStream(tokenize(source, token)))
    except LiquidError as error:
        raise ExpressionError("{reason}", reason=sentence(error)) from error
    except RecursionError as error:
        raise ExpressionError("nested too deep") from error


def static_path(found: path.Path) -> tuple[str | int, ...]:
    """The part of a path that is known before it runs: `a.b` of `a.b[c.d]`."""
    known: list[str | int] = []
    for segment in found.path:
        if isinstance(segment, path.Path):
            break
        known.append(segment)
    return tuple(known)


def path_getter(found: path.Path) -> Getter:
    """A closure that follows the path."""
    return getter([path_getter(segment) if isinstance(segment, path.Path) else segment for segment in found.path])


def truth(tree: Expression, paths: PathCompiler) -> Callable[[Scope], bool]:
    if isinstance(tree, BooleanExpression):
        return truth(tree.expression, paths)
    if isinstance(tree, logical.LogicalAndExpression):
        left, right = truth(tree.left, paths), truth(tree.right, paths)
        return lambda scope: left(scope) and right(scope)
    if isinstance(tree, logical.LogicalOrExpression):
        left, right = truth(tree.left, paths), truth(tree.right, paths)
        return lambda scope: left(scope) or right(scope)
    if isinstance(tree, logical.LogicalNotExpression):
        inner = truth(tree.right, paths)
        return lambda scope: not inner(scope)
    relation = RELATIONS.get(type(tree))
    if relation is not None:
        return _relation(tree.left, tree.right, relation, paths)  # type: ignore[attr-defined]
    value = _value(tree, paths)
    return lambda scope: compare.is_true(value(scope))


def _relation(left: Expression, right: Expression, relation: Relation, paths: PathCompiler) -> Callable[[Scope], bool]:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (primitive.Empty, primitive.Blank)):
            value = _value(other, paths)
            test = compare.is_empty if isinstance(one, primitive.Empty) else compare.is_blank
            wanted = relation is compare.equal
            return lambda scope: test(value(scope)) is wanted
    first, second = _value(left, paths), _value(right, paths)
    if isinstance(right, (primitive.StringLiteral, primitive.IntegerLiteral, primitive.FloatLiteral)):
        literal = right.value
        return lambda scope: relation(first(scope), literal)
    return lambda scope: relation(first(scope), second(scope))


def _value(tree: Expression, paths: PathCompiler) -> Getter:
    if isinstance(tree, path.Path):
        return paths(tree)
    if isinstance(tree, (primitive.StringLiteral, primitive.IntegerLiteral, primitive.FloatLiteral)):
        literal = tree.value
        return lambda scope: literal
    if isinstance(tree, primitive.TrueLiteral):
        return lambda scope: True
    if isinstance(tree, primitive.FalseLiteral):
        return lambda scope: False
    if isinstance(tree, primitive.Nil):
        return lambda scope: None
    raise ExpressionError("{value} cannot stand in a condition", value=str(tree))
