"""Telephones through Asterisk: what the host asks of them, and what is told to it.

Asterisk forgets events while nobody listens, and does not send them again. So after each connect we ask for all
channels: those that we knew and that are not there any more are lost, and all others are told to the host, which asks
each of them again for what was pending.
"""

from __future__ import annotations

import asyncio

import structlog

from engine.adapters.ari import messages, recordings, translate
from engine.adapters.ari.client import AriClient, Then
from engine.adapters.ari.config import AriConfig
from engine.adapters.ari.connection import Connection
from engine.adapters.ari.errors import AriError, AriUnreachable
from engine.adapters.ari.happenings import Happenings
from engine.adapters.ari.legs import Legs
from engine.adapters.ari.media import Media
from engine.adapters.ari.switchboard import AriSwitchboard
from engine.adapters.ari.translate import Request
from engine.adapters.faxes import FaxKeeper
from engine.adapters.leg import Perform, Withdraw
from engine.adapters.parties import Parties
from engine.adapters.prompts import Prompts
from engine.adapters.recognition import Recognizers
from engine.adapters.recordings import Keeper
from engine.adapters.telephony import Listener, Outgoing, Told
from engine.adapters.ways import LocalWays, Ways
from engine.commands import Dial, HangUp, JoinConference, LegCommand, PlayBackground, RecordCall
from engine.events import AnyEvent

_log = structlog.get_logger()


