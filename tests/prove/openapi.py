"""The whole API by its own document, as every role and as nobody: no 5xx, no status, media type or shape that is not written.

schemathesis makes the requests, good ones and such as do not fit, half of them with ids of things that there are; each is
sent by nobody, an auditor, an operator, a designer and an administrator in turn, and what is one's own account by a new user
in a browser besides. On SQLite, in this process, without Redis.
"""

from __future__ import annotations

from designer.app import create_app
from engine.host.settings import Settings
from tests.databases import prepare
from tests.designer.conftest import KEY, Caller
from tests.designer.openapi_asking import LEAST_FIRST, ask_all, keys_of
from tests.designer.things import known
from tests.prove.proof import Proof

EXAMPLES = 10


def prove(proof: Proof) -> None:
    redis_url = f"unix://{proof.folder}/none.sock"
    settings = Settings(
        data=proof.folder / "data", bootstrap_key=KEY, redis_url=redis_url, rate_per_key=0, rate_per_address=0
    )
    prepare(settings)
    (proof.folder / "pages").mkdir()
    app = create_app(settings, pages_folder=proof.folder / "pages", live_queue=False)
    seen = ask_all(app, keys_of(app), known(app, Caller(app.test_client(), KEY)), examples=EXAMPLES)
    proof.claim("nothing is answered that the document does not say", not seen.wrong, list(seen.wrong) or "nothing")
    for place, how in seen.wrong.items():
        print(f"{place}\n{how}\n")
    served = {status: seen.statuses[status] for status in (200, 401, 403, 404, 422)}
    proof.claim("and much was served, much refused", min(served.values()) > 100, served)
    proof.claim("and much was made", seen.statuses[201] > 20, seen.statuses[201])
    proof.figure("operations", seen.operations)
    proof.figure("requests_of_each_kind_for_an_operation_and_role", EXAMPLES)
    proof.figure("requests", seen.asked)
    proof.figure("who_asks", len(LEAST_FIRST) + 1)
    proof.figure("statuses", dict(sorted(seen.statuses.items())))
