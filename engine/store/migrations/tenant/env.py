"""Runs the tenant history on the connection that `engine.store.migrate` hands over."""

from engine.store import tenant
from engine.store.migrations.running import run

run(tenant.metadata)
