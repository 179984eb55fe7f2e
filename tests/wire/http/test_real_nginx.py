"""The way to init and its answer, through a real nginx, run by the real runner."""

from dataclasses import replace
from pathlib import Path

import pytest
from net_lab import Authority, mute, trusting
from real_servers import needs_nginx, nginx
from ws_servers import serving

from hms_doctor.checks import every_check
from hms_doctor.cli.environment import environment_of
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.finding import CheckResult, Failed, Status, code_of
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import Selection
from hms_doctor.model.token.facts import TokenText
from hms_doctor.runner import Order, execute, make_plan
from hms_doctor.simulator import Simulator

pytestmark = needs_nginx
HOUR = "proxy_read_timeout 3600;"


async def looked(authority: Authority, port: int, token: TokenText, seconds: float = 10.0) -> dict[str, CheckResult]:
    """Run init and what it needs against a port on loopback."""
    settings = replace(trusting(authority, endpoint=f"https://127.0.0.1:{port}"), timeout=seconds)
    plan = make_plan(every_check(), Selection(only=("init", "local")), frozenset({TokenText}))
    environment = environment_of(settings, {})
    report = await execute(Order(plan=plan, settings=settings, environment=environment, seeds=(token,)))
    return {result.id: result for result in report.checks}


def failed(result: CheckResult) -> Failed:
    [finding] = [f for f in result.findings if isinstance(f, Failed)]
    return finding


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    made.server()  # writes chain.pem
    return made


async def test_nginx_before_the_simulated_service_changes_nothing(authority: Authority) -> None:
    async with Simulator() as simulator:
        upstream = f"location / {{ proxy_pass {simulator.init_endpoint}; }} gzip on; gzip_types application/json;"
        async with nginx(authority.folder, upstream + " gzip_min_length 1; ssl_protocols TLSv1.3;") as port:
            results = await looked(authority, port, TokenText(value=simulator.tokens["host"]))
    assert {r.id: r.summary for r in results.values() if r.status is Status.FAIL} == {}
    assert results["init"].status is Status.PASS
    assert "TLS 1.3" in results["endpoint.reach"].summary
    assert results["local.clock"].status is Status.PASS


async def test_the_words_of_the_service_pass_through_nginx(authority: Authority) -> None:
    async with Simulator() as simulator:
        upstream = f"location / {{ proxy_pass {simulator.init_endpoint}; }} ssl_protocols TLSv1.2;"
        header, claims, _ = simulator.tokens["host"].reveal().split(".")
        forged = f"{header}.{claims}.{'A' * 43}"
        async with nginx(authority.folder, upstream) as port:
            results = await looked(authority, port, TokenText(value=Secret(forged)))
    assert "TLS 1.2" in results["endpoint.reach"].summary
    assert failed(results["init"]).cause.code == 40109
    assert failed(results["init"]).evidence["server_message"] == "signature is invalid"


TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiaG9zdCJ9.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmUtc2lnbmF0dXI"


@pytest.mark.parametrize(
    ("server", "cause", "code", "web"),
    [
        ("location / { return 404; }", "init.not_found", 2003, 404),
        ("location / { return 503; }", "init.server_error", 2003, 503),
        ("location / { return 429; }", "init.rate_limited", 2003, 429),
        ("location / { return 403; }", "init.page", 2003, 403),
        ("location / { return 301 https://elsewhere.test/; }", "init.redirect", 2003, 301),
        ("location / { return 444; }", "init.cut", 2003, 2003),
        ("location / { default_type text/html; return 200 '<html>login'; }", "init.page", 2003, 200),
        ("location / { default_type application/json; return 200 '{}'; }", "init.malformed", 2003, 2003),
        ("location / { proxy_pass http://127.0.0.1:1; }", "init.server_error", 2003, 502),
        ("ssl_client_certificate chain.pem; ssl_verify_client on;", "init.page", 2003, 400),
    ],
)
async def test_what_nginx_itself_can_answer(authority: Authority, server: str, cause: str, code: int, web: int) -> None:
    async with nginx(authority.folder, server) as port:
        results = await looked(authority, port, token())
    finding = failed(results["init"])
    assert finding.cause.id == cause, finding.summary
    assert code_of(finding, Platform.ANY) == code
    assert code_of(finding, Platform.WEB) == web


def token() -> TokenText:
    return TokenText(value=Secret(TOKEN))


async def test_a_port_without_tls_says_so(authority: Authority) -> None:
    async with nginx(authority.folder, "location / { return 204; }", listen="") as port:
        results = await looked(authority, port, token())
    assert failed(results["endpoint.reach"]).cause.id == "tls.protocol"
    assert results["init"].status is Status.SKIP


async def test_a_server_that_shares_no_version(authority: Authority) -> None:
    async with nginx(authority.folder, "ssl_protocols TLSv1.2; ssl_ciphers NULL; location / { return 204; }") as port:
        results = await looked(authority, port, token())
    assert failed(results["endpoint.reach"]).cause.id in {"tls.handshake", "tcp.closed"}


@pytest.mark.parametrize(
    ("names", "ends", "cause"),
    [(("127.0.0.1",), -1, "tls.expired"), (("elsewhere.test",), 1, "tls.wrong_name")],
)
async def test_a_certificate_that_nginx_should_not_show(
    authority: Authority, names: tuple[str, ...], ends: int, cause: str
) -> None:
    authority.server(names, ends=ends)
    async with nginx(authority.folder, "location / { return 204; }") as port:
        results = await looked(authority, port, token())
    assert failed(results["endpoint.reach"]).cause.id == cause
    clock = results["local.clock"]
    assert clock.status is (Status.PASS if cause == "tls.expired" else Status.SKIP)


async def test_a_backend_that_stalls_behind_nginx(authority: Authority) -> None:
    async with serving(mute) as behind:
        upstream = f"location / {{ proxy_pass http://127.0.0.1:{behind}; {HOUR} }}"
        async with nginx(authority.folder, upstream) as port:
            results = await looked(authority, port, token(), seconds=5.0)
    assert failed(results["init"]).cause.id == "init.silent"
