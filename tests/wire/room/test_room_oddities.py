"""What no sane server does, and how it is told: one row a behaviour, each through the checks as a run looks."""

import asyncio
import json
import re

import pytest
from odd_sfu import Answer, Guest, Params, Refuse, Sfu, take_offer
from odd_sfu import join as good_join
from odd_sfu import offer as good_offer
from stays import Stay, staying

from hms_doctor.model.causes import Platform
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed, Undecided, Warned, code_of
from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.publishing import NotRenegotiated, Publishing
from hms_doctor.model.room.transports import DtlsFailed, IceLost, IceWaiting
from hms_doctor.model.settings import NoProxy, Settings, SimulatedMachine
from hms_doctor.model.signalling.websocket import Lost, Quiet
from hms_doctor.wire.room.visit import RoomVisit
from hms_doctor.wire.websocket.signalling import Conversation, converse

GARBAGE = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=nonsense\r\n"
SILENT_ROLE: JsonObject = {"name": "ghost", "known_roles": {"ghost": {"publishParams": {"allowed": []}}}}


async def for_ever(_guest: Guest, _params: Params) -> object:
    return await asyncio.Event().wait()


async def cut(guest: Guest, _params: Params) -> object:
    guest.websocket.transport.abort()
    return await asyncio.Event().wait()


def refusing(code: int, message: str) -> Answer:
    async def refuse(_guest: Guest, _params: Params) -> object:
        raise Refuse(code, message)

    return refuse


def saying(result: object) -> Answer:
    async def say(_guest: Guest, _params: Params) -> object:
        return result

    return say


def changing(pattern: str, replacement: str) -> Answer:
    """Join well, but change the description."""

    async def changed(guest: Guest, params: Params) -> object:
        result = await good_join(guest, params)
        assert isinstance(result, dict)
        return {**result, "sdp": re.sub(pattern, replacement, result["sdp"])}

    return changed


def pushing(method: str, params: object) -> tuple[dict[str, object], ...]:
    return ({"method": method, "params": params},)


def only(findings: tuple[Finding, ...]) -> Failed:
    [finding] = findings
    assert isinstance(finding, Failed), finding
    return finding


def unwell(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.summary for finding in findings if not isinstance(finding, Passed)]


def told(finding: Failed) -> tuple[int, str]:
    return code_of(finding, Platform.ANY), finding.cause.id


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        (refusing(40101, "no such key"), (40101, "server.access_key")),
        (refusing(403, "role limit reached"), (40100, "server.room_full")),
        (saying({}), (4004, "join.no_description")),
        (saying({"type": "answer"}), (4004, "join.no_description")),
        (saying(None), (4004, "join.no_description")),
        (cut, (1003, "websocket.lost")),
    ],
    ids=["refused", "full", "empty", "without-sdp", "nothing", "cut"],
)
async def test_a_join_that_does_not_come_about(instead: Answer, expected: tuple[int, str]) -> None:
    sfu = Sfu(instead={"join": instead})
    async with staying(sfu) as stay:
        assert told(only(await stay.join())) == expected
        assert RoomVisit not in stay.facts
    assert len(sfu.guests) == (2 if instead is cut else 1)


async def test_a_join_that_is_never_answered() -> None:
    async with staying(Sfu(instead={"join": for_ever}), seconds=3.0) as stay:
        failed = only(await stay.join())
    assert told(failed) == (1003, "join.unanswered")
    assert "answers pings" in failed.summary


async def test_an_on_error_answers_a_join_too() -> None:
    async def turned_away(guest: Guest, params: Params) -> object:
        await guest.push("on-error", {"code": 40001, "message": "room not found"})
        return await for_ever(guest, params)

    async with staying(Sfu(instead={"join": turned_away})) as stay:
        assert told(only(await stay.join())) == (40001, "server.invalid_room")


async def test_who_is_in_the_room_already_is_told_so() -> None:
    us = {"peer-1": {"peer_id": "peer-1", "role": "host", "info": {"name": "hms-doctor"}}}
    sfu = Sfu(instead={"join": refusing(400, "peer already joined")}, before_join=pushing("room-state", {"peers": us}))
    async with staying(sfu) as stay:
        assert told(only(await stay.join())) == (5001, "join.twice")


