"""The example flows: brought into tenant `main` once, published, and bound to their numbers.

What was brought is noted by its file's name, so that an example which was changed or deleted does not come back, and
one that a later release adds does come. Flows that belong together are in a folder, and have its name before their own:
`hospital/return_visit`. Below that are no flows, but record types, triggers and campaigns, for an integrator to post.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
import structlog

from designer import drafts
from engine.flow import DocumentRefused
from engine.host.settings import PROJECT
from engine.store import Stores, flows, now_micros, triggers
from engine.store.inserting import insert_new
from engine.store.migrate import MAIN
from engine.store.tenant import example
from engine.store.triggers import NumberTaken

log = structlog.get_logger()

FOLDER = PROJECT / "flows" / "examples"
NUMBERS = {"hospital_reception": "7001", "first_call": "7002", "hospital/expert_booking": "7003"}
"""The numbers that start the examples, by their files' names."""


def seed_examples(stores: Stores, *, folder: Path = FOLDER) -> list[str]:
    """Bring in the examples that never came in; gives their names."""
    store = stores.tenant(MAIN)
    with store.read() as connection:
        known = set(connection.scalars(sa.select(example.c.name)))
    found = {name_of(folder, path): path for path in flow_files(folder)}
    return [name for name, path in found.items() if name not in known and _bring(stores, name, path)]


def flow_files(folder: Path = FOLDER) -> list[Path]:
    """The files that are flows: those in the folder, and those in its folders."""
    return sorted(folder.glob("*.json")) + sorted(folder.glob("*/*.json"))


def name_of(folder: Path, path: Path) -> str:
    """An example's name: `first_call`, `hospital/return_visit`."""
    return path.relative_to(folder).with_suffix("").as_posix()


def _bring(stores: Stores, name: str, path: Path) -> bool:
    try:
        checked = drafts.checked(path.read_bytes())
    except DocumentRefused as refused:
        log.error("example is no flow document", file=name, reason=str(refused))
        return False
    draft, at = checked.draft, now_micros()
    with stores.tenant(MAIN).begin() as connection:
        made = flows.create(connection, draft, at=at)
        noted = insert_new(connection, example, {"name": name, "flow_id": made.id, "imported_at": at})
        if not noted:  # another process was quicker
            connection.rollback()
            return False
        if draft.errors:
            log.error("example has faults", file=name, faults=[str(fault) for fault in checked.report.errors])
        else:
            sha256 = drafts.digest(draft.document)
            flows.publish(connection, made.id, document=draft.document, sha256=sha256, message="", at=at)
    number = NUMBERS.get(name)
    if number is not None and not draft.errors:
        try:
            triggers.bind_number(stores, MAIN, flow_id=made.id, number=number, at=at)
        except NumberTaken:
            log.warning("example has no number: another flow has it", file=name, number=number)
    return True
