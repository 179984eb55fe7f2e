"""The causes of the way to init and of init itself: each is an order that somebody can carry out."""

import pytest

from hms_doctor.model.causes import endpoint, every_cause, init, local, network, server, tls
from hms_doctor.model.causes.cause import Cause
from hms_doctor.model.init.server_words import WORD_CODES

MODULES = (endpoint, init, local, network, server, tls)
CAUSES = [value for module in MODULES for value in vars(module).values() if isinstance(value, Cause)]
ALL = every_cause()


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_a_cause_is_complete(cause: Cause) -> None:
    assert cause.title
    assert not cause.title.endswith(".")
    assert cause.action.endswith(".")
    assert "please" not in cause.action.lower()
    assert not {"!", "…"} & set(cause.action + cause.title)
    assert cause.code in {0, 1003, 2002, 2003, 5001, 40109, *WORD_CODES}


def test_ids_are_unique() -> None:
    assert len({cause.id for cause in CAUSES}) == len(CAUSES)


def test_every_word_of_the_server_has_its_cause() -> None:
    assert set(server.BY_CODE) == WORD_CODES
    assert all(cause.code == code for code, cause in server.BY_CODE.items())


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_what_a_cause_explains_exists(cause: Cause) -> None:
    for pattern in cause.explains:
        stem = pattern.removesuffix("*")
        assert [other for other in ALL if other == pattern or (stem != pattern and other.startswith(stem))], pattern


@pytest.mark.parametrize("lacking", [local.NO_LINK, local.NO_ROUTE, local.SELF_ASSIGNED, local.CAPTIVE_PORTAL])
def test_a_network_that_is_not_there_explains_all_that_needs_one(lacking: Cause) -> None:
    for other in ("dns.nxdomain", "tcp.silent", "tls.self_signed", "proxy.unreachable", "init.page",
                  "websocket.refused", "turn.unreachable", "network.flaky"):  # fmt: skip
        assert lacking.accounts_for(ALL[other])
    for other in ("camera.busy", "token.expired", "server.role", "endpoint.scheme"):
        assert not lacking.accounts_for(ALL[other]) if other in ALL else True


def test_a_clock_explains_what_depends_on_the_time() -> None:
    explained = {cause for cause in ALL if local.CLOCK.accounts_for(ALL[cause])}
    assert {"tls.expired", "tls.not_yet_valid", "token.expired", "token.not_yet_valid"} <= explained
    assert not {"tls.wrong_name", "dns.nxdomain", "server.role", "token.role"} & explained


def test_a_disabled_account_explains_the_websockets_name() -> None:
    assert init.ACCOUNT_DISABLED.accounts_for(ALL["websocket.unresolved"])
    assert not init.ACCOUNT_DISABLED.accounts_for(ALL["tls.expired"])


def test_no_name_of_init_explains_a_relay() -> None:
    assert not network.NXDOMAIN.accounts_for(ALL["turn.unreachable"])