async def test_an_error_after_the_join_is_left_to_the_hold() -> None:
    sfu = Sfu(after_join=pushing("on-error", {"code": 41001, "message": "gone"}))
    async with staying(sfu) as stay:
        await stay.join()
        await stay.connect()
        assert told(only(await stay.hold())) == (41001, "server.peer_gone")


async def test_an_answer_that_cannot_be_set_names_its_line() -> None:
    async with staying(Sfu(instead={"join": saying({"type": "answer", "sdp": GARBAGE})})) as stay:
        await stay.join()
        failed = only(await stay.publish())
    assert told(failed) == (4004, "sdp.answer")
    assert (failed.evidence["line"], failed.evidence["line_text"]) == (5, "m=nonsense")


async def test_an_offer_that_cannot_be_set_names_its_line() -> None:
    sfu = Sfu(offers=False, after_join=pushing("offer", {"type": "offer", "sdp": GARBAGE}))
    async with staying(sfu) as stay:
        await stay.join()
        failed = only(await stay.subscribe())
    assert told(failed) == (4004, "sdp.offer")
    assert failed.evidence["line"] == 5


@pytest.mark.parametrize(
    ("candidate", "is_bad"),
    [
        ({"candidate": "candidate:1 1 udp nonsense 192.0.2.9 5 typ host", "sdpMid": "0"}, True),
        ({"candidate": "candidate:1 1 udp 1 192.0.2.9 5 typ host"}, True),
        (7, True),
        ({"candidate": "", "sdpMid": "0"}, False),
        ({"candidate": "candidate:1 1 tcp 1 192.0.2.9 9 typ host tcptype active", "sdpMid": "0"}, False),
        (None, False),
    ],
    ids=["priority", "no-section", "number", "end", "tcp", "null"],
)
async def test_a_candidate_that_cannot_be_read(candidate: object, is_bad: bool) -> None:
    sfu = Sfu(after_join=pushing("trickle", {"target": 1, "candidate": candidate}))
    async with staying(sfu) as stay:
        await stay.join()
        [finding] = await stay.subscribe()
    assert isinstance(finding, Failed) == is_bad
    if isinstance(finding, Failed):
        assert told(finding) == (6002, "candidate.malformed")
        assert "192.0.2.9" not in finding.summary


async def test_nothing_offered_although_others_send() -> None:
    async with staying(Sfu(offers=False), seconds=6.0) as stay:
        await stay.join()
        [finding] = await stay.subscribe()
    assert isinstance(finding, Warned)
    assert finding.cause.id == "subscribe.no_offer"


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        (refusing(500, "sfu is busy"), (6002, "renegotiation.refused")),
        (saying(None), (6002, "renegotiation.empty")),
        (saying({"type": "answer"}), (6002, "renegotiation.empty")),
        (saying({"type": "answer", "sdp": GARBAGE}), (4004, "sdp.answer")),
        (for_ever, (6002, "renegotiation.unanswered")),
    ],
    ids=["refused", "empty", "without-sdp", "garbage", "silent"],
)
async def test_a_renegotiation_that_does_not_come_about(instead: Answer, expected: tuple[int, str]) -> None:
    async with staying(Sfu(instead={"offer": instead}), seconds=4.0) as stay:
        await stay.join()
        findings = await stay.publish()
    assert told(only(tuple(f for f in findings if isinstance(f, Failed)))) == expected


@pytest.mark.parametrize(
    ("step", "expected"), [("create_offer", (4001, "sdp.create_offer")), ("set_local", (4003, "sdp.local"))]
)
async def test_a_stack_that_refuses_our_own_offer(step: str, expected: tuple[int, str]) -> None:
    machine = SimulatedMachine(script=json.dumps({"webrtc": {step: "no codec is left"}}))
    sfu = Sfu()
    async with staying(sfu, settings=Settings(proxy=NoProxy(), machine=machine)) as stay:
        failed = only(await stay.join())
    assert told(failed) == expected
    assert "no codec is left" in failed.summary
    assert sfu.heard("join") == sfu.heard("leave") == []


async def test_a_stack_that_makes_no_answer() -> None:
    machine = SimulatedMachine(script=json.dumps({"webrtc": {"create_answer": "no codec is left"}}))
    async with staying(Sfu(), settings=Settings(proxy=NoProxy(), machine=machine)) as stay:
        await stay.join()
        assert told(only(await stay.subscribe())) == (4002, "sdp.create_answer")


