"""Names of the fields and components that a HIS sends for patients, visits, appointments and results. Pure.

They are HL7's own names (v2.5.1), in lower case and shortened where nobody would say them in full. What is not named
here is reached by its number, as all the rest is: `row.PID["5.1"]`. Versions 2.1 to 2.9 only add to the fields below.
"""

from __future__ import annotations

from typing import Final

COMPONENTS: Final[dict[str, tuple[str, ...]]] = {
    "XPN": ("family", "given", "middle", "suffix", "prefix", "degree", "use", "representation"),
    "XCN": ("id", "family", "given", "middle", "suffix", "prefix", "degree", "", "authority"),
    "CX": ("id", "check_digit", "check_scheme", "authority", "type", "facility", "valid_from", "valid_to"),
    "XTN": ("written", "use", "equipment", "email", "country", "area", "local", "extension", "text", "", "", "number"),
    "XAD": ("street", "other", "city", "province", "zip", "country", "kind", "district", "county"),
    "PL": ("ward", "room", "bed", "facility", "status", "kind", "building", "floor", "description"),
    "CE": ("code", "text", "system", "other_code", "other_text", "other_system"),
    "EI": ("id", "namespace"),
    "XON": ("name", "kind", "id", "", "", "authority"),
    "MSG": ("type", "event", "structure"),
    "TQ": ("quantity", "interval", "duration", "start", "end", "priority"),
}
"""Components by data type, in their order; "" where one has no name here. CWE is CE with more behind it."""

TIMES: Final = {"TQ": ("start", "end"), "CX": ("valid_from", "valid_to")}
"""Components that are times."""

FIELDS: Final[dict[str, dict[int, str]]] = {
    "MSH": {
        3: "sending_application", 4: "sending_facility", 5: "receiving_application", 6: "receiving_facility",
        7: "time TS", 9: "message_type MSG", 10: "control_id", 11: "processing_id", 12: "version", 13: "sequence",
        17: "country", 18: "charset", 19: "language CE",
    },
    "EVN": {
        1: "event", 2: "recorded_at TS", 3: "planned_at TS", 4: "reason", 5: "operator XCN", 6: "occurred_at TS",
        7: "facility",
    },
    "PID": {
        1: "set_id", 2: "external_id CX", 3: "patient_id CX", 4: "alternate_id CX", 5: "patient_name XPN",
        6: "mothers_maiden_name XPN", 7: "birth_date TS", 8: "sex", 9: "alias XPN", 10: "race CE", 11: "address XAD",
        12: "county", 13: "home_phone XTN", 14: "business_phone XTN", 15: "language CE", 16: "marital_status CE",
        17: "religion CE", 18: "account_number CX", 19: "identity_number", 22: "ethnic_group CE", 23: "birth_place",
        26: "citizenship CE", 28: "nationality CE", 29: "died_at TS", 30: "is_dead", 33: "updated_at TS",
        40: "telecom XTN",
    },
    "PD1": {3: "primary_facility XON", 4: "primary_doctor XCN"},
    "NK1": {
        1: "set_id", 2: "name XPN", 3: "relationship CE", 4: "address XAD", 5: "phone XTN", 6: "business_phone XTN",
        7: "role CE",
    },
    "PV1": {
        1: "set_id", 2: "class", 3: "location PL", 4: "admission_type", 5: "preadmit_number CX",
        6: "prior_location PL", 7: "attending_doctor XCN", 8: "referring_doctor XCN", 9: "consulting_doctor XCN",
        10: "service", 11: "temporary_location PL", 14: "admit_source", 17: "admitting_doctor XCN",
        18: "patient_type", 19: "visit_number CX", 36: "discharge_disposition", 37: "discharged_to",
        42: "pending_location PL", 44: "admitted_at TS", 45: "discharged_at TS", 50: "alternate_visit_id CX",
    },
    "PV2": {
        3: "admit_reason CE", 4: "transfer_reason CE", 8: "expected_admission TS", 9: "expected_discharge TS",
        12: "description",
    },
    "DG1": {
        1: "set_id", 3: "diagnosis CE", 4: "description", 5: "diagnosed_at TS", 6: "type", 15: "priority",
        16: "doctor XCN",
    },
    "AL1": {1: "set_id", 2: "kind CE", 3: "allergen CE", 4: "severity", 5: "reaction"},
    "IN1": {1: "set_id", 2: "plan CE", 3: "company_id CX", 4: "company XON", 12: "from TS", 13: "to TS", 36: "policy"},
    "MRG": {
        1: "patient_id CX", 2: "alternate_id CX", 3: "account_number CX", 4: "prior_id CX", 5: "visit_number CX",
        7: "patient_name XPN",
    },
    "SCH": {
        1: "placer_id EI", 2: "filler_id EI", 3: "occurrence", 5: "schedule CE", 6: "event_reason CE", 7: "reason CE",
        8: "type CE", 9: "duration", 10: "duration_unit CE", 11: "timing TQ", 12: "placer_contact XCN",
        13: "placer_phone XTN", 16: "filler_contact XCN", 20: "entered_by XCN", 25: "status CE",
    },
    "RGS": {1: "set_id", 2: "action", 3: "group CE"},
    "AIS": {
        1: "set_id", 2: "action", 3: "service CE", 4: "start TS", 7: "duration", 8: "duration_unit CE", 10: "status CE",
    },
    "AIG": {1: "set_id", 2: "action", 3: "resource CE", 4: "type CE", 8: "start TS", 11: "duration", 14: "status CE"},
    "AIL": {1: "set_id", 2: "action", 3: "location PL", 4: "type CE", 6: "start TS", 9: "duration", 12: "status CE"},
    "AIP": {1: "set_id", 2: "action", 3: "person XCN", 4: "role CE", 6: "start TS", 9: "duration", 12: "status CE"},
    "ORC": {
        1: "control", 2: "placer_order EI", 3: "filler_order EI", 5: "status", 9: "at TS", 12: "ordered_by XCN",
    },
    "OBR": {
        1: "set_id", 2: "placer_order EI", 3: "filler_order EI", 4: "service CE", 6: "requested_at TS",
        7: "observed_at TS", 14: "received_at TS", 16: "ordered_by XCN", 22: "reported_at TS", 24: "section",
        25: "status",
    },
    "OBX": {
        1: "set_id", 2: "value_type", 3: "observation CE", 4: "sub_id", 5: "value", 6: "unit CE", 7: "range",
        8: "flags", 11: "status", 14: "observed_at TS",
    },
    "NTE": {1: "set_id", 2: "source", 3: "comment"},
}  # fmt: skip
"""Fields by segment: a name, and the data type of those that are more than text."""

EVENTS: Final = {
    "ADT": {
        "A01": "admit", "A02": "transfer", "A03": "discharge", "A04": "register", "A05": "preadmit", "A08": "update",
        "A11": "cancel_admit", "A12": "cancel_transfer", "A13": "cancel_discharge", "A23": "delete_visit",
        "A28": "add_person", "A29": "delete_person", "A31": "update_person", "A38": "cancel_preadmit", "A40": "merge",
    },
    "SIU": {
        "S12": "book", "S13": "reschedule", "S14": "modify", "S15": "cancel", "S17": "delete", "S26": "no_show",
    },
    "ORU": {"R01": "result"},
}  # fmt: skip
"""What an event is about, in a word (`row.action`)."""
