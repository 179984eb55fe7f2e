"""What `check` is given: tokens, codes, secrets, endpoints, relays, from wherever people keep them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers_cli import at, checks_of, environment_in, evidence_of, here, simulating, statuses_of
from helpers_faults import Done, doctor, root_of

from hms_doctor.simulator import Simulator
from hms_doctor.simulator.faults import find_fault
from hms_doctor.simulator.scenario import Scenario

JSON = ("--format", "json")
OFFLINE = ("check", "--only", "token", *JSON)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with simulating() as opened:
        yield opened


@pytest.fixture
def token(simulator: Simulator) -> str:
    return simulator.tokens["host"].reveal()


def origin(done: Done) -> object:
    """Give where the report says that the token came from."""
    return evidence_of(done, "token.format")["from"]


class TestToken:
    def test_by_flag_it_works_and_warns(self, token: str) -> None:
        done = here(*OFFLINE, "--token", token)
        assert (done.code, origin(done)) == (0, "the command line")
        assert done.err.startswith("hms-doctor: a token in --token is visible to everybody on this machine")
        assert done.err.count("\n") == 1
        assert token.rpartition(".")[2] not in done.out + done.err

    def test_by_file(self, token: str, tmp_path: Path) -> None:
        file = tmp_path / "token.jwt"
        file.write_text(f"{token}\n")
        done = here(*OFFLINE, "--token-file", str(file))
        assert (done.code, done.err, origin(done)) == (0, "", f"the file {file}")

    def test_by_standard_input(self, token: str) -> None:
        done = doctor(*OFFLINE, "--token", "-", stdin=f"{token}\n")
        assert (done.code, done.err, origin(done)) == (0, "", "standard input")

    def test_by_environment(self, token: str) -> None:
        done = here(*OFFLINE, env={"HMS_TOKEN": token})
        assert (done.code, done.err, origin(done)) == (0, "", "HMS_TOKEN")

    def test_a_flag_goes_before_the_environment(self, token: str, tmp_path: Path) -> None:
        (tmp_path / "t").write_text(token)
        done = here(*OFFLINE, "--token-file", str(tmp_path / "t"), env={"HMS_TOKEN": "x", "HMS_ROOM_CODE": "abc"})
        assert (done.code, done.err) == (0, "")

    def test_given_but_empty_is_2004(self, tmp_path: Path) -> None:
        (tmp_path / "empty").write_text("")
        for done in (
            here(*OFFLINE, "--token", ""),
            here(*OFFLINE, "--token-file", str(tmp_path / "empty")),
            here(*OFFLINE, "--token", "-"),
            here(*OFFLINE, env={"HMS_TOKEN": ""}),
        ):
            assert (done.code, root_of(done.report)["code"], done.err) == (1, 2004, "")

    def test_beyond_four_megabytes_is_2004(self) -> None:
        done = doctor(*OFFLINE, "--token", "-", stdin="a" * (4 * 1024 * 1024 + 1))
        assert (done.code, root_of(done.report)["code"]) == (1, 2004)

    def test_two_at_once_contradict(self, token: str) -> None:
        done = here("check", "--token", token, "--room-code", "abc-defg-hij")
        assert (done.code, done.out) == (2, "")
        assert "contradict" in done.err


class TestNoToken:
    def test_all_that_needs_none_runs_and_the_end_is_open(self, simulator: Simulator) -> None:
        done = here("check", "--skip", "devices", *at(simulator), *JSON)
        assert (done.code, done.report["verdict"], done.err) == (3, "inconclusive", "")
        assert all(way in str(done.report["headline"]) for way in ("--token-file", "HMS_TOKEN", "--room-code"))
        statuses = statuses_of(done)
        assert {statuses[name] for name in ("local.link", "endpoint.url", "endpoint.reach", "ice.host")} == {"pass"}
        assert statuses["init"] == "skip"
        assert done.report["not_proven"] == [
            "init", "signalling", "relays", "joining the room", "media", "browser permissions",
        ]  # fmt: skip

    def test_skip_token_accepts_that(self, simulator: Simulator) -> None:
        done = here("check", "--skip", "token", "--skip", "devices", *at(simulator), *JSON)
        assert (done.code, done.report["verdict"]) == (0, "pass")
        checks = checks_of(done)
        assert checks["token.format"]["skipped_because"] == "--skip"
        assert checks["init"]["skipped_because"] == "token.format"
        assert checks["local.clock"]["skipped_because"] == "init"

    def test_what_needs_none_may_be_selected_without_one(self, simulator: Simulator) -> None:
        assert here("check", "--only", "local", *at(simulator), "-q").code == 0
        assert here("check", "--only", "endpoint", *at(simulator), "-q").code == 0
        assert here("check", "--only", "signalling", *at(simulator), "-q").code == 3

    def test_a_failure_is_still_a_failure(self) -> None:
        assert here("check", "--only", "endpoint", "--endpoint", "http://h", "-q").code == 1


@contextmanager
def auth_service(answer: bytes, status: int = 200) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one answer to every POST; give where, and what was asked."""
    asked: list[bytes] = []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v2/token", asked
        server.shutdown()
        thread.join()


