"""`python3 deploy/setup run | test | lock`: all that `make run` or `make test` needs, on a fresh Debian or Ubuntu.

`python3 deploy/setup npm …` runs npm in frontend/ by the Node.js of the Python package.

Needs nothing but Python itself. Each part looks first whether its work is done, so a second run takes no time.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - nothing has checked it yet
    found = ".".join(str(part) for part in sys.version_info[:2])
    sys.exit(f"Callweave needs Python 3.11 or newer, this is {found}: try `make PYTHON=python3.12 …`.")

import asterisk
import documentation
import environment
import frontend
import packages
from screen import CannotGoOn


def main(purpose: str, *arguments: str) -> None:
    """Do the set-up for one purpose."""
    if purpose == "npm":
        sys.exit(frontend.npm_on_screen(*arguments))
    if purpose == "lock":
        environment.lock()
        return
    packages.ensure(packages.TO_TEST if purpose == "test" else packages.TO_RUN)
    environment.ensure(purpose)
    frontend.ensure_built()
    documentation.ensure_built()
    if purpose == "test":
        for folder in frontend.FOR_TESTS:
            frontend.ensure_packages(folder)
    asterisk.ensure()


if __name__ == "__main__":
    if sys.argv[1:2] != ["npm"] and sys.argv[1:] not in (["run"], ["test"], ["lock"]):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    try:
        main(*sys.argv[1:])
    except CannotGoOn as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
