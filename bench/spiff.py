"""SpiffWorkflow (LGPL), where it is installed: followup-10 as a BPMN process, serialised to JSON at its user task."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

_STEPS = [
    ("name", "name = record_name"), ("age", "age = record_age"), ("ward", "ward = record_ward"),
    ("greeting", "greeting = 'Hello ' + name + ' of ' + ward + ', how are you?'"),
]  # fmt: skip
_AFTER = [
    ("advice", "advice = name + ', rest well; ' + ward + '.'"), ("answer", "answer = greeting"), ("noted", "noted = age"),
]  # fmt: skip


def _process() -> bytes:
    def script(name: str, code: str) -> str:
        return f'<bpmn:scriptTask id="{name}"><bpmn:script>{code}</bpmn:script></bpmn:scriptTask>'

    def flow(source: str, target: str, condition: str = "") -> str:
        inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        return f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'

    before = ["start", *(name for name, _ in _STEPS), "old"]
    after = [*(name for name, _ in _AFTER), "done"]
    parts = ['<bpmn:startEvent id="start"/>', *(script(*step) for step in [*_STEPS, *_AFTER])]
    parts += ['<bpmn:exclusiveGateway id="old" default="old_ask"/>', '<bpmn:userTask id="ask"/>']
    parts += ['<bpmn:exclusiveGateway id="choice" default="choice_done"/>', '<bpmn:endEvent id="done"/>']
    parts += [flow(*pair) for pair in pairwise(before)]
    parts += [flow("old", "ask"), flow("ask", "choice"), flow("choice", "advice", "key == '2'"), flow("choice", "done")]
    parts += [flow(*pair) for pair in pairwise(after)]
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="bench">'
        f'<bpmn:process id="followup" isExecutable="true">{"".join(parts)}</bpmn:process></bpmn:definitions>'
    ).encode()


def peer(record: dict[str, Any]) -> Callable[[], object]:
    """One session; raises ImportError where SpiffWorkflow is not installed."""
    from lxml import etree
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(_process()))
    spec = parser.get_spec("followup")
    serializer = BpmnWorkflowSerializer()
    known = {f"record_{name}": value for name, value in record.items()}

    def session() -> str:
        workflow = BpmnWorkflow(spec)
        workflow.task_tree.data.update(known)
        workflow.do_engine_steps()
        blob: str = serializer.serialize_json(workflow)
        resumed = serializer.deserialize_json(blob)
        asked = resumed.get_next_task(state=TaskState.READY, manual=True)
        asked.data["key"] = "2"
        asked.run()
        resumed.do_engine_steps()
        assert resumed.is_completed()
        assert resumed.last_task.data["noted"] == record["age"]
        return blob

    return session
