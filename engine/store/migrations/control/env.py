"""Runs the control history on the connection that `engine.store.migrate` hands over."""

from engine.store import control
from engine.store.migrations.running import run

run(control.metadata)
