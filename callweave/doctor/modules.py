"""The modules of Asterisk that each thing a flow does on the telephone needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

NEEDED: dict[str, tuple[str, ...]] = {
    "calls": (
        "app_stasis", "res_ari", "res_ari_channels", "res_ari_events", "res_ari_playbacks", "res_http_websocket",
        "res_stasis", "res_stasis_answer", "res_stasis_playback", "res_pjsip", "res_pjsip_session",
        "res_pjsip_sdp_rtp", "res_rtp_asterisk", "chan_pjsip", "pbx_config", "format_pcm", "format_wav",
        "codec_ulaw", "codec_alaw",
    ),
    "trunks": ("res_pjsip_outbound_registration", "res_pjsip_outbound_authenticator_digest", "res_pjsip_acl"),
    "machine detection": ("app_amd", "app_waitforsilence"),
    "recording": ("res_ari_recordings", "res_stasis_recording", "res_stasis_snoop"),
    "dial and conference": (
        "res_ari_bridges", "bridge_simple", "bridge_softmix", "bridge_holding", "res_musiconhold", "res_pjsip_refer",
    ),
    "fax": ("res_fax", "res_fax_spandsp", "app_userevent", "app_stack"),
    "T.38": ("res_pjsip_t38",),
    "SRTP": ("res_srtp",),
    "calls to browsers": ("res_sorcery_memory", "res_pjsip_registrar", "res_pjsip_transport_websocket"),
}  # fmt: skip


def missing(running: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """What cannot be done with the modules that run, and the modules that it wants."""
    for what, names in NEEDED.items():
        wanted = [name for name in names if name not in running]
        if wanted:
            yield what, wanted
