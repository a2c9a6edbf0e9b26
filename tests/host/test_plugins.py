"""Node types of one's own: found, merged, and when broken named with the reason and nothing else harmed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from callweave.cli import app
from engine.flow import FlowErrors, check, compile_flow
from engine.flow.upgrade import upgrade_document
from engine.host import plugins
from engine.host.plugins import Installed, find_node_types
from engine.host.settings import PROJECT
from engine.nodes import registry
from engine.scenarios import ScenarioError, play, read_scenario

SOUND = '''
from callweave import Leave, Node, NodeConfig, fields

class CountConfig(NodeConfig):
    start: int = fields.Field(0, title="Start")

class Count(Node[CountConfig]):
    """Counts."""
    type, label = "count", "Count"

    def enter(self, session):
        return Leave("done", result=self.config.start + 1)
'''
BROKEN = {
    "not_python": ("def (:", "line 1"),
    "not_installed": ("import a_package_that_nobody_has", "ModuleNotFoundError"),
    "raises": ("raise ValueError('no key')", "ValueError: no key"),
    "exits": ("raise SystemExit(3)", "SystemExit"),
    "empty": ("", "must define one node type (defines 0)"),
    "two": (SOUND.replace('"count"', '"two"') + "\nclass Other(Count):\n    pass\n", "(defines 2)"),
    "menu": (SOUND.replace('"count"', '"menu"'), "already"),
    "misnamed": (SOUND, "must be its name here"),
    "unfinished": (SOUND.replace("def enter", "def entre").replace('"count"', '"unfinished"'), "lacks enter"),
    "no_config": (SOUND.replace("Node[CountConfig]", "Node").replace('"count"', '"no_config"'), "has no config"),
    "slow": ("while True:\n    pass", "takes longer than 0.5 s"),
    "sleepy": ("import time\ntime.sleep(20)", "takes longer than 0.5 s"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace's `nodes/` folder with one sound node type."""
    nodes = tmp_path / "nodes"
    nodes.mkdir()
    (nodes / "count.py").write_text(SOUND)
    return nodes


@pytest.fixture(autouse=True)
def by_settings() -> Iterator[None]:
    yield
    plugins.use(None)


def document(**nodes: Any) -> dict[str, Any]:
    return {"callweave": 1, "name": "f", "languages": ["en"], "start": next(iter(nodes)), "nodes": nodes}


def test_a_file_in_the_folder_is_a_node_type(folder: Path) -> None:
    types = find_node_types(folder)
    assert set(types) - set(registry()) == {"count"}
    assert types.broken == ()
    compile_flow(document(a={"type": "count", "config": {"start": 4}, "outlets": {}}), types)


def test_broken_ones_are_named_with_their_reason_and_harm_no_other(folder: Path) -> None:
    for name, (source, _) in BROKEN.items():
        (folder / f"{name}.py").write_text(source)
    types = find_node_types(folder, loading=0.5)
    assert set(types) == {*registry(), "count"}
    assert {entry.type: entry.reason for entry in types.broken}.keys() == BROKEN.keys()
    for entry in types.broken:
        assert BROKEN[entry.type][1] in entry.reason, entry
        assert entry.module == str(folder / f"{entry.type}.py")


def test_only_the_flow_that_uses_a_broken_one_has_a_fault(folder: Path) -> None:
    (folder / "levitate.py").write_text("import a_package_that_nobody_has")
    types = find_node_types(folder)
    compile_flow(document(a={"type": "count", "outlets": {}}), types)
    with pytest.raises(FlowErrors) as refused:
        compile_flow(document(a={"type": "levitate", "outlets": {}}), types)
    faults = [str(fault) for fault in refused.value.errors]
    assert faults == [
        "nodes.a.type: the node type 'levitate' cannot be used: "
        "ModuleNotFoundError: No module named 'a_package_that_nobody_has'"
    ]
    assert "there is no node type 'nothing'" in str(check(document(a={"type": "nothing"}), types).errors[0])


def test_a_changed_file_is_loaded_again_in_development_only(folder: Path) -> None:
    developing, serving = Installed(folder, again=True), Installed(folder)
    before, kept = developing.types(), serving.types()
    assert developing.types() is before
    file = folder / "count.py"
    file.write_text(SOUND.replace('label = "count", "Count"', 'label = "count", "Tally"'))
    os.utime(file, ns=(0, file.stat().st_mtime_ns + 1_000_000))
    assert developing.types()["count"].label == "Tally"
    assert serving.types() is kept


UPGRADED = SOUND.replace('type, label = "count", "Count"', '''type, label = "count", "Count"
    version = 3

    @classmethod
    def upgrade(cls, config, from_version):
        if "boom" in config:
            raise KeyError("boom")
        if from_version == 1:
            config["start"] = config.pop("from", 0)
        return {**config, "start": config["start"] * 10} if from_version < 3 else config
''')  # fmt: skip


