import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.network.endpoint_url import Problem, ShoutingUrl, UnusableUrl, UsableUrl, read_endpoint
from hms_doctor.model.network.server import EndpointUrl


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("https://prod-init.100ms.live", "prod-init.100ms.live", 443),
        ("https://prod-init.100ms.live/", "prod-init.100ms.live", 443),
        ("https://prod-init.100ms.live/init", "prod-init.100ms.live", 443),
        ("https://Prod-Init.100ms.Live:8443", "prod-init.100ms.live", 8443),
        ("https://init.test:", "init.test", 443),
        ("https://init.test.", "init.test.", 443),
        ("https://localhost:8443", "localhost", 8443),
        ("https://my_host", "my_host", 443),
        ("https://127.0.0.1:1", "127.0.0.1", 1),
        ("https://[::1]:65535", "::1", 65535),
        ("https://[2001:DB8::1]", "2001:db8::1", 443),
        ("https://init.test\\init", "init.test", 443),
    ],
)
def test_what_the_sdks_take(text: str, host: str, port: int) -> None:
    assert read_endpoint(text) == UsableUrl(endpoint=EndpointUrl(url=text, host=host, port=port))


@pytest.mark.parametrize(
    ("text", "problem", "words"),
    [
        ("", Problem.EMPTY, "is empty"),
        ("  \n ", Problem.EMPTY, "is empty"),
        (" https://init.test", Problem.BLANKS, "around"),
        ("https://init.test ", Problem.BLANKS, "around"),
        ("https://init.test\n", Problem.BLANKS, "control character"),
        ("https://init.te st", Problem.BLANKS, "holds a blank"),
        ("https://init\u00a0.test", Problem.BLANKS, "holds a blank"),
        ("https://init.test/\x1b[2J", Problem.BLANKS, "control character"),
        ("prod-init.100ms.live", Problem.SCHEME, "no https://"),
        ("//prod-init.100ms.live", Problem.SCHEME, "no https://"),
        ("prod-init.100ms.live:443", Problem.SCHEME, "no https://"),
        ("localhost:8443/init", Problem.SCHEME, "no https://"),
        ("/init", Problem.SCHEME, "no https://"),
        ("undefined", Problem.SCHEME, "no https://"),
        ("http://init.test", Problem.SCHEME, "begins with http:"),
        ("HTTP://init.test", Problem.SCHEME, "begins with HTTP:"),
        ("ftp://init.test", Problem.SCHEME, "begins with ftp:"),
        ("wss://init.test/v2/ws", Problem.SCHEME, "begins with wss:"),
        ("https:init.test", Problem.SCHEME, "slashes are missing"),
        ("https:/init.test", Problem.SCHEME, "slashes are missing"),
        ("https://user@init.test", Problem.USERINFO, "login"),
        ("https://user:hunter2@init.test", Problem.USERINFO, "login"),
        ("https://init.test:0", Problem.PORT, "outside 1 to 65535"),
        ("https://init.test:65536", Problem.PORT, "outside 1 to 65535"),
        ("https://init.test:99999999999999999999", Problem.PORT, "outside 1 to 65535"),
        ("https://init.test:eighty", Problem.PORT, "no number: eighty"),
        ("https://init.test:-1", Problem.PORT, "no number: -1"),
        ("https://init.test:٤٤٣", Problem.PORT, "no number"),
        ("https://", Problem.HOST, "names no host"),
        ("https:///init", Problem.HOST, "names no host"),
        ("https://?x=1", Problem.HOST, "names no host"),
        ("https://:8443", Problem.HOST, "names no host"),
        ("https://a..b", Problem.HOST, "no possible host name"),
        ("https://.init.test", Problem.HOST, "no possible host name"),
        ("https://-init.test", Problem.HOST, "no possible host name"),
        ("https://init%2etest", Problem.HOST, "no possible host name"),
        ("https://init,test", Problem.HOST, "no possible host name"),
        ("https://" + "x" * 64 + ".test", Problem.HOST, "no possible host name"),
        ("https://" + "x." * 130 + "test", Problem.HOST, "no possible host name"),
        ("https://256.1.1.1", Problem.HOST, "no IPv4 address"),
        ("https://1.2.3", Problem.HOST, "no IPv4 address"),
        ("https://[::g]", Problem.HOST, "IPv6"),
        ("https://[::1", Problem.HOST, "bracket"),
        ("https://[fe80::1%25eth0]", Problem.HOST, "no IPv6 address"),
        ("https://\u2260\udcff.test", Problem.HOST, "international host name"),
    ],
)
def test_what_no_sdk_takes(text: str, problem: Problem, words: str) -> None:
    read = read_endpoint(text)
    assert isinstance(read, UnusableUrl), read
    assert read.problem is problem
    assert words in read.summary
    assert "hunter2" not in read.summary


@pytest.mark.parametrize("scheme", ["HTTPS", "Https", "httpS"])
def test_a_scheme_in_capitals_is_right_but_not_on_the_web(scheme: str) -> None:
    read = read_endpoint(f"{scheme}://init.test")
    assert isinstance(read, ShoutingUrl)
    assert read.endpoint.host == "init.test"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://init.test/v2/init", "has no effect"),
        ("https://init.test?x=1", "has no effect"),
        ("https://init.test/#top", "has no effect"),
        ("https://qa-init.100ms.live", "no production host"),
        ("https://dev-init.100ms.live", "no production host"),
        ("https://müller.test", "on the wire it is xn--mller-kva.test"),
        ("https://a.bücher.test", "on the wire it is a.xn--bcher-kva.test"),
    ],
)
def test_what_is_worth_a_note(text: str, words: str) -> None:
    read = read_endpoint(text)
    assert isinstance(read, UsableUrl)
    [note] = read.notes
    assert words in note


@given(st.text(max_size=80) | st.text(max_size=60).map("https://".__add__))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    read = read_endpoint(text)
    if not isinstance(read, UnusableUrl):
        assert read.endpoint.host
        assert 0 < read.endpoint.port < 65536
