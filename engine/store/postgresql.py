"""PostgreSQL as the stores use it: a schema or a database for each tenant, the same Core statements as on SQLite.

With `?schema={tenant}` in the URL all tenants share one pool and `schema_translate_map` writes the schema into every
statement; the search path is empty, so that a statement which escapes the map fails instead of reading another
tenant's row (DECISIONS 10). With `/{tenant}` as the database each tenant has a pool of two.
"""

from __future__ import annotations

import sqlalchemy as sa

STATEMENT_SECONDS = 30
IDLE_SECONDS = 60
"""So long a transaction of a tenant's database may lie idle between two statements."""
HALTED_SECONDS = 5
"""So long a transaction of the control database may lie idle: a process that was halted in one would keep its lease's
row locked, and nobody could take it over. (Such transactions are a few statements, nothing in between takes time.)"""

_OFF = ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_sort")
_BY_INDEX = sa.select(*(sa.func.set_config(name, "off", True) for name in _OFF))


def by_index(connection: sa.Connection) -> None:
    """Plan this transaction's statements by their indexes, as each of ours is meant.

    The planner goes by statistics that know nothing of a table that filled a second ago, and of a queue next to
    nothing ever: it would read the whole inbox for a hundred rows, or sort all of it for the first one.

    A statement that no index serves is ten milliards to the planner then, and would be compiled each time, for 0.2 s
    of CPU, to run a millisecond: `open_pool` turns that off.
    """
    connection.execute(_BY_INDEX)


def schema_of(url: sa.URL) -> str | None:
    """The schema that the URL names, if any."""
    schema = url.query.get("schema")
    return schema if isinstance(schema, str) else None


def without_schema(url: sa.URL) -> sa.URL:
    """The URL as the driver takes it: psycopg 3, no `schema` of ours."""
    plain = url.difference_update_query(["schema"])
    return plain.set(drivername="postgresql+psycopg") if plain.drivername == "postgresql" else plain


def open_pool(
    url: sa.URL, *, size: int, empty_search_path: bool, idle_seconds: int = IDLE_SECONDS
) -> sa.Engine:  # fmt: skip
    """A pool of connections on a database of a PostgreSQL server."""
    from engine.store import pg_arrays  # psycopg is there only where somebody uses PostgreSQL

    pg_arrays.register()
    options = "-c search_path= " if empty_search_path else ""
    options += f"-c idle_in_transaction_session_timeout={idle_seconds}s "
    return sa.create_engine(
        without_schema(url),
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={"options": f"{options}-c jit=off -c statement_timeout={STATEMENT_SECONDS}s -c timezone=UTC"},
    )