def test_configs_of_earlier_versions_are_upgraded(folder: Path) -> None:
    (folder / "count.py").write_text(UPGRADED)
    types = find_node_types(folder)
    old = document(
        first={"type": "count", "config": {"from": 4}, "outlets": {"done": "second"}},
        second={"type": "count", "config": {"start": 4}, "config_version": 2, "outlets": {"done": "third"}},
        third={"type": "count", "config": {"start": 4}, "config_version": 3, "outlets": {}},
    )
    program = compile_flow(old, types)
    assert [program.places[id].node.config.start for id in old["nodes"]] == [40, 40, 4]
    new = upgrade_document(old, types)
    assert [node["config_version"] for node in new["nodes"].values()] == [3, 3, 3]
    assert upgrade_document(new, types) is new, "a save without a change is byte-identical"
    for node, sentence in (
        ({"config_version": 4}, "whole number from 1 to 3"),
        ({"config_version": True}, "whole number from 1 to 3"),
        ({"config": {"boom": 1}}, "cannot be upgraded: KeyError"),
    ):
        (fault,) = check(document(a={"type": "count", "outlets": {}, **node}), types).errors
        assert fault.path == "nodes.a.config_version"
        assert sentence in fault.sentence


def test_a_package_brings_a_node_and_its_adapter(tmp_path: Path) -> None:
    """The example as pip installs it, in a process that finds its entry points, with a gateway that listens."""
    source, site = tmp_path / "pager", tmp_path / "site"
    shutil.copytree(PROJECT / "examples" / "nodes" / "pager", source)
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*install, "--target", str(site), str(source)], check=True, timeout=120)
    tried = subprocess.run(
        [sys.executable, "-c", PACKAGE, str(source / "scenarios.yaml")], cwd=tmp_path, timeout=60, text=True,
        capture_output=True, env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{PROJECT}"},
    )  # fmt: skip
    assert (tried.returncode, tried.stdout.split()) == (0, ["[]", "OK", "17", "failed"]), tried.stderr


PACKAGE = """
import asyncio, os, sys
from pathlib import Path
from callweave.node import trials
from engine.commands import AskAdapter
from engine.host.adapters import AdapterFailed, ask_adapter

print(list(trials("page_staff", Path(sys.argv[1]))))

async def main():
    async def serve(reader, writer):
        assert (await reader.readline()) == b"4711 Bed 12 calls\\n"
        writer.write(b"OK 17\\n")
        writer.close()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    os.environ["PAGER_GATEWAY"] = f"127.0.0.1:{port}"
    answer = await ask_adapter(AskAdapter(adapter="pager", request={"pager": "4711", "text": "Bed 12\\ncalls"}))
    print("OK" if answer["taken"] else "OFF", answer["id"])
    server.close()
    try:
        await ask_adapter(AskAdapter(adapter="pager", request={"pager": "4711", "text": "x"}))
    except AdapterFailed:
        print("failed")

asyncio.run(main())
"""


@pytest.mark.parametrize("name", ["age_group", "body_mass_index"])
def test_an_example_works_from_the_folder(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_NODES", str(PROJECT / "examples" / "nodes"))
    tried = CliRunner().invoke(app, ["node", "test", name])
    assert (tried.exit_code, tried.output) == (0, f"{name}: ok\n")


@pytest.mark.parametrize("kind", ["logic", "function", "adapter"])
def test_a_new_node_passes_its_scenarios(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_NODES", str(tmp_path / "nodes"))
    made = CliRunner().invoke(app, ["node", "new", "blood_group", "--kind", kind])
    assert made.exit_code == 0, made.output
    plugins.use(None)
    tried = CliRunner().invoke(app, ["node", "test"])
    assert (tried.exit_code, tried.output) == (0, "blood_group: ok\n")
    assert CliRunner().invoke(app, ["node", "new", "blood_group"]).exit_code == 1
    assert CliRunner().invoke(app, ["node", "new", "menu"]).exit_code == 1
    assert CliRunner().invoke(app, ["node", "new", "Blood-Group"]).exit_code == 2


def test_an_outlet_without_a_scenario_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_NODES", str(tmp_path / "nodes"))
    CliRunner().invoke(app, ["node", "new", "blood_group"])
    plugins.use(None)
    file = tmp_path / "nodes" / "blood_group.yaml"
    file.write_text(file.read_text().split("---")[0].replace("value: Li", "value: Wang"))
    tried = CliRunner().invoke(app, ["node", "test"])
    assert tried.exit_code == 1
    assert "expected 'Wang', is 'Li'" in tried.output
    assert "no scenario leaves by 'empty'" in tried.output


def test_a_scenarios_sub_flow_may_be_made_of_them(folder: Path) -> None:
    inner = document(a={"type": "count", "config": {"start": 4}, "outlets": {}}) | {"name": "inner"}
    outer = document(run={"type": "run_flow", "config": {"flow": "inner"}, "outlets": {}})
    scenario = read_scenario({"name": "n", "flows": {"inner": inner}, "steps": [{"expect": {"status": "completed"}}]})
    played = play(compile_flow(outer, find_node_types(folder)), scenario)
    assert played.failures == []
    assert [step.node for step in played.walked] == ["run", "a", "run"]
    with pytest.raises(ScenarioError, match="there is no node type 'count'"):
        play(compile_flow(outer), scenario)
