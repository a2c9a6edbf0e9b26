"""The job that takes what was spoken by telephone into use: the asset's next version, as soon as the call is over.

Who has spoken it has heard it through the flow and has pressed the key that keeps it, so nobody is asked again. The
version is entered first and the sound laid out after it; a job that dies between is done again, and finds its version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import redis
import structlog
from redis import Redis

from engine.host import jobs
from engine.host.at_hand import at_hand
from engine.lazy import Lazy
from engine.store import Store, Stores, TenantUnknown, assets, id_bytes, id_text, now_micros, recordings, spoken_prompts
from engine.store.assets import NewFile
from engine.store.files import Files
from engine.store.spoken_prompts import Spoken
from engine.store.times import SECOND

if TYPE_CHECKING:
    from engine.adapters import audio
else:
    audio = Lazy("engine.adapters.audio")

log = structlog.get_logger()

JOB = "engine.host.prompt_taking.take_all"
KEEP = "keep "
"""How the outcome of a session begins that has brought a recording to be kept; its id follows."""
BATCH = 100
WAITS = 3600 * SECOND
"""So long a recording is waited for whose file is not on this machine."""


class NotTaken(Exception):
    """There is nothing to be taken; the text says why, for people."""


class FileAway(NotTaken):
    """The file is not on this machine: another one may have it."""


def hint(connection: Redis, stores: Stores, tenant: str) -> None:
    """Ask for it if a call is over."""
    with stores.tenant(tenant).read() as reading:
        if not spoken_prompts.over(reading, limit=1):
            return
    try:
        jobs.enqueue(connection, JOB, tenant, once=f"spoken-{tenant}")
    except redis.RedisError as error:
        log.warning("workers are not told of a spoken prompt", tenant=tenant, reason=str(error))


def take_all(tenant: str) -> None:
    """Take all that a tenant's calls have brought. May run twice, and side by side."""
    parts = at_hand()
    try:
        store = parts.stores.tenant(tenant)
    except TenantUnknown as error:
        log.warning("a spoken prompt is not taken", tenant=tenant, reason=str(error))
        return
    serve(store, Files(parts.settings.folder_assets, tenant))


def serve(store: Store, files: Files) -> int:
    """The same with what is at hand already; how many were taken."""
    with store.read() as connection:
        found = spoken_prompts.over(connection, limit=BATCH)
    taken = 0
    for spoken in found:
        try:
            take(store, files, spoken)
            taken += 1
        except FileAway as error:
            if now_micros() - spoken.ended_at < WAITS:
                continue
            log.error("a spoken prompt is not taken", session=spoken.session_id.hex(), reason=str(error))
        except NotTaken as error:
            log.info("a spoken prompt is not taken", session=spoken.session_id.hex(), reason=str(error))
        with store.begin() as connection:
            spoken_prompts.end(connection, spoken.session_id, at=now_micros())
    return taken


def take(store: Store, files: Files, spoken: Spoken) -> audio.Converted:
    """Make it the next version, once; raises NotTaken."""
    identity = id_bytes(spoken.outcome.removeprefix(KEEP))
    if not spoken.outcome.startswith(KEEP) or identity is None:
        raise NotTaken("This call has brought no recording that was kept.")
    with store.read() as connection:
        recording = recordings.get(connection, identity)
        asset = assets.find(connection, id_text(spoken.asset_id))
    if recording is None or recording.session_id != spoken.session_id or asset is None or asset.name is None:
        raise NotTaken("There is no such recording.")
    try:
        sound = audio.converted(files.path(recording.sha256).read_bytes())
    except FileNotFoundError as error:
        raise FileAway("The file is not on this machine.") from error
    except audio.SoundRefused as error:
        raise NotTaken("This call has brought no recording that was kept.") from error
    file = NewFile(
        sha256=recording.sha256, media_type=recording.media_type, size=recording.size,
        file_name=file_name(spoken.session_id), source="phone", seconds=sound.seconds, level=sound.level,
    )  # fmt: skip
    with store.begin() as connection:
        spoken_prompts.hold(connection, spoken.session_id)
        there = assets.find(connection, id_text(spoken.asset_id))
        if there is None:
            raise NotTaken("There is no such asset.")
        if not is_taken(there, spoken.session_id):
            assets.add_version(connection, there.id, language=spoken.language, file=file, at=now_micros())
            there = assets.find(connection, id_text(spoken.asset_id))
    used = None if there is None else there.current(spoken.language)
    if used is not None and used.file_name == file.file_name:  # else somebody has put in another one meanwhile
        files.play(asset.name, spoken.language, sound.sounds)
    return sound


def is_taken(asset: assets.Asset, session_id: bytes) -> bool:
    """Whether this session's recording is one of the asset's versions."""
    return any(file.source == "phone" and file.file_name == file_name(session_id) for file in asset.files)


def file_name(session_id: bytes) -> str:
    """Under which name a session's recording is a version."""
    return f"{id_text(session_id)}.wav"
