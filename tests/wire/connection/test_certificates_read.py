import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from net_lab import KEY, alternatives, begin

from hms_doctor.model.network.server import CertificateFacts, NoCertificate
from hms_doctor.wire.connection.certificates import of_names, parse

DER = serialization.Encoding.DER


def der(builder: x509.CertificateBuilder) -> bytes:
    return builder.sign(KEY, hashes.SHA256()).public_bytes(DER)


def read(raw: bytes) -> CertificateFacts:
    facts = parse(raw)
    assert isinstance(facts, CertificateFacts), facts
    return facts


def test_a_certificate_says_who_and_when() -> None:
    leaf = begin("init.test", "Some CA", KEY, -1, 1).add_extension(
        alternatives(("init.test", "192.0.2.1")), critical=False
    )
    facts = read(der(leaf))
    assert facts.subject == "init.test, Test Works"
    assert facts.issuer == "Some CA, Test Works"
    assert facts.names == ("init.test", "192.0.2.1")
    assert facts.not_after - facts.not_before == 2 * 86400


def test_a_certificate_without_names_has_none() -> None:
    assert read(der(begin("init.test", "Some CA", KEY, -1, 1))).names == ()


def test_long_and_many_names_are_cut() -> None:
    names = tuple(f"n{i}.test" for i in range(100))
    facts = read(der(begin("x" * 60, "y" * 60, KEY, -1, 1).add_extension(alternatives(names), critical=False)))
    assert len(facts.names) == 20


def test_a_name_without_the_usual_parts_is_told_whole() -> None:
    now = dt.datetime.now(dt.UTC)
    country = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "IN")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(country)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now)
    )
    facts = read(der(builder))
    assert (facts.subject, facts.issuer) == ("", "C=IN")


@given(st.binary(max_size=300))
def test_garbage_is_no_certificate_and_no_crash(raw: bytes) -> None:
    assert isinstance(parse(raw), NoCertificate)


@given(st.integers(min_value=0, max_value=500), st.binary(min_size=1, max_size=4))
def test_a_damaged_certificate_is_no_crash(at: int, patch: bytes) -> None:
    whole = _WHOLE
    damaged = whole[: at % len(whole)] + patch + whole[at % len(whole) + len(patch) :]
    assert isinstance(parse(damaged), CertificateFacts | NoCertificate)


_WHOLE = der(begin("init.test", "Some CA", KEY, -1, 1).add_extension(alternatives(("init.test",)), critical=False))


def test_what_python_tells_of_a_verified_certificate() -> None:
    facts = of_names(
        {
            "subject": ((("countryName", "IN"),), (("commonName", "init.test"),)),
            "issuer": ((("organizationName", "Works"),), (("commonName", "CA"),)),
            "subjectAltName": (("DNS", "init.test"), ("IP Address", "192.0.2.1"), ("email", "a@b.test")),
            "notBefore": "Nov 21 18:22:10 2026 GMT",
            "notAfter": "Nov 22 18:22:10 2026 GMT",
        }
    )
    assert (facts.subject, facts.issuer) == ("init.test", "CA, Works")
    assert facts.names == ("init.test", "192.0.2.1")
    assert facts.not_before == ssl.cert_time_to_seconds("Nov 21 18:22:10 2026 GMT")
    assert facts.not_after - facts.not_before == 86400


@pytest.mark.parametrize("name", [(), ((("countryName", "IN"),),)])
def test_a_name_of_other_parts(name: tuple[tuple[tuple[str, str], ...], ...]) -> None:
    told = of_names({"subject": name, "notBefore": "Nov 21 18:22:10 2026 GMT", "notAfter": "Nov 22 18:22:10 2026 GMT"})
    assert told.subject == ("IN" if name else "")
    assert told.names == ()


def test_reading_a_verified_certificate_loads_no_cryptography(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom hms_doctor.wire.connection.certificates import of_names\n"
        "of_names({'notBefore': 'Nov 21 18:22:10 2026 GMT', 'notAfter': 'Nov 22 18:22:10 2026 GMT'})\n"
        "print([m for m in ('cryptography', 'httpx', 'httpcore', 'dns', 'truststore') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.strip() == "[]"
    assert tmp_path.exists()
