"""Update record: fields of the session's record get new values."""

from __future__ import annotations

from engine.updating import Update


class UpdateRecord(Update):
    """Gives fields of the record new values."""

    type, label, of = "update_record", "Update the record", "record"
    help = (
        "Templates after it see the new values. Our own copy changes; to tell the system that the record came from, "
        "write to the source. “Failed”: there is no such record, or a value is not what its type asks for."
    )
