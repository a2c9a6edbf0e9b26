"""Asterisk's configuration of our trunks, as text: `pjsip_trunks.conf`, which pjsip.conf includes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zlib import crc32

from engine.trunks.routes import Trunk

HEAD = "; Written by Callweave from its trunks (/api/v1/trunks); a change here is lost.\n"
TRANSPORTS = {"udp": "callweave-udp", "tcp": "callweave-tcp", "tls": "callweave-tls"}


def written(
    trunks: Iterable[Trunk], passwords: Mapping[bytes, str], *, port: int, ca: str | None = None
) -> str:
    """The whole file. `port` is where calls of providers that do not need a registration come in.

    `ca` has the authorities whose certificates are trusted; without it no provider is reached by TLS.
    """
    ours = sorted((trunk for trunk in trunks if trunk.enabled and trunk.config.host), key=lambda trunk: trunk.endpoint)
    needed = {trunk.config.transport for trunk in ours if not _on_this_machine(trunk)}
    parts = [HEAD]
    for kind in sorted(needed):
        transport = {"type": "transport", "protocol": kind, "bind": f"0.0.0.0:{port + (kind == 'tls')}"}
        if kind == "tls":
            transport |= {"method": "tlsv1_2", "verify_server": "yes"} | ({"ca_list_file": ca} if ca else {})
        parts.append(_section(TRANSPORTS[kind], **transport))
    for trunk in ours:
        parts += _sections(trunk, passwords.get(trunk.id, ""))
    return "\n".join(parts)


def _sections(trunk: Trunk, password: str) -> list[str]:
    config, name = trunk.config, trunk.endpoint
    scheme = f";transport={config.transport}" if config.transport != "udp" else ""
    host = f"[{config.host}]" if config.host.count(":") > 1 else config.host
    uri = f"sip:{host}:{config.port}{scheme}"
    endpoint = {
        "type": "endpoint", "transport": "udp" if _on_this_machine(trunk) else TRANSPORTS[config.transport],
        "context": "callweave", "disallow": "all", "allow": ",".join(config.codecs), "aors": name,
        "direct_media": "no", "dtmf_mode": "auto_info", "rtp_symmetric": "yes", "force_rport": "yes",
        "rewrite_contact": "yes", "identify_by": "ip", "send_pai": "yes", "trust_id_outbound": "yes",
        "send_connected_line": "no", "rtp_timeout": "60",
    }  # fmt: skip
    if config.from_domain:
        endpoint["from_domain"] = config.from_domain
    if config.srtp:
        endpoint["media_encryption"] = "sdes"
    if config.t38:
        endpoint |= {"t38_udptl": "yes", "t38_udptl_ec": "redundancy", "t38_udptl_nat": "yes"}
    aor = {"type": "aor", "contact": uri, "qualify_frequency": str(config.check_seconds)}
    sections = [_section(name, **aor)]
    if config.username:
        endpoint["outbound_auth"] = name
        sections.append(
            _section(name, type="auth", auth_type="userpass", username=config.username, password=password)
        )
    if config.register_:  # its expiration changes with the password: else Asterisk would not log in anew at once
        sections.append(
            _section(
                name, type="registration", transport=endpoint["transport"], outbound_auth=name, server_uri=uri,
                client_uri=f"sip:{config.username}@{config.from_domain or host}:{config.port}{scheme}",
                contact_user=config.username, retry_interval="30", forbidden_retry_interval="300", max_retries="100000",
                auth_rejection_permanent="no", expiration=str(300 + crc32(password.encode()) % 60),
            )
        )  # fmt: skip
    networks = config.from_networks or ([] if config.is_loopback else [config.host])  # this machine is `local`
    if networks:
        sections.append(_section(name, type="identify", endpoint=name, match=",".join(networks)))
    return [_section(name, **endpoint), *sections]


def _on_this_machine(trunk: Trunk) -> bool:
    return trunk.config.is_loopback and trunk.config.transport == "udp"


def _section(name: str, **values: str) -> str:
    lines = [f"[{name}]", *(f"{key} = {_escaped(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    """A semicolon begins a comment in Asterisk's files; line breaks have been refused before."""
    return value.replace("\\", "\\\\").replace(";", "\\;")