class TestRoomCode:
    def test_it_is_exchanged_and_init_takes_the_token(self, simulator: Simulator, token: str) -> None:
        with auth_service(json.dumps({"token": token}).encode()) as (url, asked):
            done = here(
                "check", "--only", "init", "--room-code", "abc-defg-hij", "--auth-endpoint", url, *at(simulator), *JSON
            )
        assert (done.code, done.err) == (0, "")
        assert json.loads(asked[0]) == {"code": "abc-defg-hij"}
        checks = checks_of(done)
        assert checks["token.room_code"]["status"] == "pass"
        assert checks["token.room_code"]["implied"] is True
        assert origin(done) == "room code"

    def test_by_environment_where_no_token_is_given(self, token: str) -> None:
        with auth_service(json.dumps({"token": token}).encode()) as (url, asked):
            environ = {"HMS_ROOM_CODE": "xyz", "HMS_AUTH_ENDPOINT": url}
            assert here(*OFFLINE, env=environ).code == 0
            assert len(asked) == 1
            assert here(*OFFLINE, env={**environ, "HMS_TOKEN": token}).code == 0
            assert len(asked) == 1

    def test_an_unknown_code_is_not_taken_for_a_missing_token(self) -> None:
        with auth_service(b'{"code": 404, "message": "room code not found"}', 404) as (url, _):
            done = here(*OFFLINE, "--room-code", "no-such-code", "--auth-endpoint", url)
        assert (done.code, root_of(done.report)["check"]) == (1, "token.room_code")
        assert checks_of(done)["token.format"]["skipped_because"] == "token.room_code"


class TestMint:
    def test_a_fresh_token_for_this_run(self, simulator: Simulator, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text(simulator.app_secret.reveal())
        done = here(
            *("check", "--mint", "--room-id", simulator.room_id, "--user-id", "u-17", "--role", "host"),
            *("--access-key", simulator.access_key, "--secret-file", str(tmp_path / "secret")),
            *("--only", "init", "--only", "token", *at(simulator), *JSON),
        )
        assert (done.code, done.err, origin(done)) == (0, "", "minted for this run")
        assert statuses_of(done)["token.signature"] == "pass"

    def test_key_and_secret_by_environment(self, simulator: Simulator) -> None:
        done = here(
            *("check", "--mint", "--room-id", simulator.room_id, "--user-id", "u-17", "--role", "host"),
            *("--only", "init", *at(simulator), *JSON),
            env={
                "HMS_ACCESS_KEY": simulator.access_key,
                "HMS_APP_SECRET": simulator.app_secret.reveal(),
                "HMS_TOKEN": "beaten",
                "HMS_ROOM_CODE": "beaten",
            },
        )
        assert (done.code, done.err) == (0, "")

    def test_all_that_is_missing_is_named_at_once(self) -> None:
        done = here("check", "--mint", "--role", "host")
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            "hms-doctor: --mint also needs --room-id, --user-id, --access-key or HMS_ACCESS_KEY, "
            "--secret-file or HMS_APP_SECRET\n"
        )

    @pytest.mark.parametrize("other", ["--token", "--token-file", "--room-code"])
    def test_another_token_contradicts(self, other: str) -> None:
        done = here("check", "--mint", other, "")
        assert done.code == 2
        assert "--mint makes the token of this run" in done.err


