"""Jobs that make speech ahead, so that the first caller after a publish hears no pause."""

from __future__ import annotations

import structlog

from engine.adapters.prompts import PromptFailed
from engine.adapters.speech import SpeechConfig, SpeechUnavailable, Workshop
from engine.commands import Part
from engine.flow import FlowErrors, Program
from engine.host.programs import Programs, VersionUnknown
from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown, id_bytes

log = structlog.get_logger()


def prepare_prompts(tenant: str, flow: str, version: int) -> None:
    """Speak all that is the same for every caller of a version, and the digits of its languages. May run twice."""
    settings = Settings.load()
    flow_id = id_bytes(flow)
    stores = Stores(settings)
    try:
        if flow_id is None:
            raise VersionUnknown(f"not a flow's id: {flow!r}")
        program = Programs(settings.time_zone).get(stores.tenant(tenant), flow_id, version)
    except (TenantUnknown, VersionUnknown, FlowErrors) as error:
        log.warning("prompts are not made ahead", tenant=tenant, flow=flow, version=version, reason=str(error))
        return
    finally:
        stores.close()
    made = speak(program, SpeechConfig(folder=settings.folder_prompts))
    log.info("prompts are made", tenant=tenant, flow=flow, version=version, new=made)


def speak(program: Program, config: SpeechConfig) -> int:
    """Make what is missing of a program's constant speech; how many clips that were. A bad text holds up no other."""
    made = 0
    with Workshop(config) as workshop:
        try:
            for language in program.languages:
                made += _tried(workshop, language)
            for say in program.constant_speech():
                made += _tried(workshop, say)
        except SpeechUnavailable as error:
            log.error("no prompts are made", reason=str(error))
    return made


def _tried(workshop: Workshop, wanted: Part | str) -> int:
    try:
        return workshop.prepare_keys(wanted) if isinstance(wanted, str) else workshop.prepare([wanted])
    except SpeechUnavailable:
        raise
    except PromptFailed as error:
        log.warning("a prompt cannot be spoken", reason=str(error))
        return 0
