"""HL7 messages for tests, as a hospital's system writes them."""

from __future__ import annotations

from datetime import UTC, datetime

AT = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
PID = "PID|1||MRN001^^^HOSP^MR~110101198002030011^^^GA^NI||张^三||19800203|M|||朝阳路1号^^北京||13800138000^PRN^CP"
PV1 = "PV1|1|I|内科^301^2||||D001^李^医生||||||||||||V001" + "|" * 25 + "20261121203000"
EXTRA = "UNICODE UTF-8"


def msh(kind: str = "ADT^A01", control: str = "C1", *, charset: str = EXTRA, accept: str = "", **fields: str) -> str:
    """A header; `accept` is MSH-15 and MSH-16: `AL|NE`."""
    version, purpose = fields.get("version", "2.5.1"), fields.get("purpose", "P")
    made = fields.get("made", "20261121210000")
    return f"MSH|^~\\&|HIS|HOSP|IVR|CW|{made}||{kind}|{control}|{purpose}|{version}|||{accept or '|'}|CHN|{charset}"


def message(*segments: str, codec: str = "utf-8") -> bytes:
    """Segments as bytes."""
    return "".join(segment + "\r" for segment in segments).encode(codec)


def admission(control: str = "C1", *, codec: str = "utf-8", **header: str) -> bytes:
    """A patient is admitted."""
    return message(msh("ADT^A01", control, **header), "EVN|A01|20261121210000", PID, PV1, codec=codec)


def appointment(event: str = "S12", control: str = "S1") -> bytes:
    """An appointment is booked, moved or called off."""
    return message(
        msh(f"SIU^{event}", control),
        "SCH|A1001|F1001||||R^改期|复诊^复查|NORMAL|15|min|^^15^20261125093000^20261125094500||||||||||||||Booked",
        PID,
        "RGS|1",
        "AIS|1||C12^心脏复查",
        "AIP|1||D002^王^五",
        "AIL|1||门诊^三楼^5",
    )


def report(control: str = "R1") -> bytes:
    """Results of a laboratory."""
    return message(
        msh("ORU^R01", control),
        PID,
        "PV1|1|O|门诊^1",
        "OBR|1|P1|F1|24331-1^血脂^LN|||20261121100000",
        "OBX|1|NM|2093-3^总胆固醇^LN||5.60|mmol/L|3.0-5.2|H|||F",
        "NTE|1||偏高",
        "NTE|2||请复查",
        "OBX|2|ST|8251-1^结论^LN||第一行~第二行||||||F",
        "OBX|3|CE|882-1^血型^LN||A^A型||||||F",
        "OBX|4|NM|X^坏值||>100|mg||||||F",
        "OBX|5|ED|PDF^报告||^application^pdf^Base64^JVBERi0=||||||F",
        "OBX|6|SN|777-3^血小板^LN||>^100||||||F",
    )
