"""Messages that senders bring: each goes its way once, and what is wrong with one is kept until it comes right."""

from __future__ import annotations

from engine.faults import Fault
from engine.sources.document import read_document
from engine.sources.keeping import Keeper, unpacked
from engine.sources.source import Arrival
from engine.store import Store, Stores, spool

DOCUMENT = {"kind": "hl7", "records": [{"record_type": "visit", "fields": {"no": "{{ row.no }}"}}]}
WRONG = Fault("MSH.10", "is required")


def message(no: str, *faults: Fault) -> Arrival:
    return Arrival(rows=[] if faults else [{"no": no}], id=no, text=f"message {no}", faults=faults)


def kept(store: Store) -> tuple[list[str], list[str | None]]:
    with store.read() as connection:
        records = [unpacked(row.body).data["no"] for row in spool.head(connection, limit=100)]
        return records, [row.text for row in spool.latest_faulty(connection, "his", limit=100)]


def test_each_message_goes_its_way_once(stores: Stores) -> None:
    store, (setup, _) = stores.tenant("main"), read_document("his", DOCUMENT)
    assert setup is not None
    keeper = Keeper(store, setup)
    first = [message("1"), message("2"), message("1"), message("3", WRONG), message("")]
    assert keeper.keep_arrivals("m", first) == [[], [], [], [WRONG], []]
    assert kept(store) == (["1", "2", ""], ["message 3"])
    assert keeper.keep_arrivals("m", [message("2"), message("3", WRONG), message("4"), message("")]) == [[], [WRONG], [], []]
    assert kept(store) == (["1", "2", "", "4", ""], ["message 3"]), "without an id nobody can tell"
    keeper.keep_arrivals("m", [message("3")])
    assert kept(store) == (["1", "2", "", "4", "", "3"], [])
    assert keeper.keep_arrivals("m", []) == []
    keeper.keep_arrivals("another", [message("2")])
    assert kept(store)[0][-1] == "2", "a feed has ids of its own"
