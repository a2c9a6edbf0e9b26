"""Keeping what was recorded: Asterisk's files become assets with their session, leg, length and checksum.

The file is stored and its row committed before Asterisk's own is removed, so a crash in between keeps a recording
twice, never not at all. What an engine could not keep (it died while a call went on) the next one finds and keeps.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa
import structlog

from engine.adapters.ari import recordings as names
from engine.adapters.recordings import Kept, NotKept, RecordingKind
from engine.adapters.speech.sound import RATE, loudness_of
from engine.lazy import Lazy
from engine.store import Stores, id_text, now_micros, recordings
from engine.store.assets import NewFile
from engine.store.files import Files

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import soundfile

    Samples = npt.NDArray[np.int16]
else:
    np = Lazy("numpy")
    soundfile = Lazy("soundfile")


log = structlog.get_logger()

HEARD = 250.0
"""Root mean square of 10 ms, of 16-bit samples, from which on something was said: -42 dB."""
HEARD_FRAMES = 10



class Party(Protocol):
    """Whose a leg is."""

    tenant: str

    @property
    def id(self) -> bytes:
        """The session's."""


class Keeping:
    """Implements `Keeper` for one engine. `party_of` knows the sessions that are live; others are in the database."""

    def __init__(self, stores: Stores, assets: Path, party_of: Callable[[str], Party | None]) -> None:
        self._stores = stores
        self._assets = assets
        self._party_of = party_of

    async def keep(self, leg: str, kind: RecordingKind, files: Sequence[Path]) -> Kept:
        """Keep it; nothing that was said is no asset, and no loss. Raises NotKept."""
        held = self._party_of(leg)
        party = None if held is None else (held.tenant, held.id)
        try:
            return await asyncio.to_thread(self._keep, leg, kind, files, party)
        except (OSError, soundfile.LibsndfileError, sa.exc.SQLAlchemyError) as error:
            raise NotKept(f"the recording could not be kept: {error}"[:500]) from error

    def adopt(self, folder: Path, busy: Collection[str]) -> int:
        """In a thread: keep what an engine before this one left, but for these legs; how many it was."""
        kept = 0
        for leg, kind, files in list(_left(folder)):
            if leg in busy:
                continue
            try:
                kept += bool(self._keep(leg, kind, files, None).asset)
            except NotKept as error:
                log.warning("a recording that was left is nobody's", leg=leg, reason=str(error))
            except (OSError, soundfile.LibsndfileError, sa.exc.SQLAlchemyError) as error:
                log.error("a recording that was left cannot be kept", leg=leg, reason=str(error))
        return kept

    def _keep(self, leg: str, kind: RecordingKind, files: Sequence[Path], party: tuple[str, bytes] | None) -> Kept:
        sides = [_samples(file) for file in files if file.is_file()]
        if len(sides) < len(files):
            raise NotKept("Asterisk has written no file")
        longest = max(len(side) for side in sides)
        seconds = round(longest / RATE, 2)
        if longest == 0 or (kind in ("speech", "early") and not _is_heard(sides[0])):
            _remove(files)
            return Kept()
        party = party or self._party_in_rows(leg)
        if party is None:
            raise NotKept("no session knows this leg")
        tenant, session_id = party
        together = np.stack([np.pad(side, (0, longest - len(side))) for side in sides], axis=1)
        written = io.BytesIO()
        soundfile.write(written, together, RATE, format="WAV", subtype="PCM_16")
        content = written.getvalue()
        file = NewFile(
            sha256=Files(self._assets, tenant).put(content), media_type="audio/wav", size=len(content),
            file_name=f"{kind}.wav", source="call", seconds=seconds,
        )  # fmt: skip
        with self._stores.tenant(tenant).begin() as connection:
            identity = recordings.add(
                connection, session_id=session_id, leg=leg, kind=kind, channels=len(sides), file=file, at=now_micros()
            )
        _remove(files)
        return Kept(asset=id_text(identity), seconds=seconds)

    def _party_in_rows(self, leg: str) -> tuple[str, bytes] | None:
        for tenant in self._stores.tenant_names():
            with self._stores.tenant(tenant).read() as connection:
                session_id = recordings.session_of(connection, leg)
            if session_id is not None:
                return tenant, session_id
        return None


def _left(folder: Path) -> Iterator[tuple[str, RecordingKind, list[Path]]]:
    """What lies in Asterisk's folder, by leg: each thing that was said, and the sides of each call."""
    calls: dict[tuple[str, int], list[Path]] = {}
    for file in sorted(folder.glob(f"*.{names.FORMAT}")):
        leg, part = names.leg_of(file.stem), names.part_of(file.stem)
        if leg is not None and part is None:
            yield leg, names.kind_of(file.stem), [file]
        elif leg is not None and part is not None:
            calls.setdefault((leg, part), []).append(file)
    for (leg, _), files in calls.items():
        yield leg, "call", files


def _samples(file: Path) -> Samples:
    samples, rate = soundfile.read(file, dtype="int16", always_2d=True)
    if rate != RATE:
        raise NotKept(f"Asterisk recorded at {rate} Hz, not at {RATE}")
    sound: Samples = samples[:, 0]
    return sound


def _is_heard(sound: Samples) -> bool:
    return int((loudness_of(sound.astype(np.float32)) > HEARD).sum()) >= HEARD_FRAMES


def _remove(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
