"""Liquid templates and conditions, compiled once."""

from engine.expressions.condition import Condition
from engine.expressions.liquid import ExpressionError
from engine.expressions.secret_template import SecretTemplate
from engine.expressions.template import Template

__all__ = ["Condition", "ExpressionError", "SecretTemplate", "Template"]
