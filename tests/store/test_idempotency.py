"""A request sent twice acts once; its key is kept for a day."""

from __future__ import annotations

from engine.store import Stores, idempotency


def test_the_second_request_gets_the_first_ones_answer(stores: Stores) -> None:
    with stores.tenant("main").begin() as connection:
        assert idempotency.begin(connection, "k", b"h" * 32, at=1) is None
        begun = idempotency.begin(connection, "k", b"h" * 32, at=2)
        assert begun is not None
        assert begun.status is None
        idempotency.finish(connection, "k", status=202, body=b"{}")
        kept = idempotency.begin(connection, "k", b"h" * 32, at=3)
        assert kept is not None
        assert (kept.hash, kept.status, kept.body) == (b"h" * 32, 202, b"{}")


def test_keys_are_free_again_after_a_day_or_a_refusal(stores: Stores) -> None:
    with stores.tenant("main").begin() as connection:
        assert idempotency.begin(connection, "k", b"h" * 32, at=1) is None
        assert idempotency.begin(connection, "k", b"h" * 32, at=2 + idempotency.KEPT) is None
        idempotency.forget(connection, "k")
        assert idempotency.begin(connection, "k", b"i" * 32, at=3 + idempotency.KEPT) is None
