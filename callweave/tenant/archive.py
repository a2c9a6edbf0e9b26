"""Everything of a tenant in one archive, `NAME-TIME.tar.gz`, readable without us:

    manifest.json            who, when, which version, how many rows of each table, which files
    tables/TABLE.ndjson      each row as a line of JSON, all tables as they were at one moment
    control/TABLE.ndjson     the tenant's keys, users, trunks and numbers, without their secrets
    files/…                  assets, files of sources, texts that went into files, exported sessions

Ids are as the API writes them, other bytes in base64. What is sealed stays so: it opens with this platform's key.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from callweave.tenant.life import Refused, found
from engine import __version__
from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown, whole
from engine.store.migrate import revisions


def exported(settings: Settings, name: str, to: Path | None) -> str:
    """Write the archive; says where it is and what is in it."""
    at = datetime.now(UTC)
    target = to or Path(f"{name}-{at:%Y%m%dT%H%M%SZ}.tar.gz")
    part = target.with_name(target.name + ".part")
    stores = Stores(settings)
    try:
        address = found(stores, name).database_url or settings.tenant_url(name)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
                tables, files = _fill(archive, settings, stores, name)
                manifest = {
                    "callweave": __version__, "tenant": name, "exported_at": at.isoformat(),
                    "revision": revisions(address, "tenant")[0], "tables": tables, "files": files,
                }  # fmt: skip
                _put(archive, "manifest.json", json.dumps(manifest, indent=2).encode())
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
    except (TenantUnknown, OSError) as error:
        raise Refused(f"{name} cannot be exported: {error}") from None
    finally:
        stores.close()
    return f"{target}: {sum(tables.values())} rows of {len(tables)} tables, {files} files"


def _fill(archive: tarfile.TarFile, settings: Settings, stores: Stores, name: str) -> tuple[dict[str, int], int]:
    """Tables and files; how many rows of each, and how many files."""
    counts = {}
    with whole.moment(stores.tenant(name).engine) as connection:
        for table in whole.tables():
            counts[table.name] = _table(archive, f"tables/{table.name}.ndjson", whole.rows(connection, table))
    with stores.control.read() as connection:
        for table in whole.control_tables():
            place = f"control/{table.name}.ndjson"
            counts[f"control/{table.name}"] = _table(archive, place, whole.control_rows(connection, table, name))
    files = 0
    for folder in settings.folders_of(name):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                archive.add(path, f"files/{folder.parent.name}/{path.relative_to(folder)}", recursive=False)
                files += 1
    return counts, files


def _table(archive: tarfile.TarFile, path: str, rows: Iterator[dict[str, object]]) -> int:
    """One table, by way of a file: an archive wants to know beforehand how long it is."""
    count = 0
    with tempfile.TemporaryFile() as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            count += 1
        entry = tarfile.TarInfo(path)
        entry.size, entry.mode = lines.tell(), 0o600
        lines.seek(0)
        archive.addfile(entry, lines)
    return count


def _put(archive: tarfile.TarFile, path: str, content: bytes) -> None:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))
