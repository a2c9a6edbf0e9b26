"""The parts of an engine process that call out: set up when it becomes active, before its telephones are connected.

And the one that looks for sessions of ours that nobody serves.
"""

from __future__ import annotations

from engine.host.call_rows import CallRows
from engine.host.calls import CallsOut
from engine.host.fax_documents import FaxDocuments
from engine.host.fax_drawing import Drawing
from engine.host.fax_rows import FaxRows
from engine.host.faxes_out import FaxesOut
from engine.host.left_behind import Unseen
from engine.host.live import LiveHost
from engine.host.serving import Serving
from engine.host.trunk_keeper import TrunkKeeper
from engine.host.ways import TrunkWays


def set_up(serving: Serving, host: LiveHost, *, owner: str, epoch: int) -> None:
    """Let the host place calls, and take on those that the engine before this one had on their way."""
    ways = TrunkWays(serving.stores, owner=owner, country=serving.settings.country)
    host.telephony.parties.board.ways = ways
    rows = CallRows(serving.stores, serving.programs, owner=owner, epoch=epoch)
    host.calls_out = CallsOut(host, rows, ways)
    host.calls_out.recover()
    settings = serving.settings
    if settings.telephony == "simulated":
        settings.folder_faxes.mkdir(parents=True, exist_ok=True, mode=0o700)
    documents = FaxDocuments(serving.stores, serving.programs, settings.folder_assets, Drawing())
    fax_rows = FaxRows(serving.stores, owner=owner, epoch=epoch)
    host.faxes_out = FaxesOut(host, fax_rows, ways, documents, settings.folder_faxes)
    host.faxes_out.recover()


async def keep_trunks(serving: Serving) -> None:
    """Let Asterisk know the trunks as they are declared, and note how each is."""
    await TrunkKeeper(serving.settings, serving.stores, serving.host.telephony, serving.host.calls_in).run()


async def place_calls(serving: Serving) -> None:
    """Place the calls that sessions ask for."""
    if serving.host.calls_out is not None:
        await serving.host.calls_out.run()


async def send_faxes(serving: Serving) -> None:
    """Send the faxes that sessions ask for."""
    if serving.host.faxes_out is not None:
        await serving.host.faxes_out.run()


async def let_go_unseen(serving: Serving) -> None:
    """Let go on without us what is ours in the databases, and is not served here."""
    await Unseen(serving.host, serving.stores).run()
