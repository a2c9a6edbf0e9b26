"""The HTTP API under /api/v1, one resource per file."""
