"""`network`: everything that needs no token, the diagnostics token, and the list for the administrator."""

import asyncio
import csv
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest
from helpers_cli import at, checks_of, here, plain_environment, simulating, statuses_of
from helpers_faults import Done, root_of
from token_servers import answer, serving

from hms_doctor.cli.credentials import Credentials, IceFlags
from hms_doctor.cli.request import Limits, NetworkFlags, check_order, network_order
from hms_doctor.model.report.report import Report
from hms_doctor.model.settings import CaFile, DiagnosticsTokenWanted, NoProxy, Selection
from hms_doctor.model.token.facts import TokenText
from hms_doctor.reporters.style import Style
from hms_doctor.reporters.table import render
from hms_doctor.runner import Order, execute
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.faults import find_fault

JSON = ("--format", "json")
BRIEFLY = ("--skip", "signalling.hold")
"""`network` holds the websocket for 15 s."""


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with simulating() as opened:
        yield opened


@contextmanager
def environment(**more: str) -> Iterator[None]:
    with patch.dict(os.environ, plain_environment(**more), clear=True):
        yield


def order(endpoint: str | None = None, *, token: str | None = None, only: tuple[str, ...] = ()) -> Order:
    return network_order(
        credentials=Credentials(token=token),
        network=NetworkFlags(endpoint=endpoint),
        ice=IceFlags(),
        selection=Selection(only=only),
        limits=Limits(),
    )


def seeds(made: Order) -> set[type]:
    return {type(seed) for seed in made.seeds}


class TestDiagnosticsToken:
    def test_it_is_for_the_production_endpoint_without_a_token_alone(self) -> None:
        with environment():
            assert seeds(order()) == {DiagnosticsTokenWanted}
            assert seeds(order("https://prod-init.100ms.live")) == {DiagnosticsTokenWanted}
            assert seeds(order("https://prod-init.100ms.live.evil.test")) == set()
            assert seeds(order("https://127.0.0.1:9")) == set()
            assert seeds(order(token="a.b.c")) == {TokenText}
        with environment(HMS_TOKEN="a.b.c"):
            assert seeds(order()) == {TokenText}

    def test_check_never_wants_it(self) -> None:
        with environment():
            made = check_order(
                credentials=Credentials(),
                network=NetworkFlags(),
                ice=IceFlags(),
                selection=Selection(),
                limits=Limits(),
            )
        assert DiagnosticsTokenWanted not in seeds(made)

    def test_the_report_says_that_it_was_used(self, simulator: Simulator) -> None:
        async def run() -> tuple[Report, list[bytes]]:
            with environment():
                made = order(only=("init", "token.diagnostics"))
            async with serving(answer(200, {"token": simulator.tokens["guest"].reveal()})) as service:
                settings = replace(
                    made.settings,
                    endpoint=simulator.init_endpoint,
                    trust=CaFile(path=str(simulator.ca_file)),
                    proxy=NoProxy(),
                )
                wanted = (DiagnosticsTokenWanted(url=service.url),)
                return await execute(replace(made, settings=settings, seeds=wanted)), service.asked

        report, asked = asyncio.run(run())
        assert len(asked) == 1
        assert report.exit_code == 0
        assert any("diagnostics token" in words for words in report.not_proven)
        assert "100ms's public diagnostics token was used" in render(report, Style())
        [read] = [check for check in report.checks if check.id == "token.format"]
        assert "diagnostics token" in str(read.findings[0].evidence["from"])

    def test_elsewhere_it_is_not_even_asked_for(self, simulator: Simulator) -> None:
        done = here("network", *at(simulator), *JSON)
        assert (done.code, done.err) == (0, "")
        checks = checks_of(done)
        assert "only for `network` at the production endpoint" in str(checks["token.diagnostics"]["skipped_because"])
        assert str(checks["token.format"]["skipped_because"]).startswith("no token given")
        assert checks["init"]["skipped_because"] == "token.format"
        assert str(done.report["not_proven"]).startswith("['init', 'signalling', 'relays', ")


def test_no_device_is_looked_at(simulator: Simulator) -> None:
    groups = {name.split(".")[0] for name in checks_of(here("network", *at(simulator), *JSON))}
    assert groups == {"local", "token", "endpoint", "init", "signalling", "ice"}


