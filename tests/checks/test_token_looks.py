"""The offline token checks as the runner drives them: what they read, what they hand on, by whose clock they judge."""

import time

import pytest
from token_servers import context
from tokens import APP_SECRET, given, token, well_formed

from hms_doctor.checks import token_claims, token_expectations, token_format, token_signature, token_time
from hms_doctor.model.causes import Platform
from hms_doctor.model.check import AnyCheck, Facts, Snapshot
from hms_doctor.model.finding import Failed, Passed, Warned
from hms_doctor.model.network.server import ServerTime
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import AppSecret, Expectations, Settings
from hms_doctor.model.token.facts import TokenText, WellFormedToken

OFFLINE = (token_format, token_claims, token_time, token_expectations, token_signature)
SECRET = AppSecret(value=Secret(APP_SECRET))


async def look(check: AnyCheck, facts: Facts, platform: Platform = Platform.ANY) -> Snapshot:
    async with context(Settings(platform=platform)) as ctx:
        [snapshot] = [snapshot async for snapshot in check.examine(ctx, facts)]
        return snapshot


@pytest.mark.parametrize("module", OFFLINE)
async def test_each_reads_what_it_declares_and_passes_a_healthy_token(module: object) -> None:
    check = getattr(module, "CHECK")  # noqa: B009 - modules have no type that says so
    facts = Facts([given(token()), well_formed(), Expectations(role="host"), SECRET])
    snapshot = await look(check, facts)
    assert [type(finding) for finding in snapshot.findings] == [Passed]
    assert facts.read == {*check.needs, *check.wants}
    assert [type(fact) for fact in snapshot.facts] == list(check.yields)


async def test_the_platform_comes_from_the_settings() -> None:
    facts = Facts([given(token(user_id="~~~???>>>"))])
    assert isinstance((await look(token_format.CHECK, facts)).findings[-1], Warned)
    assert isinstance((await look(token_format.CHECK, facts, Platform.IOS)).findings[-1], Passed)


async def test_the_servers_clock_decides_where_it_is_known() -> None:
    now = time.time()
    told = ServerTime(server=now + 7200, here=now, source="prod-init.100ms.live")
    short = well_formed(exp=int(now) + 3600)
    assert isinstance((await look(token_time.CHECK, Facts([short]))).findings[0], Passed)
    assert isinstance((await look(token_time.CHECK, Facts([short, told]))).findings[0], Failed)


async def test_a_token_with_a_fault_of_form_is_not_handed_on() -> None:
    assert not (await look(token_format.CHECK, Facts([given("hello")]))).facts


def test_what_flows_between_them() -> None:
    assert token_format.CHECK.needs == (TokenText,)
    assert token_format.CHECK.yields == (WellFormedToken,)
    assert token_time.CHECK.wants == (ServerTime,)
    assert all(not module.CHECK.yields for module in OFFLINE[1:])
