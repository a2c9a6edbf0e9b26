"""What an Asterisk of one's own needs: the same dialplan and ARI user as the local one, as text to paste."""

from __future__ import annotations

from callweave.asterisk.configuration import TEMPLATES
from engine.host.settings import Settings

INTRODUCTION = """\
; For an Asterisk (20 or newer) of your own. Add the parts below to its files, reload it, and start Callweave with
;   CALLWEAVE_ARI_URL=http://callweave:PASSWORD@127.0.0.1:8088/ari
; The engine runs beside its Asterisk: on the same machine, or with {prompts} shared under the same path,
; readable by Asterisk's user. For recordings and faxes, CALLWEAVE_ASTERISK_RECORDINGS is the path of the folder
; `recording` in Asterisk's spool, which the engine's user must be able to read and write. For music on hold, the class
; `default` of musiconhold.conf is played; keep its files linear (.sln or .wav): after µ-law or A-law music, Debian's
; Asterisk leaves out of recordings what the other party says. `callweave doctor` says what is missing.
; Keep ARI on the loopback or behind TLS: whoever may use it may control every call.
"""


def snippets(settings: Settings) -> str:
    """The parts of each file, under its name."""
    dialplan = _template("extensions.conf").replace("@MOMENT@", "pls-wait-connect-call")
    trunk = _template("pjsip.conf").partition("[system]")[2].partition("\n\n")[2]
    parts = {
        "asterisk.conf (under its [options]; each Asterisk has a name of its own)": "systemname = voice1",
        "http.conf": "[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = 8088\nsessionlimit = 1000",
        "ari.conf": _template("ari.conf").replace("@ARI_PASSWORD@", "PASSWORD"),
        "pjsip.conf (the trunk for calls from and to this machine)": trunk.replace(
            "@SIP_PORT@", str(settings.sip_port)
        ).replace("@SIP_PEER_PORT@", str(settings.sip_peer_port)),
        "sorcery.conf (telephones of browsers are declared by ARI)": _template("sorcery.conf"),
        "rtp.conf (for the sound of browsers)": "[general]\nicesupport = yes",
        "res_fax.conf (faxes)": _template("res_fax.conf"),
        "udptl.conf (faxes by T.38; any free ports)": _udptl(),
        "amd.conf (machine detection)": _template("amd.conf"),
        "modules.conf (not needed where autoload = yes)": _template("modules.conf"),
        "extensions.conf (send the calls of your trunks to this context)": dialplan.partition("writeprotect = yes")[2],
    }
    text = INTRODUCTION.format(prompts=settings.folder_prompts)
    return text + "".join(f"\n; ---- {name}\n{part.strip()}\n" for name, part in parts.items())


def _udptl() -> str:
    return _template("udptl.conf").replace("@UDPTL_FIRST@", "4000").replace("@UDPTL_LAST@", "4399")


def _template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
