"""Processes that run sessions: settings, the live engine, jobs, recovery."""
