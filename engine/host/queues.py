"""The queues of jobs: in a module of its own, for the command line names them before it loads what does the jobs."""

from __future__ import annotations

QUEUES = ("turns", "soon", "later")
"""Sessions that are due, what somebody waits for, and what may take its time; a worker looks at the first one first."""
