"""Explanations put together from the catalogue, the causes and what was observed."""

import pytest

from hms_doctor.model.catalogue import CATALOGUE, Terminal
from hms_doctor.model.causes import NO_CODE, Cause, every_cause
from hms_doctor.model.explain.explanation import of_cause, of_meaning

CAUSES = every_cause()


def test_a_meaning_brings_what_apps_see_on_its_platforms_only() -> None:
    web = CATALOGUE[3008].meanings[0]
    ios = CATALOGUE[3008].meanings[1]
    assert [sees.code for sees in of_meaning(3008, web).app_sees] == [3008]
    assert of_meaning(3008, ios).app_sees == ()


def test_an_unrelated_meaning_of_the_same_code_brings_nothing() -> None:
    pages, web = CATALOGUE[2002].meanings
    assert web.unrelated
    assert of_meaning(2002, web).app_sees == ()
    assert of_meaning(2002, pages).app_sees == ()  # it was seen on web, of which the pages' meaning does not speak


def test_a_cause_tells_its_own_action_and_inherits_what_its_code_does() -> None:
    told = of_cause(CAUSES["account.disabled"])
    assert told.code == 1003
    assert told.meaning.name == "account.disabled"
    assert told.meaning.cause == "The 100ms account is disabled."
    assert told.meaning.action == CAUSES["account.disabled"].action
    assert told.meaning.terminal is Terminal.AFTER_RETRIES
    assert told.meaning.symptoms == ()
    assert [sees.code for sees in told.app_sees] == [1000]


def test_a_cause_that_only_warns_has_no_code_and_claims_nothing_of_the_sdk() -> None:
    told = of_cause(CAUSES["network.flaky"])
    assert told.code == NO_CODE
    assert told.meaning.terminal is Terminal.UNKNOWN
    assert told.meaning.message == ""


@pytest.mark.parametrize("cause", CAUSES.values(), ids=list(CAUSES))
def test_every_cause_can_be_explained(cause: Cause) -> None:
    told = of_cause(cause)
    assert told.code == cause.code
    assert told.meaning.title == cause.title
    assert told.meaning.cause.endswith(".")
    assert told.meaning.platforms