class TestSecret:
    def test_given_the_signature_is_checked(self, simulator: Simulator, token: str, tmp_path: Path) -> None:
        (tmp_path / "right").write_text(f"{simulator.app_secret.reveal()}\n")
        (tmp_path / "wrong").write_text("another secret")
        environ = {"HMS_TOKEN": token}
        right = here(*OFFLINE, "--secret-file", str(tmp_path / "right"), env=environ)
        wrong = here(*OFFLINE, "--secret-file", str(tmp_path / "wrong"), env=environ)
        by_environment = here(*OFFLINE, env={**environ, "HMS_APP_SECRET": "another secret"})
        none = here(*OFFLINE, env=environ)
        assert [statuses_of(done)["token.signature"] for done in (right, wrong, by_environment, none)] == [
            "pass", "fail", "fail", "skip",
        ]  # fmt: skip
        assert root_of(wrong.report)["code"] == 40109

    def test_the_server_that_accepts_it_knows_better(self, simulator: Simulator, token: str) -> None:
        environ = {"HMS_TOKEN": token, "HMS_APP_SECRET": "another secret"}
        done = here("check", "--only", "token", "--only", "init", *at(simulator), *JSON, env=environ)
        assert (done.code, statuses_of(done)["token.signature"]) == (0, "warn")


@pytest.mark.parametrize(
    ("flag", "wrong", "code"),
    [("--room-id", "another-room", 40002), ("--role", "admiral", 40108), ("--user-id", "somebody", 40107)],
)
def test_expectations_are_compared_with_the_claims(flag: str, wrong: str, code: int, token: str) -> None:
    done = here(*OFFLINE, flag, wrong, env={"HMS_TOKEN": token})
    assert (done.code, root_of(done.report)["code"], root_of(done.report)["check"]) == (1, code, "token.expectations")


def test_expectations_that_are_met_pass(simulator: Simulator, token: str) -> None:
    told = ("--room-id", simulator.room_id, "--role", "host", "--user-id", "simulated-host")
    done = here(*OFFLINE, *told, env={"HMS_TOKEN": token})
    assert (done.code, statuses_of(done)["token.expectations"]) == (0, "pass")


class TestEndpoint:
    def test_by_flag_and_by_environment(self, simulator: Simulator) -> None:
        only = ("check", "--only", "endpoint.url", *JSON)
        flag = here(*only, "--endpoint", "http://flag", env={"HMS_INIT_ENDPOINT": simulator.init_endpoint})
        assert root_of(flag.report)["code"] == 2002
        assert here(*only, env={"HMS_INIT_ENDPOINT": simulator.init_endpoint}).code == 0
        assert "prod-init.100ms.live" in here(*only).out

    def test_an_empty_one_is_2002(self) -> None:
        done = here("check", "--only", "endpoint.url", "--endpoint", "", *JSON)
        assert (done.code, root_of(done.report)["code"]) == (1, 2002)

    def test_trust_is_the_ca_files(self, simulator: Simulator) -> None:
        only = ("check", "--only", "endpoint.reach", "--endpoint", simulator.init_endpoint, *JSON)
        untrusted, trusted = here(*only), here(*only, "--ca-file", str(simulator.ca_file))
        by_environment = doctor(*only, env={"SSL_CERT_FILE": str(simulator.ca_file)})  # read once a process
        assert (untrusted.code, root_of(untrusted.report)["code"]) == (1, 2003)
        assert (trusted.code, by_environment.code) == (0, 0)
        for done in (trusted, by_environment):
            assert str(simulator.ca_file) in str(environment_in(done))


class TestIceServers:
    @pytest.fixture
    def flags(self, simulator: Simulator) -> tuple[str, ...]:
        [server] = simulator.ice_servers
        urls = [word for url in server.urls[:2] for word in ("--ice-server", url)]
        return ("check", "--only", "ice.turn", *urls, "--ice-username", server.username, *at(simulator), *JSON)

    @pytest.fixture
    def password(self, simulator: Simulator) -> str:
        return simulator.ice_servers[0].credential.reveal()

    def rows(self, done: Done) -> list[dict[str, object]]:
        rows = evidence_of(done, "ice.turn")["rows"]
        assert isinstance(rows, list)
        return rows

    def test_they_take_the_place_of_inits(self, flags: tuple[str, ...], password: str, tmp_path: Path) -> None:
        (tmp_path / "password").write_text(f"{password}\n")
        done = here(*flags, "--ice-credential-file", str(tmp_path / "password"))
        assert (done.code, done.err) == (0, "")
        assert list(statuses_of(done)) == ["ice.turn"]
        assert [row["url"] for row in self.rows(done)] == [flags[4], flags[6]]
        assert {row["stage"] for row in self.rows(done)} == {"ok"}
        assert password not in done.out

    def test_a_password_in_argv_works_and_warns(self, flags: tuple[str, ...], password: str) -> None:
        done = here(*flags, "--ice-credential", password)
        assert done.code == 0
        assert done.err.startswith("hms-doctor: a password in --ice-credential is visible to everybody")
        assert password not in done.out + done.err

    def test_a_password_by_environment(self, flags: tuple[str, ...], password: str) -> None:
        done = here(*flags, env={"HMS_ICE_CREDENTIAL": password})
        assert (done.code, done.err, statuses_of(done)["ice.turn"]) == (0, "", "pass")
        assert statuses_of(here(*flags, env={"HMS_ICE_CREDENTIAL": "wrong"}))["ice.turn"] == "warn"

    def test_a_login_without_a_server_is_a_mistake(self) -> None:
        done = here("check", "--ice-username", "u")
        assert done.code == 2
        assert "--ice-server" in done.err


