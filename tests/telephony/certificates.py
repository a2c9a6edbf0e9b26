"""An authority and what it certifies, for providers that are met by TLS."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """`Authority(folder, "ours")`: its own certificate is `file`; `certify(name)` gives a server's certificate and key."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = _name(f"{name} authority")
        made = self._builder(self._subject, self._key).add_extension(x509.BasicConstraints(True, 0), critical=True)
        self.file = folder / f"{name}-ca.pem"
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certify(self, name: str = "localhost", address: str = "127.0.0.1") -> tuple[Path, Path]:
        """A certificate for this name and this address."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address(address))])
        made = self._builder(_name(name), key).add_extension(names, critical=False)
        certificate, private = (self._folder / f"{self._name}-{name}.{kind}" for kind in ("crt", "key"))
        certificate.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, private

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return x509.CertificateBuilder(
            subject_name=subject, issuer_name=self._subject, public_key=key.public_key(),
            serial_number=x509.random_serial_number(), not_valid_before=now - timedelta(hours=1),
            not_valid_after=now + timedelta(days=1),
        )  # fmt: skip


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