async def test_a_role_that_neither_sends_nor_hears_joins_without_an_offer() -> None:
    sfu = Sfu(policy=SILENT_ROLE, offers=False)
    async with staying(sfu, flags=("nonWebRTCDisableOffer",)) as stay:
        await stay.join()
        assert [type(f) for findings in await stay.connect() for f in findings] == [NothingToCheck, NothingToCheck]
        [media] = await stay.media()
    assert not isinstance(media, Failed)
    assert "offer" not in sfu.heard("join")[0]


async def transport_of(stay: Stay) -> Publishing:
    await stay.join()
    await stay.publish()
    return stay.facts[Publishing]


async def test_a_path_that_nobody_answers_on() -> None:
    unheard = changing(r"(?m)^a=(ice-ufrag|end-of-candidates).*", r"a=ice-ufrag:another")
    async with staying(Sfu(instead={"join": unheard}), seconds=3.0) as stay:
        seen = await transport_of(stay)
    assert isinstance(seen.transport.ice, IceWaiting)
    assert isinstance(seen.renegotiation, NotRenegotiated)


async def test_another_certificate_than_the_one_told() -> None:
    forged = changing(r"a=fingerprint:(\S+) [0-9A-F]{2}:[0-9A-F]{2}", r"a=fingerprint:\1 00:00")
    async with staying(Sfu(instead={"join": forged})) as stay:
        seen = await transport_of(stay)
    assert isinstance(seen.transport.dtls, DtlsFailed)
    assert "fingerprint" in seen.transport.dtls.why


async def test_a_path_that_dies_under_media_is_lost() -> None:
    async def dying(guest: Guest, params: Params) -> object:
        result = await good_offer(guest, params)
        assert guest.publish.sctp is not None
        for protocol in guest.publish.sctp.transport.transport._connection._protocols:
            protocol.transport.abort()
        return result

    async with staying(Sfu(instead={"offer": dying}), media=0.5) as stay:
        await stay.join()
        await stay.connect()
        findings = await stay.media()
        lost = stay.facts[RoomVisit].publish.transport()
    assert told(only(tuple(f for f in findings if isinstance(f, Failed)))) == (4005, "room.ice.lost")
    assert isinstance(lost.ice, IceLost)


async def test_a_lost_websocket_is_sought_until_time_is_up() -> None:
    async with staying(Sfu(), seconds=6.0) as stay:
        await stay.join()
        await stay.connect()
        talk = stay.facts[RoomVisit].talk
        talk.conversation._websocket._stream.writer.transport.abort()
        assert isinstance(await asyncio.shield(talk.fate), Lost)
        failed = only(await stay.hold())
    assert told(failed) == (1003, "websocket.lost")
    assert "init cannot be reached" in str(failed.evidence["last_try"])


async def test_a_bundle_may_say_what_its_sections_share_once() -> None:
    async def terse(guest: Guest, params: Params) -> object:
        result = await take_offer(guest, params["desc"])
        sdp = str(result["sdp"])
        head, first, *rest = re.split(r"(?m)^(?=m=)", sdp)
        bare = (re.sub(r"(?m)^a=(?:ice-ufrag|ice-pwd|fingerprint|setup):.*\r\n", "", section) for section in rest)
        return {**result, "sdp": head + first + "".join(bare)}

    async with staying(Sfu(instead={"offer": terse})) as stay:
        await stay.join()
        findings = await stay.publish()
    assert not any(isinstance(finding, Failed | Undecided) for finding in findings)


async def test_a_connection_lost_while_joining_is_opened_once_more() -> None:
    sfu = Sfu()

    async def cut_once(guest: Guest, params: Params) -> object:
        return await (cut if len(sfu.guests) == 1 else good_join)(guest, params)

    sfu.instead["join"] = cut_once
    async with staying(sfu) as stay:
        [joined] = await stay.join()
        assert isinstance(joined, Passed)
        published, subscribed = await stay.connect()
        assert unwell((*published, *subscribed)) == []
    assert len(sfu.heard("join")) == 2
    assert [name for name, _ in sfu.guests[1].heard if name == "leave"] == ["leave"]