@pytest.mark.parametrize(
    ("fault", "platform", "code"),
    [("ws-refused", "any", 1003), ("ws-refused", "web", 1000), ("ws-cut", "web", 1003), ("ws-refused", "ios", 1003)],
)
def test_a_platform_gives_its_own_codes(fault: str, platform: str, code: int) -> None:
    with simulating(find_fault(fault).apply(Scenario())) as simulator:
        environ = {"HMS_TOKEN": simulator.tokens["host"].reveal(), "HMS_PLATFORM": platform}
        by_environment = here("check", "--only", "signalling", *at(simulator), *JSON, env=environ)
    assert root_of(by_environment.report)["code"] == code
    assert environment_in(by_environment)["platform"] == platform


def test_the_platform_flag_goes_before_the_environment() -> None:
    done = here(*OFFLINE, "--token", "x", "--platform", "web", env={"HMS_PLATFORM": "ios"})
    assert environment_in(done)["platform"] == "web"


class TestProxy:
    def test_loopback_never_goes_through_one(self, simulator: Simulator) -> None:
        only = ("check", "--only", "endpoint.reach", "--endpoint", simulator.init_endpoint)
        trusted = (*only, "--ca-file", str(simulator.ca_file), *JSON)
        for done in (
            here(*trusted, "--proxy", "http://127.0.0.1:9"),
            here(*trusted, env={"HTTPS_PROXY": "http://h:9"}),
        ):
            assert done.code == 0
            assert environment_in(done)["proxy"] is None

    @pytest.mark.parametrize(
        ("flags", "environ", "proxy"),
        [
            (("--proxy", "http://me:hunter2@127.0.0.1:9"), {}, "http://127.0.0.1:9"),
            ((), {"HTTPS_PROXY": "http://me:hunter2@127.0.0.1:9"}, "http://127.0.0.1:9"),
            ((), {"all_proxy": "socks5://127.0.0.1:9"}, "socks5://127.0.0.1:9"),
            (("--proxy", "system"), {"https_proxy": "http://127.0.0.1:9"}, "http://127.0.0.1:9"),
            (("--proxy", "none"), {"HTTPS_PROXY": "http://127.0.0.1:9"}, None),
            ((), {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "example.test"}, None),
        ],
    )
    def test_the_report_names_it_without_its_login(
        self, flags: tuple[str, ...], environ: dict[str, str], proxy: str | None
    ) -> None:
        done = here("check", "--only", "endpoint.url", "--endpoint", "https://example.test", *flags, *JSON, env=environ)
        assert environment_in(done)["proxy"] == proxy
        assert "hunter2" not in done.out + done.err

    def test_a_proxy_that_refuses_is_2003(self) -> None:
        only = ("check", "--only", "endpoint.reach", "--endpoint", "https://example.test", *JSON)
        done = here(*only, "--proxy", "http://127.0.0.1:9")
        assert (done.code, root_of(done.report)["code"]) == (1, 2003)
        assert str(root_of(done.report)["cause"]).startswith("proxy.")


class TestDeadline:
    def test_the_run_keeps_it(self) -> None:
        with simulating(find_fault("silent").apply(Scenario())) as simulator:
            only = ("check", "--only", "endpoint", *at(simulator), *JSON)
            flag = here(*only, "--timeout", "0.6", env={"HMS_DOCTOR_TIMEOUT": "30"})
            by_environment = here(*only, env={"HMS_DOCTOR_TIMEOUT": "0.6"})
        for done in (flag, by_environment):
            assert float(str(done.report["duration_ms"])) < 1500
            assert done.code in {1, 3}
