"""What a certificate says of itself, whoever signed it."""

import ssl
from datetime import datetime
from typing import TYPE_CHECKING, Final

from hms_doctor.model.network.server import CertificateFacts, NoCertificate

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, Name

    PeerCertificate = dict[str, str | tuple[tuple[str, str], ...] | tuple[tuple[tuple[str, str], ...], ...]]

_SHOWN: Final = ("commonName", "organizationName")
_MOST_NAMES: Final = 20
_LONGEST: Final = 100


def of_connection(ssl_object: ssl.SSLObject) -> CertificateFacts | NoCertificate:
    """Read the peer's certificate; where OpenSSL did not verify it, Python hands out its bytes alone."""
    told = ssl_object.getpeercert()
    if told:
        return of_names(told)
    der = ssl_object.getpeercert(binary_form=True)
    return parse(der) if der else NoCertificate(reason="the server sent none")


def of_names(told: "PeerCertificate") -> CertificateFacts:
    """Read what Python tells of a verified certificate, without loading cryptography."""
    names = [value[:_LONGEST] for kind, value in _pairs(told.get("subjectAltName")) if kind in {"DNS", "IP Address"}]
    return CertificateFacts(
        issuer=_of_pairs(told.get("issuer")),
        subject=_of_pairs(told.get("subject")),
        names=tuple(names[:_MOST_NAMES]),
        not_before=ssl.cert_time_to_seconds(str(told["notBefore"])),
        not_after=ssl.cert_time_to_seconds(str(told["notAfter"])),
    )


def _of_pairs(name: object) -> str:
    found = {key: value[:_LONGEST] for key, value in reversed(_pairs(name))}
    return ", ".join(dict.fromkeys(found[key] for key in _SHOWN if key in found)) or ", ".join(found.values())


def _pairs(value: object) -> list[tuple[str, str]]:
    """Flatten the nested tuples of pairs in which Python tells names."""
    match value:
        case (str(key), str(said)):
            return [(key, said)]
        case tuple():
            return [pair for part in value for pair in _pairs(part)]
        case _:
            return []


def parse(der: bytes) -> CertificateFacts | NoCertificate:
    """Read a DER certificate (RFC 5280); garbage gives ``NoCertificate``, whatever is wrong with it."""
    from cryptography import x509

    try:
        return _facts(x509.load_der_x509_certificate(der))
    except Exception as error:  # noqa: BLE001 - hostile bytes: the parser's errors are many, and Rust panics among them
        return NoCertificate(reason=f"it cannot be read ({type(error).__name__})")


def _facts(certificate: "Certificate") -> CertificateFacts:
    return CertificateFacts(
        issuer=_short(certificate.issuer),
        subject=_short(certificate.subject),
        names=_names(certificate),
        not_before=_seconds(certificate.not_valid_before_utc),
        not_after=_seconds(certificate.not_valid_after_utc),
    )


def _short(name: "Name") -> str:
    from cryptography.x509.oid import NameOID

    values = [
        str(attribute.value)[:_LONGEST]
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        for attribute in name.get_attributes_for_oid(oid)[:1]
    ]
    return ", ".join(dict.fromkeys(value for value in values if value)) or name.rfc4514_string()[:_LONGEST]


def _names(certificate: "Certificate") -> tuple[str, ...]:
    from cryptography import x509

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    names = [*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]
    return tuple(name[:_LONGEST] for name in names[:_MOST_NAMES])


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
