"""How each driver is made to connect: to an address that may be connected to, in time, with TLS where it is wanted.

A name is resolved once, and it is that address that is connected to, so that the guard cannot be led round by a name
that has another address the next moment. Oracle's driver looks a server up itself when its certificate counts: there
the certificate is what tells that it is the right one.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from typing import Any, Final

from engine.adapters.gateway import Refused
from engine.sources.source import Surroundings
from engine.sources.sql.config import PORTS, SqlConfig

CONNECT_SECONDS: Final = 10
LONGEST = 3_600
"""Seconds after which an answer is given up by us; the database's own limit comes before."""
_SSL_MODES: Final = {"none": "disable", "required": "require", "verified": "verify-full"}
Options = dict[str, Any]


def reach(config: SqlConfig, surroundings: Surroundings) -> Callable[[Any, Any, Any, Options], Any]:
    """A listener for SQLAlchemy's `do_connect`."""
    port = config.port or PORTS[config.database]

    def connect(dialect: Any, record: Any, arguments: Any, options: Options) -> Any:
        address = _address(config.host, port, surroundings)
        match config.database:
            case "postgresql":
                return _postgresql(config, surroundings, address, options)
            case "mysql" | "mariadb":
                return _mysql(config, address, port, options)
            case "mssql":
                return _mssql(config, address, port, options)
        return _oracle(config, address, options)

    return connect


def _address(host: str, port: int, surroundings: Surroundings) -> str:
    """An address of the server that may be connected to; raises Refused, or OSError where the name is not known."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    permitted = [address for address in found if surroundings.permits(host, address, port)]
    if not permitted:
        raise Refused("this address is inside the house, and not allowed (CALLWEAVE_ALLOW_HOSTS)")
    return permitted[0]


def _postgresql(config: SqlConfig, surroundings: Surroundings, address: str, options: Options) -> None:
    options |= {"hostaddr": address, "connect_timeout": CONNECT_SECONDS, "application_name": "callweave"}
    options["sslmode"] = _SSL_MODES[config.tls]
    if config.tls == "verified" and config.ca:
        path = surroundings.folder / "authorities.pem"  # PostgreSQL's library wants a file
        path.write_text(config.ca, encoding="ascii")
        options["sslrootcert"] = str(path)
    elif config.tls == "verified":
        options["sslrootcert"] = "system"


def _mysql(config: SqlConfig, address: str, port: int, options: Options) -> Any:
    import pymysql

    options |= {"connect_timeout": CONNECT_SECONDS, "charset": "utf8mb4", "ssl": _context(config)}
    options |= {"read_timeout": LONGEST, "write_timeout": LONGEST, "defer_connect": True}
    connection = pymysql.connect(**options)
    connection.connect(socket.create_connection((address, port), CONNECT_SECONDS))
    return connection


def _mssql(config: SqlConfig, address: str, port: int, options: Options) -> None:
    options |= {"login_timeout": CONNECT_SECONDS, "timeout": LONGEST}
    options["encryption"] = "off" if config.tls == "none" else "require"
    options["host"] = f"{address}:{port}"  # with encryption, too: this driver looks at no certificate


def _oracle(config: SqlConfig, address: str, options: Options) -> None:
    import oracledb

    protocol = {} if config.tls == "none" else {"protocol": "tcps", "ssl_context": _context(config)}
    host = address if config.tls == "none" else config.host
    port = config.port or PORTS["oracle"]
    options.pop("dsn", None)
    options |= {"host": host, "port": port, "service_name": config.name, **protocol}
    options["tcp_connect_timeout"] = CONNECT_SECONDS
    oracledb.defaults.fetch_lobs = False


def _context(config: SqlConfig) -> ssl.SSLContext | None:
    if config.tls == "none":
        return None
    context = ssl.create_default_context(cadata=config.ca or None)
    if config.tls == "required":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
