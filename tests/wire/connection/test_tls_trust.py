import ssl
from pathlib import Path

import certifi
import pytest
from net_lab import Authority, mute, trusting
from ws_servers import PATIENT, a_context, serving

from hms_doctor.model.network.server import TlsFacts
from hms_doctor.model.settings import CaFile, NoProxy, Settings, SystemTrust
from hms_doctor.model.vantage import TrustUse
from hms_doctor.wire.connection.dial import DialFailed, Dialled, Target, dial
from hms_doctor.wire.connection.tls import Verify, client_context, trust_name


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    client_context.cache_clear()


@pytest.mark.parametrize("use", list(TrustUse))
def test_a_private_root_without_key_usage_is_not_rejected_for_that(use: TrustUse, tmp_path: Path) -> None:
    for trust in (SystemTrust(), CaFile(path=str(Authority(tmp_path).ca_file))):
        context = client_context(trust, use)
        assert not context.verify_flags & ssl.VERIFY_X509_STRICT
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


def test_the_unverified_look_checks_nothing() -> None:
    context = client_context(SystemTrust(), verify=Verify.NOTHING)
    assert context.verify_mode is ssl.CERT_NONE
    assert not context.check_hostname


def test_the_system_is_asked_its_own_way() -> None:
    assert type(client_context(SystemTrust())).__module__.startswith("truststore")


def test_the_public_roots_are_all_of_the_public_context() -> None:
    ours = client_context(SystemTrust(), TrustUse.PUBLIC).cert_store_stats()["x509_ca"]
    everyone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    everyone.load_verify_locations(certifi.where())
    assert ours == everyone.cert_store_stats()["x509_ca"] > 50


def test_only_the_given_file_is_trusted(tmp_path: Path) -> None:
    context = client_context(CaFile(path=str(Authority(tmp_path).ca_file)))
    assert context.cert_store_stats()["x509_ca"] == 1


async def test_the_variables_of_openssl_are_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    settings = Settings(proxy=NoProxy(), trust=SystemTrust())
    async with serving(mute, authority.server()) as port:
        target = Target(host="127.0.0.1", port=port, protocol="https")
        async with a_context(PATIENT, settings) as ctx:
            assert isinstance(await dial(ctx, target), DialFailed)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
        client_context.cache_clear()
        async with a_context(PATIENT, settings) as ctx:
            dialled = await dial(ctx, target)
            assert isinstance(dialled, Dialled)
            await dialled.stream.aclose()
    assert isinstance(dialled.tls, TlsFacts)
    assert dialled.tls.trust == "the system's store and SSL_CERT_FILE"


def test_trust_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert trust_name(SystemTrust(), TrustUse.AS_SET) == "the system's store"
    assert trust_name(SystemTrust(), TrustUse.PUBLIC) == "public roots"
    assert trust_name(CaFile(path="corp.pem"), TrustUse.AS_SET) == "the file corp.pem"
    monkeypatch.setenv("SSL_CERT_FILE", "/a.pem")
    monkeypatch.setenv("SSL_CERT_DIR", "/certs")
    assert trust_name(SystemTrust(), TrustUse.AS_SET) == "the system's store and SSL_CERT_FILE and SSL_CERT_DIR"


async def test_an_authority_of_the_lab_is_one(tmp_path: Path) -> None:
    """The lab's own certificates, on which every TLS test stands."""
    authority = Authority(tmp_path)
    everywhere = authority.server(("::1", "127.0.0.1", "a.test"))
    async with serving(mute, everywhere) as port, a_context(PATIENT, trusting(authority)) as ctx:
        dialled = await dial(ctx, Target(host="127.0.0.1", port=port, protocol="https"))
        assert isinstance(dialled, Dialled)
        await dialled.stream.aclose()
