"""X.509 certificates for the simulator: P-256 keys, and the RFC 5280 extensions that strict verifiers ask for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, ExtensionType, GeneralName, Name

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Root:
    """An issuer: its name and its key."""

    common_name: str
    key: "EllipticCurvePrivateKey"


@dataclass(frozen=True)
class Validity:
    """From when until when."""

    begins: datetime
    ends: datetime


def new_key() -> "EllipticCurvePrivateKey":
    """Make a key."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def key_of(text: bytes) -> "EllipticCurvePrivateKey":
    """Read a key in PEM; raises ValueError for what is none of ours."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(text, password=None)
    except TypeError:
        raise ValueError("the key is encrypted") from None
    if not isinstance(key, EllipticCurvePrivateKey):
        raise ValueError("the key is of another kind")  # noqa: TRY004 - as for every other text that is no key
    return key


def issue_root(root: Root, validity: Validity) -> "Certificate":
    """Give the root's own certificate."""
    from cryptography import x509

    others = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    usage = x509.KeyUsage(
        key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False, **dict.fromkeys(others, False)
    )
    return _issue(root, root.common_name, root.key, validity, (x509.BasicConstraints(ca=True, path_length=0), usage))


def issue_leaf(root: Root, key: "EllipticCurvePrivateKey", hosts: tuple[str, ...], validity: Validity) -> "Certificate":
    """Give a server's certificate for these names and addresses."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    extensions = (
        x509.BasicConstraints(ca=False, path_length=None),
        x509.SubjectAlternativeName([_general_name(host) for host in hosts]),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()),
    )
    return _issue(root, hosts[0], key, validity, extensions)


def _issue(
    root: Root,
    subject: str,
    key: "EllipticCurvePrivateKey",
    validity: Validity,
    extensions: tuple["ExtensionType", ...],
) -> "Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    names = (_name(root.common_name), _name(subject))
    builder = x509.CertificateBuilder(*names, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(validity.begins).not_valid_after(validity.ends)
    for extension in (*extensions, x509.SubjectKeyIdentifier.from_public_key(key.public_key())):
        builder = builder.add_extension(extension, isinstance(extension, x509.BasicConstraints | x509.KeyUsage))
    return builder.sign(root.key, SHA256())


def _name(common: str) -> "Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general_name(host: str) -> "GeneralName":
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def pem(certificate: "Certificate") -> bytes:
    """Give a certificate as text."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def private_pem(key: "EllipticCurvePrivateKey") -> bytes:
    """Give a private key as text, for a file that only this user can read."""
    from cryptography.hazmat.primitives import serialization as form

    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())


def spki(key: "EllipticCurvePrivateKey") -> bytes:
    """Give the DER of the public key's SubjectPublicKeyInfo."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