class AriTelephony:
    """Implements `Telephony` for one Asterisk and one application; to its own parts it is the `Telephones`."""

    def __init__(
        self,
        config: AriConfig,
        listener: Listener,
        prompts: Prompts,
        *,
        ways: Ways | None = None,
        keeper: Keeper | None = None,
        fax_keeper: FaxKeeper | None = None,
        recognizers: Recognizers | None = None,
    ) -> None:
        self.prompts = prompts
        self.application = config.application
        self.events_url = config.url
        self._listener = listener
        self._ready = False
        self._stock_taken = False
        self._switchboard = AriSwitchboard(self, listener, ways or LocalWays())
        self.parties = Parties(self._switchboard)
        self.media = Media(
            self, config.recordings, keeper=keeper, fax_keeper=fax_keeper, recognizers=recognizers or Recognizers()
        )
        self.legs = Legs(self)
        happenings = Happenings(self, self._switchboard, listener, self._replaced)
        self._connection = Connection(config, self, happenings.receive)

    async def run(self) -> None:
        """Connect, and reconnect with back-off, until `close` is called or another engine takes the application."""
        await self._connection.run()

    async def close(self) -> None:
        """Leave the calls as they are, and go."""
        self._connection.end()
        self.broke()
        await self._connection.close()
        await self.media.close()

    @property
    def ready(self) -> bool:
        """Whether there is a connection, and the host knows which legs there are."""
        return self._ready

    # what the host asks for

    def perform(self, command: LegCommand, reference: str, tenant: str = "") -> None:
        """Begin what the command asks for. `reference` is for the log: playbacks are named by their leg."""
        leg = command.leg
        line, placing = self.legs.lines.get(leg), self.legs.placing.get(leg)
        if line is not None and isinstance(command, (RecordCall, PlayBackground)):
            self.media.perform(command)
        elif line is not None:
            if tenant and isinstance(command, (Dial, JoinConference)):
                self.parties.belongs(leg, tenant, line.party.caller)
            line.receive(Perform(command))
        elif placing is not None:
            if isinstance(command, HangUp):
                placing.give_up(command.cause)
        elif self._ready and not self.legs.has_ended(leg):
            _log.info("a command for a leg that is not here", reference=reference, command=command.type, leg=leg)
            asyncio.get_running_loop().call_soon(self.legs.lose, [leg])
        else:
            _log.debug("a command comes too late", reference=reference, leg=leg)

    def withdraw(self, leg: str, command_id: str) -> None:
        """What a command asked for is not wanted any more."""
        line = self.legs.lines.get(leg)
        if line is not None:
            line.receive(Withdraw(command_id))

    def hear_fax(self, leg: str) -> None:
        """Have a fax machine's tone told, wherever in the call it is heard."""
        self.media.fax_tones.listen(leg)

    def send_back(self, leg: str) -> None:
        """Give an offered call back to the dialplan; where that has no place for it, it is refused as congestion."""

        def then(error: AriError | None, _: str) -> None:
            if error is not None and not isinstance(error, AriUnreachable):
                self.send(translate.hang_up(leg, "congestion"))

        self.send(translate.send_back(leg), then)

    def place(self, call: Outgoing, told: Told) -> bool:
        """Call somebody; `told` hears what becomes of it. False without a connection: nothing has gone out."""
        if not self._ready or not self._listener.may_act():
            return False
        self.legs.place(call, told)
        return True

    def take_on(self, call: Outgoing, told: Told) -> None:
        """Go on with a call of ours that is among the legs found."""
        self.legs.take_on(call, told)

    async def trunks_changed(self) -> None:
        """Have Asterisk read its trunks again; calls go on."""
        if self._connection.client is not None:
            for module in translate.TRUNK_MODULES:
                await self._connection.client.ask(translate.reload(module))

    async def reachable(self) -> dict[str, bool]:
        """The PJSIP endpoints, and whether each answers."""
        if self._connection.client is None or not self._ready:
            return {}
        listed = messages.read_endpoints(await self._connection.client.ask(translate.endpoints()))
        return {endpoint.resource: endpoint.state != "offline" for endpoint in listed}

    # what our own parts need

    def send(self, request: Request, then: Then | None = None) -> None:
        """Send to Asterisk if this engine still holds its lease; else nothing goes out."""
        if self._connection.client is None:
            return
        if not self._listener.may_act():
            _log.warning("not sent, the lease is over", method=request.method, uri=request.uri)
            return
        self._connection.client.send(request, then)

    def report(self, leg: str, event: AnyEvent) -> None:
        """Tell the host, unless it is told of a party that no session knows."""
        if not self.parties.took(leg, event):
            self._listener.leg_event(leg, event)

    # the connection's life

    async def began(self, client: AriClient) -> None:
        """Ask for the events we want and for the legs there are, and tell the host."""
        await client.ask(translate.event_filter(self.application))
        bridges = await self._switchboard.look_around(client)
        channels = messages.read_channels(await client.ask(translate.all_channels()))
        self.media.found([channel.id for channel in channels], bridges)
        parties = self.legs.find(translate.found(channels, self.application))
        self._ready = self._stock_taken = True
        self._switchboard.closing = False
        self._listener.legs_found(parties)
        self.parties.resume(self._switchboard.bridges_found)
        await self.media.adopt({*self.legs.lines, *self.legs.placing}, self._recorded_rooms())

    def _recorded_rooms(self) -> set[str]:
        """After whom the recordings are named that still run in rooms to which nobody may have come back yet."""
        names = self.parties.recordings(self._switchboard.bridges_found)
        return {leg for name in names if (leg := recordings.leg_of(name)) is not None}

    def broke(self) -> None:
        """Nothing is known any more of what was going on."""
        self._ready = False
        self._switchboard.forget()
        self.parties.forget()
        self.media.forget(self.legs.lines.__contains__)
        self.legs.forget()

    def asterisk_is_gone(self) -> None:
        """Nobody comes back: whoever was on the line is lost, for us and for the engine before us."""
        self.legs.lose_all()
        if not self._stock_taken:
            self._stock_taken = True
            self._listener.legs_found([])

    def _replaced(self) -> None:
        """Another engine has the application, and the calls."""
        _log.warning("another engine took the application", application=self.application)
        self.broke()
        self.legs.give_away()
        self._connection.end()
        self._listener.replaced()
