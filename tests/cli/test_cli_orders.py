"""From flags to an order, where no run is needed to see it."""

import os
from collections.abc import Mapping
from unittest.mock import patch

import pytest
from helpers_cli import plain_environment

from hms_doctor.cli.credentials import Credentials, IceFlags
from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.options import FailOn
from hms_doctor.cli.request import Limits, NetworkFlags, check_order, devices_order, network_order
from hms_doctor.model.finding import Status
from hms_doctor.model.settings import (
    DEFAULT_TIMEOUT,
    PRODUCTION_AUTH_ENDPOINT,
    PRODUCTION_ENDPOINT,
    FixedProxy,
    NoProxy,
    ProxyFromEnvironment,
    Selection,
    SystemTrust,
)
from hms_doctor.runner import Order


def order(
    command: str = "check",
    *,
    limits: Limits | None = None,
    network: NetworkFlags | None = None,
    selection: Selection | None = None,
    environ: Mapping[str, str] | None = None,
) -> Order:
    with patch.dict(os.environ, plain_environment(**(environ or {})), clear=True):
        if command == "devices":
            return devices_order(selection or Selection(), limits or Limits())
        return (check_order if command == "check" else network_order)(
            credentials=Credentials(),
            network=network or NetworkFlags(),
            ice=IceFlags(),
            selection=selection or Selection(),
            limits=limits or Limits(),
        )


def test_without_a_flag_it_is_production_and_thirty_seconds() -> None:
    settings = order().settings
    assert (settings.endpoint, settings.auth_endpoint) == (PRODUCTION_ENDPOINT, PRODUCTION_AUTH_ENDPOINT)
    assert (settings.timeout, settings.hold, settings.deep) == (DEFAULT_TIMEOUT, 0.0, False)
    assert settings.trust == SystemTrust()
    assert settings.proxy == ProxyFromEnvironment(variables={})
    assert DEFAULT_TIMEOUT == 30


def test_deep_looks_longer_unless_a_time_is_given() -> None:
    deep = order(limits=Limits(deep=True)).settings
    assert deep.timeout > DEFAULT_TIMEOUT
    assert deep.hold > 0
    assert order(limits=Limits(deep=True, timeout=5.0)).settings.timeout == 5.0


def test_network_holds_the_websocket_open() -> None:
    assert order("network").settings.hold == 15.0


@pytest.mark.parametrize("seconds", [0.0, -1.0, 4000.0, float("nan"), float("inf")])
def test_a_time_that_is_none_is_a_mistake(seconds: float) -> None:
    with pytest.raises(UsageError, match="--timeout wants seconds between"):
        order(limits=Limits(timeout=seconds))


def test_proxies_by_flag_and_environment_keep_their_login_secret() -> None:
    environ = {"https_proxy": "http://me:hunter2@h:1", "NO_PROXY": "x"}
    assert order(environ=environ).settings.proxy == ProxyFromEnvironment(variables=environ)
    assert isinstance(order(network=NetworkFlags(proxy="none"), environ=environ).settings.proxy, NoProxy)
    fixed = order(network=NetworkFlags(proxy="http://me:hunter2@h:1"))
    assert isinstance(fixed.settings.proxy, FixedProxy)
    for made in (order(environ=environ), fixed):
        assert "hunter2" in {secret.reveal() for secret in made.secrets}
        assert "hunter2" not in repr(made)


def test_a_token_is_expected_by_check_alone_and_where_something_needs_it() -> None:
    assert order().token_expected
    assert order(selection=Selection(only=("ice.turn",))).token_expected
    assert not order(selection=Selection(only=("local", "ice.host"))).token_expected
    assert not order(selection=Selection(skip=("token",))).token_expected
    assert not order("network").token_expected
    assert not order("devices").token_expected


def test_devices_are_named_by_their_command() -> None:
    made = order("devices", environ={"CI": "1"})
    assert made.plan.named == {"devices.camera", "devices.microphone", "devices.speaker", "devices.bluetooth"}
    assert made.plan.left_out == ()


def test_what_counts_as_a_failure() -> None:
    assert order(limits=Limits(fail_on=FailOn.WARN)).fail_on is Status.WARN
    assert [word.value for word in FailOn] == ["fail", "warn", "inconclusive"]
