"""All that the three weeks need: Callweave, information system, FHIR server, connector, and a fax machine far away."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from examples.hospital.his.database import Database
from examples.hospital.run.api import Api
from examples.hospital.run.clock import StoryClock
from examples.hospital.run.load import HOSPITAL, campaign, load, read
from examples.hospital.run.programs import Program, free_port, listens, python
from examples.hospital.story import BEGINS, Story
from examples.hospital.town.texts import Texts
from tests.product import RunningCopy
from tests.telephony.fax_machine import FaxMachine

FAX = "7991"
"""The other hospital's fax; its last figure tells the machine how to answer."""


EVERY_SECONDS = 2
"""Sources are read so often in real time, however the story's clock goes."""


@dataclass
class Places:
    """Where things are."""

    hl7: int
    fhir: int
    fax: int
    database: str


class Stage:
    """Started by `with`, ended by its end; whatever was started is stopped, also when something goes wrong."""

    def __init__(self, folder: Path, story: Story, *, threads: int) -> None:
        self.folder = folder
        self.story = story
        self._threads = threads
        self._open = ExitStack()
        self.places = Places(free_port(), free_port(), free_port("udp"), f"sqlite:///{folder / 'his' / 'his.sqlite3'}")
        self.database = Database(self.places.database)
        self.clock = StoryClock(folder, BEGINS)
        self.texts: Texts
        self.copy: RunningCopy
        self.api: Api
        self.fax: FaxMachine
        self.flows: dict[str, str] = {}
        self.dated: list[str] = []
        """The triggers by a date."""
        self.campaigns: list[str] = []
        self.programs: list[Program] = []

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _start(self) -> None:
        self.texts = self._open.enter_context(Texts(self.story))
        self.fax = self._open.enter_context(FaxMachine(self.folder / "fax", self.places.fax, free_port("udp")))
        allowed = f"127.0.0.1:{self.texts.port}"
        env = {**self.clock.environment, "CALLWEAVE_ALLOW_HOSTS": allowed, "CALLWEAVE_ENGINES": "1"}
        self.copy = RunningCopy(self.folder, "asterisk", env)
        self._open.callback(self.copy.stop)
        self.copy.start()
        self.api = Api(self.copy.url, self.copy.key)
        self.flows = load(self.api)
        self.dated = [each["id"] for each in self.api.every("/triggers") if each["kind"] == "date"]
        self.api("PUT", "/gateways/sms", self.texts.gateway(self.copy.url))
        self._trunks()
        self._start_fhir()
        self._start_his()
        self._start_connector()

    def _trunks(self) -> None:
        line = {"host": "127.0.0.1", "check_seconds": 0}
        people = {"port": self.copy.sip_peer_port, "patterns": ["1", "77", "78"], "allow": ["77XX", "78XX"]}
        self.api("POST", "/trunks", {"name": "telco", **line, **people})
        self.api(
            "POST", "/trunks", {"name": "faxes", **line, "port": self.places.fax, "patterns": [FAX], "allow": [FAX]}
        )

    def _start_fhir(self) -> None:
        sekmet = str(Path(sys.executable).parent / "sekmet")
        port = self.places.fhir
        self._run("fhir", [sekmet, "serve", "--host", "127.0.0.1", "--port", str(port)], lambda: listens(port))

    def _start_connector(self) -> None:
        key = self.api("POST", "/connectors", {"name": "仁爱医院机房 / The hospital"})["key"]
        file = self.folder / "connector" / "connector.yaml"
        file.parent.mkdir(parents=True)
        platform = {"url": self.copy.url, "key": key}
        # JSON is YAML as well
        file.write_text(
            json.dumps({"platform": platform, "data": "kept", "sources": self.sources()}, ensure_ascii=False)
        )
        command = python("callweave", "connector", "run", "--config", str(file))
        self._run("connector", command, lambda: listens(self.places.hl7))

    def begin_survey(self) -> None:
        """Make the campaign of the survey, and begin it."""
        made = campaign(self.api, "satisfaction", self.flows)
        self.api("POST", f"/campaigns/{made}/start", {})
        self.campaigns.append(made)

    def sources(self) -> dict[str, Any]:
        """The declared sources, with the addresses that they have here."""
        database = {
            "database": "sqlite",
            "host": "",
            "name": str(self.folder / "his" / "his.sqlite3"),
            "user": "",
            "secrets": {},
        }
        here = {
            "his": database, "his_hl7": {"port": self.places.hl7},
            "his_fhir": {"url": f"http://127.0.0.1:{self.places.fhir}/fhir"},
        }  # fmt: skip
        found = {}
        for path in sorted((HOSPITAL / "sources").glob("*.json")):
            document = read(path)
            document["config"] |= here[path.stem]
            document["every_seconds"] = EVERY_SECONDS
            found[path.stem] = document
        return found

    def _start_his(self) -> None:
        (self.folder / "his").mkdir(exist_ok=True)
        command = python(
            "examples.hospital", "his", "--seed", str(self.story.seed), "--threads", str(self._threads), "--database",
            self.places.database, "--hl7", str(self.places.hl7), "--fhir", f"http://127.0.0.1:{self.places.fhir}/fhir",
        )  # fmt: skip
        self._run("his", command, lambda: self.database.is_there())

    def _run(self, name: str, command: list[str], is_ready: Any) -> None:
        env = {**os.environ, **self.clock.environment, "PYTHONUNBUFFERED": "1"}
        program = Program(self.folder / name, name, command, env)
        self._open.callback(program.stop)
        program.start(is_ready)
        self.programs.append(program)
