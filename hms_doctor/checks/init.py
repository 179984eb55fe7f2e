"""Does init take the token, and does it give what a call needs? Asked as the web SDK asks, and judged by its codes."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import TypeAlias

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.failure import Failure
from hms_doctor.model.finding import Finding
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.init.answer import InitAnswer, InitConfig, InitNotJson, InitRedirect, NotInit, read_answer
from hms_doctor.model.init.judging import Moment, Way, judge_answer, judge_no_answer
from hms_doctor.model.init.server_words import WORD_CODES
from hms_doctor.model.init.word import retried_by_the_sdk
from hms_doctor.model.network.http_date import server_time
from hms_doctor.model.network.not_reached import Attempt, judge_not_reached
from hms_doctor.model.network.server import ServerTime, SignallingUrl, TokenAccepted
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.vantage import ProxyUse, Vantage
from hms_doctor.wire.connection.dial import DialFailed
from hms_doctor.wire.http.init import ask_init, new_peer_id
from hms_doctor.wire.http.reach import Reached, attempt_of, connection


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Init answered with HTTP."""

    way: Way
    answer: InitAnswer
    status: int
    moment: Moment
    token: Secret
    peer_id: str
    steps: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """The connection was there, an answer was not."""

    way: Way
    failure: Failure
    steps: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Lost:
    """The endpoint could be reached before, and now cannot."""

    attempt: Attempt
    steps: Mapping[str, float]


Observation: TypeAlias = Answered | Unanswered | Lost


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
    """Ask as the SDK does, over the connection that ``endpoint.reach`` kept where it is still good."""
    reached, token, peer_id = facts[Reached], facts[WellFormedToken].text, new_peer_id()
    endpoint = reached.endpoint
    kept = list(reached.spare)
    dialled = await connection(ctx, reached)
    if isinstance(dialled, DialFailed):
        yield Lost(attempt=attempt_of(endpoint, dialled), steps=dialled.steps)
        return
    way = Way(host=endpoint.host, address=dialled.address, via=dialled.via, platform=ctx.settings.platform)
    steps = {} if dialled in kept else dialled.steps
    async with dialled.stream:
        before = ctx.clock.wall()
        response = await ask_init(ctx, dialled.stream, endpoint, token, peer_id)
        after = ctx.clock.wall()
    if isinstance(response, Failure):
        yield Unanswered(way=way, failure=response, steps=steps)
        return
    yield Answered(
        way=way,
        answer=read_answer(response.status, response.reason, response.headers, response.body),
        status=response.status,
        moment=Moment(told=server_time(response.headers, (before + after) / 2, endpoint.host), here=after),
        token=token,
        peer_id=peer_id,
        steps={**steps, "http_ms": response.ms},
    )


def diagnose(observation: Observation) -> Iterable[Finding]:
    """Judge what init answered."""
    match observation:
        case Answered():
            yield from judge_answer(observation.way, observation.status, observation.answer, observation.moment)
        case Unanswered(way=way, failure=failure):
            yield judge_no_answer(way, failure)
        case Lost(attempt=attempt):
            yield judge_not_reached(attempt)


def _facts_in(observation: Observation) -> Iterable[object]:
    if not isinstance(observation, Answered):
        return
    yield observation.moment.told
    config = observation.answer
    if isinstance(config, InitRedirect | InitNotJson):
        yield NotInit(status=observation.status)
    if isinstance(config, InitConfig):
        yield config
        yield TokenAccepted(by=observation.way.host)
        yield SignallingUrl(url=config.signalling, peer_id=observation.peer_id, token=observation.token)
        yield IceServers(servers=config.ice_servers, origin="init")


def _measure(observation: Observation) -> Mapping[str, float]:
    return observation.steps


def _worth_repeating(observation: Observation) -> bool:
    """As the SDK does for 5xx and 429, and as every network step here."""
    return not isinstance(observation, Answered) or retried_by_the_sdk(observation.status)


def _experiments(observation: Observation) -> Iterable[Vantage]:
    via = observation.attempt.via if isinstance(observation, Lost) else observation.way.via
    if via:
        yield Vantage(proxy=ProxyUse.DIRECT)


CHECK = Check(
    id="init",
    title="init's answer to the token",
    asks="Does init take the token and name the signalling and TURN servers?",
    codes=frozenset({2003, 1003} | WORD_CODES),
    needs=(WellFormedToken, Reached),
    yields=(InitConfig, NotInit, ServerTime, TokenAccepted, SignallingUrl, IceServers),
    observe=observe,
    diagnose=diagnose,
    offers=_facts_in,
    measure=_measure,
    worth_repeating=_worth_repeating,
    experiments=_experiments,
)
