"""Migrations (alembic): one history for the control database, one that every tenant's database goes through."""
