"""Odd surroundings: users without a name, proxies that cannot be read, words that a shell offers."""

import getpass
from unittest.mock import patch

import pytest
from helpers_cli import environment_in, here
from helpers_faults import root_of

from hms_doctor.checks import every_check
from hms_doctor.cli.commands import COMMANDS
from hms_doctor.cli.completing import check_ids, faults, formats, hms_codes


def test_a_user_without_a_name_can_share_too() -> None:
    with patch.object(getpass, "getuser", side_effect=KeyError("uid 4711")):
        done = here("check", "--only", "endpoint.url", "--share", "-q")
    assert (done.code, done.err) == (0, "")


def test_a_proxy_variable_that_cannot_be_read_is_a_finding_where_it_matters() -> None:
    environ = {"HTTPS_PROXY": "http://me:hunter2@[::1"}
    done = here("check", "--only", "endpoint.url", "--format", "json", env=environ)
    assert (done.code, environment_in(done)["proxy"]) == (0, None)
    reach = here("check", "--only", "endpoint.reach", "--endpoint", "https://h.test", "--format", "json", env=environ)
    assert reach.code in {1, 3}
    assert "Traceback" not in reach.err
    assert "hunter2" not in done.out + done.err + reach.out + reach.err


@pytest.mark.parametrize("endpoint", ["https://h:99999", "https://[::1", "", "\x00"])
def test_an_endpoint_that_cannot_be_read_is_2002(endpoint: str) -> None:
    done = here("check", "--only", "endpoint.url", "--endpoint", endpoint, "--format", "json", "--proxy", "http://h:1")
    assert (done.code, root_of(done.report)["code"]) == (1, 2002)


def test_a_command_like_none_names_them_all() -> None:
    assert here("zzzzzzzz").err == f"hms-doctor: there is no command 'zzzzzzzz'; choose from {', '.join(COMMANDS)}\n"


class TestCompletion:
    def test_checks_and_their_groups(self) -> None:
        assert check_ids("tok")[:1] == ["token"]
        assert set(check_ids("")) > {check.id for check in every_check()}
        assert check_ids("token.ti") == ["token.time"]
        assert check_ids("init") == ["init"]
        assert check_ids("x") == []

    def test_faults_formats_and_codes(self) -> None:
        assert "healthy" in faults("")
        assert faults("turn-qu") == ["turn-quota"]
        assert formats("j") == ["json", "junit"]
        assert "4005" in hms_codes("40")
        assert all(code.startswith("40") for code in hms_codes("40"))