@pytest.mark.parametrize("instead", [{"method": "on-error", "params": {"code": 500}}, {"method": "silence"}])
async def test_one_that_cannot_be_opened_again_stays_lost(instead: dict[str, object]) -> None:
    sfu = Sfu()

    async def cut_and_change(guest: Guest, params: Params) -> object:
        sfu.greeting = instead
        return await cut(guest, params)

    sfu.instead["join"] = cut_and_change
    async with staying(sfu, seconds=4.0) as stay:
        assert told(only(await stay.join())) == (1003, "websocket.lost")
    assert len(sfu.guests) == 2


async def test_a_role_that_only_hears_offers_no_tracks() -> None:
    policy: JsonObject = {
        "name": "guest",
        "known_roles": {"guest": {"subscribeParams": {"subscribeToRoles": ["host"]}}},
    }
    sfu = Sfu(policy=policy)
    async with staying(sfu, media=1.5) as stay:
        await stay.join()
        published, subscribed = await stay.connect()
        assert unwell((*published, *subscribed, *await stay.media())) == []
    assert sfu.heard("offer") == []


async def test_without_a_connection_there_is_no_media() -> None:
    async with staying(Sfu()) as stay:
        await stay.join()
        [finding] = await stay.media()
    assert isinstance(finding, NothingToCheck)


async def test_where_nothing_was_taken_and_nobody_sends_there_is_no_media() -> None:
    async with staying(Sfu(instead={"offer": refusing(500, "no")}, offers=False)) as stay:
        await stay.join()
        await stay.publish()
        [finding] = await stay.media()
    assert isinstance(finding, NothingToCheck)
    assert "did not take our tracks" in finding.summary


async def test_a_server_that_falls_silent_in_the_room_is_lost() -> None:
    sfu = Sfu()
    async with staying(sfu, seconds=9.0) as stay:
        await stay.join()
        sfu.instead["ping"] = for_ever
        talk = stay.facts[RoomVisit].talk
        assert isinstance(await asyncio.shield(talk.fate), Quiet)
        failed = only(await stay.hold())
    assert told(failed) == (1003, "websocket.no_pong")


async def test_what_is_no_message_of_the_room_is_noted() -> None:
    sfu = Sfu(after_join=({"neither": 1}, *pushing("surprise", {})))
    async with staying(sfu) as stay:
        await stay.join()
        await stay.connect()
        assert stay.facts[RoomVisit].talk.garbage == ["an object with neither id nor method"]


async def test_an_offer_is_asked_again_where_the_websocket_comes_back() -> None:
    sfu = Sfu()

    async def cut_once(guest: Guest, params: Params) -> object:
        return await (cut(guest, params) if len(sfu.guests) == 1 else good_offer(sfu.guests[0], params))

    sfu.instead["offer"] = cut_once
    async with staying(sfu) as stay:
        await stay.join()
        visit = stay.facts[RoomVisit]
        publishing = asyncio.create_task(stay.publish())
        await asyncio.shield(visit.talk.fate)
        conversation = await converse(stay.ctx, visit.server)
        assert isinstance(conversation, Conversation)
        await visit.reopen(conversation)
        findings = await publishing
    assert unwell(findings) == []


async def test_a_server_that_ends_the_connection_under_media_is_told() -> None:
    sfu = Sfu()
    async with staying(sfu, media=1.0) as stay:
        await stay.join()
        await stay.connect()
        await sfu.guests[0].publish.close()
        findings = await stay.media()
    assert told(only(tuple(f for f in findings if isinstance(f, Failed)))) == (4005, "room.ice.lost")


@pytest.mark.parametrize(
    ("pattern", "replacement", "why", "line"),
    [
        (r"a=mid:0", "a=mid:9", "Media sections in answer do not match offer", ""),
        (r"a=sctp-port:\d+", "a=sctp-port:x", "our WebRTC stack cannot read it (ValueError)", "a=sctp-port:x"),
        (r"a=setup:active", "a=setup:what", "our WebRTC stack cannot read it (KeyError)", "a=setup:what"),
    ],
)
async def test_why_an_answer_cannot_be_set_is_said_in_words(
    pattern: str, replacement: str, why: str, line: str
) -> None:
    async with staying(Sfu(instead={"join": changing(pattern, replacement)})) as stay:
        await stay.join()
        failed = only(await stay.publish())
    assert told(failed) == (4004, "sdp.answer")
    assert failed.evidence["why"] == why
    assert failed.evidence.get("line_text", "") == line
