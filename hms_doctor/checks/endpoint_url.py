"""Is the init endpoint a URL that the SDKs take? Decided by reading it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

from hms_doctor.model.causes import endpoint as causes
from hms_doctor.model.causes.cause import Cause
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Passed, Warned
from hms_doctor.model.network.endpoint_url import Problem, ReadUrl, ShoutingUrl, UnusableUrl, UsableUrl, read_endpoint
from hms_doctor.model.network.server import EndpointUrl

_CAUSES: Final[Mapping[Problem, Cause]] = {
    Problem.EMPTY: causes.EMPTY,
    Problem.BLANKS: causes.BLANKS,
    Problem.SCHEME: causes.SCHEME,
    Problem.USERINFO: causes.USERINFO,
    Problem.PORT: causes.PORT,
    Problem.HOST: causes.HOST,
}


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[ReadUrl]:
    """Read what the settings name; nothing is asked."""
    del facts
    yield read_endpoint(ctx.settings.endpoint)


def diagnose(read: ReadUrl) -> Iterable[Finding]:
    """Judge the URL's form."""
    match read:
        case UnusableUrl(problem=problem, summary=summary):
            yield Failed(cause=_CAUSES[problem], summary=summary)
        case ShoutingUrl(endpoint=endpoint, notes=notes):
            scheme = endpoint.url.partition(":")[0]
            yield Warned(
                cause=causes.SHOUTED,
                summary=f"the endpoint begins with {scheme}://, in which the web SDK finds no https://",
            )
            yield from _passed(endpoint, notes)
        case UsableUrl(endpoint=endpoint, notes=notes):
            yield from _passed(endpoint, notes)


def _passed(endpoint: EndpointUrl, notes: tuple[str, ...]) -> Iterable[Finding]:
    shown = endpoint.url.partition("?")[0].partition("#")[0]  # a query may hold what nobody should see
    yield Passed(summary=shown, evidence={"host": endpoint.host, "port": endpoint.port})
    for note in notes:
        yield Passed(summary=note)


def _facts_in(read: ReadUrl) -> Iterable[object]:
    return () if isinstance(read, UnusableUrl) else (read.endpoint,)


CHECK = Check(
    id="endpoint.url",
    title="the init endpoint's URL",
    asks="Is the init endpoint a URL that the SDKs take?",
    codes=frozenset({2002}),
    yields=(EndpointUrl,),
    observe=observe,
    diagnose=diagnose,
    offers=_facts_in,
    timeout=1.0,
)
