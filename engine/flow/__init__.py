"""A flow document: load, check with every fault and its place, compile."""

from engine.flow.canonical import canonical
from engine.flow.check import Report, check
from engine.flow.compile import FlowErrors, compile_flow
from engine.flow.load import DocumentRefused, parse_document
from engine.flow.program import Program

__all__ = ["DocumentRefused", "FlowErrors", "Program", "Report", "canonical", "check", "compile_flow", "parse_document"]
