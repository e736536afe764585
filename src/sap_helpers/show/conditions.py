"""Conditions in the catalogue: names, plan values and constants joined by comparisons, and, or, not; nothing else."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
ALLOWED = (ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Compare, ast.Name, ast.Constant)


def check_condition(text: str) -> None:
    """Refuse what is no condition.

    Raises
    ------
    ValueError
        It does not parse, or holds anything but names, constants, comparisons, and, or, not.
    """
    if not text:
        return
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise ValueError(f"condition '{text}': {error.msg}") from error
    for node in ast.walk(tree):
        if isinstance(node, (ast.Load, *OPERATORS)):
            continue
        if not isinstance(node, ALLOWED) or (isinstance(node, ast.Name) and node.id.startswith("_")):
            raise ValueError(
                f"condition '{text}': {ast.unparse(node)} is not allowed; names, constants, comparisons, and, or, not"
            )


def names_in(text: str) -> set[str]:
    """Return the names that a condition uses."""
    return {node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)} if text else set()


def holds(text: str, value_of: Callable[[str], Any]) -> bool:
    """Return whether a checked condition holds, its names being looked up."""
    return bool(_value(ast.parse(text, mode="eval").body, value_of)) if text else True


def _value(node: ast.expr, value_of: Callable[[str], Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return value_of(node.id)
        case ast.UnaryOp():
            return not _value(node.operand, value_of)
        case ast.BoolOp():
            parts = (_value(part, value_of) for part in node.values)
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        case ast.Compare():
            sides = [_value(side, value_of) for side in (node.left, *node.comparators)]
            pairs = zip(node.ops, sides[:-1], sides[1:], strict=True)
            return all(OPERATORS[type(op)](left, right) for op, left, right in pairs)
    raise ValueError(f"{ast.unparse(node)} is no part of a condition")
