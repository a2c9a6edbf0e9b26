"""The linter: a list of rules, each of which looks at the whole flow for one thing.

A rule is a function from a `Subject` to findings: an `error` keeps the flow from being published, a `warning` does not.
An error must be certain; what may be right for some callers is a warning. To add a rule, write the function in the file
of its family, put it into `RULES`, and a case with what is found and what is not into tests/broken_flows/.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.flow.lint.conditions import conditions_can_differ
from engine.flow.lint.edges import outlets_are_connected, outlets_lead_somewhere, voice_may_fail
from engine.flow.lint.hearing import choices_differ, menus_are_small, prompts_are_short
from engine.flow.lint.languages import texts_are_in_every_language
from engine.flow.lint.legs import speech_has_a_listener
from engine.flow.lint.names import names_are_known, record_fields_are_known, results_come_before
from engine.flow.lint.patience import machines_are_thought_of, questions_have_a_time_out
from engine.flow.lint.recordings import recordings_are_there, voices_are_there
from engine.flow.lint.secrets import secrets_stay_secret
from engine.flow.lint.speech import speech_is_understood
from engine.flow.lint.subflows import subflows_are_there, subflows_do_not_come_back
from engine.flow.lint.subject import Finding, Rule, Subject
from engine.flow.lint.variables import variables_are_set
from engine.flow.lint.ways import circles_have_a_wait, every_node_is_reached, there_is_a_way_out

RULES: tuple[Rule, ...] = (
    # the drawing
    outlets_lead_somewhere,
    outlets_are_connected,
    voice_may_fail,
    every_node_is_reached,
    circles_have_a_wait,
    there_is_a_way_out,
    subflows_are_there,
    subflows_do_not_come_back,
    # the call
    speech_has_a_listener,
    machines_are_thought_of,
    questions_have_a_time_out,
    # the names
    names_are_known,
    results_come_before,
    record_fields_are_known,
    variables_are_set,
    secrets_stay_secret,
    conditions_can_differ,
    # what people hear
    texts_are_in_every_language,
    recordings_are_there,
    voices_are_there,
    speech_is_understood,
    prompts_are_short,
    menus_are_small,
    choices_differ,
)


def lint(flow: Subject) -> Iterator[Finding]:
    """All that the rules find, in their order."""
    for rule in RULES:
        yield from rule(flow)


__all__ = ["RULES", "lint"]
