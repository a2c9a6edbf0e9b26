"""Sign-ins in the audit log of whose account it is: who came in and how, who did not, and when tries have to wait.

Anybody may try to sign in, so what is refused must not let the log grow without limit. A wrong try at a known user's
account is noted up to the fifth in a row, and then at the tenth, twentieth, fiftieth and hundredth: an entry says how
many it is, and the next one that comes in how many there were, so that nothing is lost. Whatever has no account here,
or has to wait, is only counted (`callweave_sign_ins_refused_total`).

A refusal is noted after its answer has left: otherwise the answer's time would say whether there is such a user.
"""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
import structlog
from flask import Response, after_this_request, request

from designer.access import witness
from designer.access.identity import Who
from designer.parts import parts
from engine.host.metrics import SIGN_INS_REFUSED
from engine.store import audit, failed_sign_ins, id_text, now_micros
from engine.store.audit import Entry
from engine.store.databases import Store
from engine.store.times import SECOND
from engine.store.users import User

IN, FAILED, LOCKED, BY_LINK = "sign_in.signed_in", "sign_in.failed", "sign_in.locked", "sign_in.password_by_link"
SET_UP, MADE, LINKED, UNLINKED, ROLE = (
    "sign_in.second_factor_set", "openid.user_made", "openid.linked", "openid.unlinked", "openid.role_changed",
)  # fmt: skip
KIND = "users"
NOTED = frozenset({*range(1, 6), 10, 20, 50, failed_sign_ins.LAST})
"""Which wrong tries in a row are noted."""
Why = Literal["password", "code", "unknown", "disabled", "key", "link", "openid", "waiting"]
log = structlog.get_logger()


def done(connection: sa.Connection, user: User, action: str, **detail: Any) -> None:
    """Note what a user has come to at the door, in the transaction that makes it so."""
    witness.record(connection, _who(user), action, kind=KIND, identity=id_text(user.id), detail=detail)


def refused(why: Why, user: User | None = None, *, in_a_row: int = 0) -> None:
    """Count what is refused; and note it, if it is the account of a user who is known."""
    SIGN_INS_REFUSED.labels(why).inc()
    if user is None or in_a_row not in NOTED:
        return
    waits = failed_sign_ins.wait_after(in_a_row, "login")
    detail: dict[str, Any] = {"why": why, "in_a_row": in_a_row}
    if waits == failed_sign_ins.FOR_EVER:
        detail["for_good"] = True
    elif waits:
        detail["waits_seconds"] = waits // SECOND
    entry = Entry(
        at=now_micros(), actor="user", actor_id=user.id, actor_name=user.name, role=user.role,
        address=request.remote_addr or "", action=LOCKED if waits else FAILED, kind=KIND, object=id_text(user.id),
        detail=detail,
    )  # fmt: skip
    control = parts().stores.control

    @after_this_request
    def when_it_has_left(response: Response) -> Response:
        response.call_on_close(lambda: _append(control, user.tenant, entry))
        return response


def _append(control: Store, tenant: str, entry: Entry) -> None:
    try:
        with control.begin() as connection:
            audit.append(connection, tenant, entry)
    except sa.exc.SQLAlchemyError as error:
        log.warning("a refused sign-in was not noted", user=entry.object, reason=type(error).__name__)


def _who(user: User) -> Who:
    return Who(key=user.id, tenant=user.tenant, role=user.role, name=user.name, user=user.id)
