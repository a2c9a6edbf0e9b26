"""Scenarios: a flow's or a node's behaviour written down as events in, commands and outlets out (CONTRACT §6)."""

from engine.scenarios.play import Failure, Played, play
from engine.scenarios.scenario import Scenario, ScenarioError, read_scenario

__all__ = ["Failure", "Played", "Scenario", "ScenarioError", "play", "read_scenario"]
