"""Trunks: what may be dialled, by which of them a call leaves, what the callee sees. Pure."""
