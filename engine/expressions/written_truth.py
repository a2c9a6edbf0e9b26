"""A condition as an expression of written Python: plain paths compared with literals, and `and`, `or`, `not` of those.

Each comparison looks at the type of the value first. Where Python would not compare as `compare` has it, the rule of
`compare` is called; where a name is missing, the expression raises and the condition's closure is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from liquid.builtin.expressions import BooleanExpression, logical, path, primitive
from liquid.expression import Expression

from engine.expressions import compare
from engine.expressions.script import Script, Writing, is_plain

Relation = Callable[[Any, Any], bool]


def unequal(left: Any, right: Any) -> bool:
    """Whether two values are not the same."""
    return not compare.equal(left, right)


def more(left: Any, right: Any) -> bool:
    """Whether a value is greater than another."""
    return compare.less(right, left)


def at_least(left: Any, right: Any) -> bool:
    """Whether a value is as great as another."""
    return compare.at_most(right, left)


RELATIONS: dict[type[Expression], Relation] = {
    logical.EqExpression: compare.equal, logical.NeExpression: unequal, logical.LtExpression: compare.less,
    logical.LeExpression: compare.at_most, logical.GtExpression: more, logical.GeExpression: at_least,
    logical.ContainsExpression: compare.contains,
}  # fmt: skip
_SIGNS: dict[type[Expression], str] = {
    logical.EqExpression: "==", logical.NeExpression: "!=", logical.LtExpression: "<",
    logical.LeExpression: "<=", logical.GtExpression: ">", logical.GeExpression: ">=",
}  # fmt: skip
"""How Python writes what means the same to it where both sides are numbers, and sameness also where both are text."""
_SAMENESS = {"==", "!="}
_TEXT = frozenset({str})
_NAMED: dict[type[Expression], bool | None] = {
    primitive.TrueLiteral: True, primitive.FalseLiteral: False, primitive.Nil: None,
}  # fmt: skip
_MAX_DEPTH = 12
"""Brackets within brackets; Python reads no more than some hundred."""


def written_truth(tree: Expression, depth: int = 0) -> Writing | None:
    """How to write the truth of a condition; None where it has parts of which only the closure knows."""
    if isinstance(tree, BooleanExpression):
        return written_truth(tree.expression, depth)
    if depth > _MAX_DEPTH:
        return None
    if isinstance(tree, (logical.LogicalAndExpression, logical.LogicalOrExpression)):
        word = "and" if isinstance(tree, logical.LogicalAndExpression) else "or"
        left, right = written_truth(tree.left, depth + 1), written_truth(tree.right, depth + 1)
        if left is None or right is None:
            return None
        return lambda script: f"({left(script)} {word} {right(script)})"
    if isinstance(tree, logical.LogicalNotExpression):
        inner = written_truth(tree.right, depth + 1)
        return None if inner is None else lambda script: f"(not {inner(script)})"
    if isinstance(tree, path.Path) and is_plain(tree.path):
        segments = tree.path
        return lambda script: f"((v := {script.path(segments)}) is not None and v is not False)"
    return _comparison(tree)


def _comparison(tree: Any) -> Writing | None:
    """How to write a comparison of a plain path with a text or a number."""
    relation = RELATIONS.get(type(tree))
    if relation is None or not isinstance(tree.left, path.Path) or not is_plain(tree.left.path):
        return None
    segments, right, sign = tree.left.path, tree.right, _SIGNS.get(type(tree))
    if type(right) in _NAMED:
        named = _NAMED[type(right)]
        return lambda script: f"{script.constant(relation)}({script.path(segments)}, {named})"
    if isinstance(right, (primitive.IntegerLiteral, primitive.FloatLiteral)) and sign is not None:
        quick, types = f"v {sign} {{literal}}", compare.PLAIN
    elif isinstance(right, primitive.StringLiteral) and sign in _SAMENESS:
        quick, types = f"v {sign} {{literal}}", _TEXT
    elif isinstance(right, primitive.StringLiteral) and sign is None:
        quick, types = "{literal} in v", _TEXT
    else:
        return None

    def writing(script: Script) -> str:
        literal = script.constant(right.value)
        by_rule = f"{script.constant(relation)}(v, {literal})"
        of_their_kind = f"type(v := {script.path(segments)}) in {script.constant(types)}"
        return f"({quick.format(literal=literal)} if {of_their_kind} else {by_rule})"

    return writing
