"""Pagers of a ward: a node type, and the adapter that speaks to their gateway."""
