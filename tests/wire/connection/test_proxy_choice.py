import pytest

from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy, NoProxy, ProxyChoice, ProxyFromEnvironment
from hms_doctor.model.vantage import ProxyUse
from hms_doctor.wire.connection.proxy import Direct, Proxy, Route, Unusable, choose, exempt, is_loopback, parse_proxy

HOST = "prod-init.100ms.live"


def way(choice: ProxyChoice, protocol: str = "https", host: str = HOST, use: ProxyUse = ProxyUse.AS_SET) -> Route:
    return choose(choice, use, protocol, host, 443)


def env(**variables: str) -> ProxyFromEnvironment:
    return ProxyFromEnvironment(variables=variables)


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port"),
    [
        ("http://proxy.test:3128", "http", "proxy.test", 3128),
        ("proxy.test:3128", "http", "proxy.test", 3128),
        ("proxy.test", "http", "proxy.test", 80),
        ("HTTP://Proxy.Test", "http", "proxy.test", 80),
        ("https://proxy.test", "https", "proxy.test", 443),
        ("socks5://127.0.0.1", "socks5", "127.0.0.1", 1080),
        ("socks5h://[::1]:9050", "socks5h", "::1", 9050),
        (" http://proxy.test:8080/ ", "http", "proxy.test", 8080),
    ],
)
def test_a_proxys_url(url: str, scheme: str, host: str, port: int) -> None:
    assert parse_proxy(url) == Proxy(scheme=scheme, host=host, port=port)


def test_a_login_is_decoded_and_never_shown() -> None:
    proxy = parse_proxy("http://j%40ne:s3cr%3At@proxy.test:3128")
    assert proxy.user.reveal() == "j@ne"
    assert proxy.password.reveal() == "s3cr:t"
    assert proxy.basic.reveal() == "Basic akBuZTpzM2NyOnQ="
    assert "s3cr" not in repr(proxy)
    assert str(proxy) == "proxy.test:3128"


def test_a_proxy_without_login_has_no_header() -> None:
    assert not parse_proxy("http://proxy.test").basic
    assert str(parse_proxy("http://[2001:db8::1]:3128")) == "[2001:db8::1]:3128"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://proxy.test", "not ftp"),
        ("socks4://proxy.test", "not socks4"),
        ("http://", "names no host"),
        ("http://user:hunter2@", "names no host"),
        ("http://proxy.test:99999", "cannot be read"),
        ("http://proxy.test:eighty", "cannot be read"),
        ("http://[::1", "cannot be read"),
        ("http://two words:3128", "names no host"),
        ("", "names no host"),
    ],
)
def test_a_url_that_is_no_proxys(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        parse_proxy(url)
    assert "hunter2" not in str(caught.value)


def test_the_fixed_proxy_is_for_everything() -> None:
    fixed = FixedProxy(url=Secret("http://u:p@proxy.test:3128"))
    for protocol in ("http", "https", "ws", "wss", "turn", "turns"):
        assert str(way(fixed, protocol)) == "proxy.test:3128"
    assert way(fixed, use=ProxyUse.DIRECT) == Direct()
    assert way(NoProxy()) == Direct()


def test_a_proxy_that_cannot_be_used_says_why_and_shows_no_login() -> None:
    route = way(FixedProxy(url=Secret("quic://u:hunter2@proxy.test")))
    assert route == Unusable(reason="a proxy must be http, https or socks5, not quic")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "app.localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])
def test_loopback_never_goes_through_a_proxy(host: str) -> None:
    assert is_loopback(host)
    assert way(FixedProxy(url=Secret("http://proxy.test")), host=host) == Direct()


@pytest.mark.parametrize("host", ["localhost.test", "128.0.0.1", "10.0.0.1", "init.test", ""])
def test_what_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("variables", "protocol", "expected"),
    [
        ({"HTTPS_PROXY": "http://a.test:1"}, "https", "a.test:1"),
        ({"https_proxy": "http://a.test:1"}, "wss", "a.test:1"),
        ({"https_proxy": "http://a.test:1", "HTTPS_PROXY": "http://b.test:1"}, "turns", "a.test:1"),
        ({"ALL_PROXY": "socks5://a.test"}, "turn", "a.test:1080"),
        ({"all_proxy": "http://a.test:1", "HTTPS_PROXY": "http://b.test:1"}, "https", "b.test:1"),
        ({"http_proxy": "http://a.test:1"}, "http", "a.test:1"),
        ({"HTTP_PROXY": "http://a.test:1"}, "https", ""),
        ({"HTTPS_PROXY": "http://a.test:1"}, "http", ""),
        ({"HTTPS_PROXY": "  "}, "https", ""),
        ({}, "https", ""),
        ({"HTTPS_PROXY": "http://a.test:1", "NO_PROXY": ".100ms.live"}, "https", ""),
        ({"HTTPS_PROXY": "http://a.test:1", "no_proxy": "other.test"}, "https", "a.test:1"),
    ],
)
def test_the_environment_names_the_proxy(variables: dict[str, str], protocol: str, expected: str) -> None:
    route = way(ProxyFromEnvironment(variables=variables), protocol)
    assert (str(route) if isinstance(route, Proxy) else "") == expected


def test_a_broken_variable_is_told_not_passed_over() -> None:
    assert isinstance(way(env(HTTPS_PROXY="http://:0:0")), Unusable)


@pytest.mark.parametrize(
    ("no_proxy", "host", "port", "expected"),
    [
        ("*", HOST, 443, True),
        ("100ms.live", HOST, 443, True),
        (".100ms.live", HOST, 443, True),
        ("*.100ms.live", HOST, 443, True),
        ("100MS.LIVE", HOST, 443, True),
        ("ms.live", HOST, 443, False),
        ("other.test, 100ms.live", HOST, 443, True),
        ("other.test 100ms.live", HOST, 443, True),
        ("100ms.live:443", HOST, 443, True),
        ("100ms.live:8443", HOST, 443, False),
        ("10.0.0.0/8", "10.1.2.3", 443, True),
        ("10.0.0.0/8", "11.1.2.3", 443, False),
        ("10.0.0.0/8", HOST, 443, False),
        ("10.0.0.0/99", "10.1.2.3", 443, False),
        ("10.1.2.3", "10.1.2.3", 443, True),
        ("[2001:db8::1]:443", "2001:db8::1", 443, True),
        ("[2001:db8::1]", "[2001:db8::1]", 443, True),
        ("2001:db8::/32", "2001:db8::1", 443, True),
        ("2001:db8::1", "2001:db8::1", 443, True),
        ("", HOST, 443, False),
        (" , ,", HOST, 443, False),
        (".", HOST, 443, False),
    ],
)
def test_whom_no_proxy_exempts(no_proxy: str, host: str, port: int, expected: bool) -> None:
    assert exempt(no_proxy, host, port) is expected
