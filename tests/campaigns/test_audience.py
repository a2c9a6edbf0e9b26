"""Audiences: tables as offices keep them, and freezing that goes on where a process died."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from engine.host.at_hand import AtHand
from engine.host.campaigns import audience, audience_job, ending, fates, tables
from engine.host.campaigns.fates import CampaignSettings
from engine.media_types import TABLES, XLSX, media_type_of
from engine.store import assets, campaign_members, saved_lists
from engine.store.assets import NewFile
from engine.store.attempt_facts import Facts, LegFact
from engine.store.attempts import AttemptRow
from engine.store.files import Files
from tests.campaigns.line import SECOND, Line, freeze

ROWS = [["手机号", "姓名", "病房"], ["01088886666", "王芳", "007"], ["13900000200", "李雷", ""], ["", "", ""]]
ON_BOTH = ("test_a_file_is_an_audience", "test_freezing_goes_on_where_it_was_left")
"""What reads and writes rows as PostgreSQL may see otherwise than SQLite."""


def as_csv(separator: str, encoding: str) -> bytes:
    return "\r\n".join(separator.join(row) for row in ROWS).encode(encoding)


def as_xlsx() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(ROWS):
            for column, value in enumerate(row):
                if place == 2 and column == 0:
                    sheet.write_number(place, column, int(value))
                else:
                    sheet.write_string(place, column, value)
    return file.getvalue()


@pytest.mark.parametrize(
    "content", [as_csv(",", "utf-8-sig"), as_csv(";", "utf-8"), as_csv("\t", "gb18030"), as_xlsx()],
    ids=["csv", "semicolons", "gb18030", "xlsx"],
)  # fmt: skip
def test_a_table_is_read_in_every_spelling_and_loses_no_nought(content: bytes) -> None:
    found = [tables.person(row, {}) for row in tables.rows(content)]
    assert found == [
        ({"phone": "01088886666", "name": "王芳"}, {"手机号": "01088886666", "姓名": "王芳", "病房": "007"}),
        ({"phone": "13900000200", "name": "李雷"}, {"手机号": "13900000200", "姓名": "李雷"}),
    ]
    assert tables.person({"a": "1", "tel": "2"}, {"phone": "a"})[0] == {"phone": "1"}


def test_what_is_no_table_is_refused_in_words() -> None:
    for wrong in (b"PK\x03\x04 and no sheet", b"", b"\n\n"):
        with pytest.raises(tables.NoTable):
            list(tables.rows(wrong))
    assert media_type_of(as_xlsx()) == XLSX
    assert media_type_of(as_csv(",", "gb18030")) in TABLES
    assert media_type_of(b"\x01\x02\xff\xfe\n") is None


def test_a_file_is_an_audience(line: Line, parts: AtHand) -> None:
    content = as_csv(",", "gb18030")
    sha256 = Files(parts.settings.folder_assets, "main").put(content)
    with line.store.begin() as connection:
        file = NewFile(sha256=sha256, media_type="text/csv", size=len(content))
        assets.add(connection, kind="document", name="ward", language="", file=file, at=line.at)
    [page] = audience.pages(line.store, audience.read({"file": "ward"}), parts.settings.folder_assets, reached=None, at=0)
    assert [(one.contact["phone"], one.record["姓名"]) for one in page.people] == [("01088886666", "王芳"), ("13900000200", "李雷")]
    with pytest.raises(audience.NoAudience):
        list(audience.pages(line.store, audience.read({"file": "no"}), parts.settings.folder_assets, reached=None, at=0))


def test_freezing_goes_on_where_it_was_left(line: Line, parts: AtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    with line.store.begin() as connection:
        saved_lists.clear(connection, "all", at=line.at)
        for first in range(0, 1_200, 400):
            people: list[tuple[dict[str, Any], dict[str, Any]]] = [
                ({"phone": f"139{number % 1_100:04d}0200"}, {}) for number in range(first, first + 400)
            ]
            saved_lists.append(connection, "all", people, at=line.at)
    identity = line.campaign([], audience={"list": "all"})
    with line.store.begin() as connection:
        ending.start(connection, identity, by="test", at=line.at)

    def dies(_store: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(audience_job.sleeping, "pause", dies)
        freeze(line, identity, parts)
    assert line.get(identity).built_at is None
    freeze(line, identity, parts)
    freeze(line, identity, parts)
    campaign = line.get(identity)
    with line.store.read() as connection:
        counts = campaign_members.counts(connection, identity)
    assert (counts["waiting"], campaign.seen, campaign.left_out) == (1_100, 1_200, 100), "each once"
    assert campaign.built_at is not None


def test_an_audience_that_is_not_there_stops_the_campaign(line: Line, parts: AtHand) -> None:
    identity = line.campaign([], audience={"record_type": "visit"})
    with line.store.begin() as connection:
        ending.start(connection, identity, by="test", at=line.at)
    freeze(line, identity, parts)
    campaign = line.get(identity)
    assert (campaign.state, (campaign.why or {})["code"]) == ("stopped", "no_record_type")


def leg(fate: str | None, *, called: str = "1", rang: bool = True, talked: int = 0, ended: int | None = 60) -> LegFact:
    answered = None if fate != "answered" else 60 * SECOND
    over = None if ended is None else (60 + talked) * SECOND
    return LegFact("out", called, 30 * SECOND, answered, over, "normal", fate, rang)


FACTS: list[tuple[Facts, tuple[str | None, bool | None] | None]] = [
    (Facts(), None),
    (Facts(status="waiting", calls=[("telephone", "due", None)]), None),
    (Facts(status="running", legs=[leg("answered", ended=None)]), None),
    (Facts(status="waiting"), (None, None)),
    (Facts(status="completed", outcome="hung_up", ended_at=1, legs=[leg("answered", talked=61)]), ("answered", False)),
    (Facts(status="completed", outcome="told", ended_at=1, legs=[leg("busy"), leg("answered")]), ("answered", True)),
    (Facts(status="completed", ended_at=1, legs=[leg("no_answer"), leg("answered", called="agent")]), ("no_answer", False)),
    (Facts(status="completed", ended_at=1, calls=[("telephone", "done", "premium number")]), ("failed", False)),
    (Facts(status="completed", ended_at=1, calls=[("fax", "done", None)], faxes=[("sent", None)]), ("answered", True)),
    (Facts(status="completed", ended_at=1, texts=[("delivered", 45_000)]), ("answered", True)),
    (Facts(status="completed", ended_at=1, texts=[("failed", 0)]), ("failed", False)),
    (Facts(status="cancelled", outcome="too_late", ended_at=1), ("failed", False)),
    (Facts(status="cancelled", outcome="", ended_at=1), ("cancelled", False)),
    (Facts(status="failed", ended_at=1), ("failed", False)),
]  # fmt: skip


def test_what_became_of_an_attempt_is_read_off_the_facts() -> None:
    row = AttemptRow(session_id=b"s", campaign_id=b"c", member_id=b"m", number=1, called="1", address="1", at=0)
    for facts, expected in FACTS:
        found = fates.settled(row, facts, CampaignSettings(), lambda flow, version: (), at=SECOND)
        assert (None if found is None else (found.fate, found.completed)) == expected, facts
    settings = CampaignSettings(tariff={"per_minute": 0.3, "setup": 0.1, "per_text": 0.05})
    talked = Facts(status="completed", ended_at=1, legs=[leg("answered", talked=61)], texts=[("sent", 0), ("sent", 40_000)])
    found = fates.settled(row, talked, settings, lambda flow, version: (), at=SECOND)
    assert found is not None
    assert (found.cost, found.seconds) == (700_000 + 50_000 + 40_000, 61.0)
