"""X.509 certificates and SSH keys, as far as IAM looks into them.

The library is loaded when the first is met: it takes as long to load as a good part of a start.
"""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple

from windsock.kernel.clock import to_ms
from windsock.services.iam.errors import InvalidPublicKey, KeyPairMismatch, MalformedCertificate


class SshKey(NamedTuple):
    """A public key: in the form of OpenSSH without comment, in PEM, and its MD5 fingerprint."""

    openssh: str
    pem: str
    fingerprint: str


def check_certificate(pem: str) -> int:
    """When a certificate expires, in milliseconds. Raises MalformedCertificate."""
    from cryptography import x509

    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise MalformedCertificate(f"Certificate {pem} is malformed.") from error
    return to_ms(certificate.not_valid_after_utc)


def check_key_pair(certificate_pem: str, private_key_pem: str) -> None:
    """Raises MalformedCertificate, and KeyPairMismatch where the key is not that of the certificate."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(private_key_pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise MalformedCertificate("Private Key is malformed.") from error
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    if certificate.public_key() != key.public_key():
        raise KeyPairMismatch("Private key does not match the public key of the certificate.")


def read_ssh_key(body: str) -> SshKey:
    """A public RSA key in the form of OpenSSH or in PEM. Raises InvalidPublicKey."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_public_key,
        load_ssh_public_key,
    )

    load = load_pem_public_key if body.lstrip().startswith("-----BEGIN") else load_ssh_public_key
    try:
        key = load(body.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidPublicKey("The public key is invalid.") from error
    if not isinstance(key, RSAPublicKey):
        raise InvalidPublicKey("The public key is invalid: only RSA keys are supported.")
    openssh = key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    digest = hashlib.md5(base64.b64decode(openssh.split()[1]), usedforsecurity=False).hexdigest()
    return SshKey(openssh, pem, ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)))
