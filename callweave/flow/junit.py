"""Results of scenarios as JUnit XML, which every CI reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from callweave.flow.playing import Result

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(path: Path, flow: str, results: Sequence[Result]) -> None:
    """One suite for the flow, one case for each scenario."""
    counts = {
        "tests": str(len(results)),
        "failures": str(sum(bool(result.failures) for result in results)),
        "errors": str(sum(bool(result.error) for result in results)),
    }
    root = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(flow), **counts})
    for result in results:
        names = {"classname": _clean(f"{flow}.{result.source}"), "name": _clean(result.name)}
        case = ElementTree.SubElement(suite, "testcase", names | {"time": f"{result.seconds:.6f}"})
        if result.failures:
            failure = ElementTree.SubElement(case, "failure", {"message": _clean(result.failures[0])})
            failure.text = _clean("\n".join(result.failures))
        if result.error:
            ElementTree.SubElement(case, "error", {"message": _clean(result.error)})
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _clean(text: str) -> str:
    """Without the characters that XML cannot carry."""
    return _NOT_XML.sub("�", text)
