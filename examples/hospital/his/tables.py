"""The database: tables that a hospital's system might have. SQLite or PostgreSQL, whichever the URL says."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()


def _text(name: str, *, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(200), primary_key=primary_key, index=index)


def _changed() -> sa.Column[int]:
    return sa.Column("changed", sa.BigInteger, nullable=False, index=True)


patient = sa.Table(
    "patient", metadata, _text("patient_no", primary_key=True), _text("card_no"), _text("name"), _text("sex"),
    _text("birth_date"), _text("mobile", index=True), _text("language"), _text("contact_by"), _changed(),
)  # fmt: skip
expert = sa.Table("expert", metadata, _text("expert", primary_key=True), _text("name"), _text("department"))
slot = sa.Table(
    "slot", metadata, _text("slot_no", primary_key=True), _text("expert"), _text("starts_at"), _text("state"),
    _text("taken_by"), _text("booked_key"),
)  # fmt: skip
visit = sa.Table(
    "visit", metadata, _text("visit_no", primary_key=True), _text("patient_no"), _text("department"), _text("expert"),
    _text("campus"), _text("visit_at"), _text("preparation"), _text("state"), sa.Column("answer", sa.Integer),
    _text("answered_key"), _changed(),
)  # fmt: skip
"""`answer`: 1 the patient comes, 2 he wants another day. It is written back by flows."""
registration = sa.Table(
    "registration", metadata, _text("registration_no", primary_key=True), _text("patient_no"), _text("expert"),
    _text("registered_for"), _text("state"), _changed(),
)  # fmt: skip
admission = sa.Table(
    "admission", metadata, _text("admission_no", primary_key=True), _text("patient_no"), _text("ward"), _text("state"),
    sa.Column("report", sa.Text), sa.Column("report_sent", sa.Integer),
)  # fmt: skip
call_back = sa.Table(
    "call_back", metadata, _text("patient_no", primary_key=True), _text("reason", primary_key=True), _text("asked_key")
)
survey = sa.Table(
    "survey", metadata, _text("discharge_no", primary_key=True), _text("care"), _text("doctors"), _text("rooms"),
    _text("answered_key"),
)  # fmt: skip
told = sa.Table("told", metadata, sa.Column("number", sa.Integer, primary_key=True))
"""How far the story has been told: one row for each of its events."""