def test_relays_of_the_command_line_need_no_token(simulator: Simulator) -> None:
    [server] = simulator.ice_servers
    urls = [word for url in server.urls for word in ("--ice-server", url)]
    login = ("--ice-username", server.username, "--ice-credential", server.credential.reveal())
    done = here("network", *at(simulator), *urls, *login, *JSON)
    assert done.code == 0
    assert {name: status for name, status in statuses_of(done).items() if name.startswith("ice.")} == {
        "ice.host": "pass", "ice.stun": "pass", "ice.turn": "pass", "ice.nat": "pass", "ice.quality": "pass",
        "ice.verdict": "pass",
    }  # fmt: skip
    assert "relay over UDP" in str(done.report["headline"])


def test_a_token_takes_it_all_the_way(simulator: Simulator) -> None:
    done = here("network", "--token-file", str(simulator.token_files["host"]), *at(simulator), *BRIEFLY, *JSON)
    assert done.code == 0
    assert statuses_of(done)["signalling.connect"] == statuses_of(done)["ice.verdict"] == "pass"


class TestFirewallRequest:
    @staticmethod
    def asked(fault: str, *flags: str) -> Done:
        with simulating(find_fault(fault).apply(Scenario()) if fault else Scenario()) as simulator:
            token = ("--token-file", str(simulator.token_files["host"]))
            return here("network", "--firewall-request", *token, *at(simulator), *BRIEFLY, *flags)

    @staticmethod
    def rows(done: Done) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(done.out)))

    def test_blocked_relays_as_csv(self) -> None:
        done = self.asked("ice-blocked", "--format", "csv")
        assert (done.code, done.err) == (1, "")
        assert done.out.splitlines()[0] == "host,port,protocol,purpose,seen,addresses"
        rows = self.rows(done)
        assert [row["protocol"] for row in rows] == ["UDP", "TCP", "UDP", "TCP", "TCP"]
        assert {(row["host"], row["purpose"], row["seen"]) for row in rows} == {
            ("127.0.0.1", "media", "connection refused (ECONNREFUSED)")
        }
        assert all(row["port"].isdecimal() for row in rows)

    def test_as_text(self) -> None:
        done = self.asked("ice-blocked")
        first, _, *rows = done.out.splitlines()
        assert (done.code, first) == (1, "Allow these outgoing connections; from here they fail:")
        assert len(rows) == 5
        assert rows[0].startswith("  UDP  127.0.0.1  ")

    @pytest.mark.parametrize(
        ("fault", "purpose", "words"),
        [
            ("refused", "init", "connection refused"),
            ("block-page", "init", "HTML page"),
            ("ws-refused", "signalling", "refused"),
            ("ws-stripped", "signalling", "200"),
        ],
    )
    def test_a_server_that_is_not_reached(self, fault: str, purpose: str, words: str) -> None:
        done = self.asked(fault, "--format", "csv")
        [row] = self.rows(done)
        assert done.code == 1
        assert (row["host"], row["protocol"], row["purpose"]) == ("127.0.0.1", "TCP", purpose)
        assert int(row["port"]) > 1023
        assert words in row["seen"]

    @pytest.mark.parametrize("fault", ["", "turn-401", "http-503"])
    def test_nothing_is_asked_for_what_no_rule_mends(self, fault: str) -> None:
        done = self.asked(fault)
        assert done.code == (fault == "http-503")
        assert done.out == "Nothing to ask for: no connection that 100ms needs was found blocked from here.\n"

    def test_files_get_the_whole_report(self, tmp_path: object) -> None:
        done = self.asked("refused", "--format", "text", "--output", f"json={tmp_path}/r.json")
        assert done.out.startswith("Allow these")
        with open(f"{tmp_path}/r.json", encoding="utf-8") as file:  # noqa: PTH123
            assert root_of(json.load(file))["code"] == 2003

    def test_no_other_format(self) -> None:
        done = here("network", "--firewall-request", "--format", "junit")
        assert (done.code, done.out) == (2, "")
        assert "text or csv" in done.err
        assert here("network", "--format", "csv").code == 2
