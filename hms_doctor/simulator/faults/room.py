"""What can go wrong once a join is sent: the answer, the descriptions, the renegotiation."""

import json
from dataclasses import replace

from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.wish import Joining
from hms_doctor.simulator.change import Change, together
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.room.change import join_answered, listing, peopled, renegotiation_answered, server_offers
from hms_doctor.simulator.room.script import (
    Blank,
    Denied,
    Garbled,
    Hollow,
    Ignored,
    Listing,
    Other,
    ServerOffer,
)
from hms_doctor.simulator.scenario import Scenario

_JOIN, _PUBLISH, _SUBSCRIBE = "signalling.join", "room.publish", "room.subscribe"
_SPEAKER = Other(name="Simulated Speaker")


def _fault(name: str, root: tuple[int, str, str], summary: str, apply: Change) -> Fault:
    code, check, cause = root
    return Fault(name=name, code=code, check=check, cause=cause, summary=summary, apply=apply)


def _refusing(step: str, words: str) -> Change:
    """Let the simulated machine's own WebRTC stack refuse a step: no server can make it do so."""

    def apply(scenario: Scenario) -> Scenario:
        script: JsonObject = json.loads(scenario.machine) if scenario.machine else {}
        return replace(scenario, machine=json.dumps({**script, "webrtc": {step: words}}), joins=Joining.JOINS)

    return apply


_ENTERING = (
    _fault(
        "room-full",
        (40100, _JOIN, "server.room_full"),
        "the room has no place left for the role",
        join_answered(Denied(code=403, message="role limit reached")),
    ),
    _fault(
        "room-ended",
        (41001, _JOIN, "server.room_ended"),
        "the room was ended before the join",
        join_answered(Denied(code=410, message="room has ended")),
    ),
    _fault(
        "joined-twice",
        (5001, _JOIN, "join.twice"),
        "this app has joined already, and joins again",
        together(listing(Listing.NEWCOMER_TOO), join_answered(Denied(code=400, message="peer already joined"))),
    ),
    _fault(
        "join-answer-garbage",
        (4004, _PUBLISH, "sdp.answer"),
        "the join is answered with a description that cannot be set",
        join_answered(Garbled()),
    ),
    _fault(
        "join-answer-empty",
        (4004, _JOIN, "join.no_description"),
        "the join is answered with an empty result",
        join_answered(Blank()),
    ),
)

_DESCRIPTIONS = (
    replace(
        _fault(
            "offer-fails",
            (4001, _JOIN, "sdp.create_offer"),
            "this machine's WebRTC stack can make no offer",
            _refusing("create_offer", "Failed to create an offer: no codec is left"),
        ),
        kind="device",
    ),
    replace(
        _fault(
            "local-description-fails",
            (4003, _JOIN, "sdp.local"),
            "this machine's WebRTC stack cannot set its own offer",
            _refusing("set_local", "Failed to set local offer sdp: no transport could be made"),
        ),
        kind="device",
    ),
    _fault(
        "answer-fails",
        (4002, _SUBSCRIBE, "sdp.create_answer"),
        "the server offers a kind of media for which no answer can be made",
        server_offers(ServerOffer.UNANSWERABLE),
    ),
    _fault(
        "offer-garbage",
        (4004, _SUBSCRIBE, "sdp.offer"),
        "the server's offer cannot be set",
        server_offers(ServerOffer.GARBAGE),
    ),
    _fault(
        "candidate-malformed",
        (6002, _SUBSCRIBE, "candidate.malformed"),
        "a candidate of the server cannot be read",
        server_offers(ServerOffer.BAD_CANDIDATE),
    ),
    _fault(
        "subscribe-silent",
        (0, _SUBSCRIBE, "subscribe.no_offer"),
        "others publish, and the server never offers the subscribe connection",
        together(server_offers(ServerOffer.NONE), peopled(_SPEAKER)),
    ),
)

_RENEGOTIATING = (
    _fault(
        "renegotiation-refused",
        (6002, _PUBLISH, "renegotiation.refused"),
        "the server refuses the offer that adds our tracks",
        renegotiation_answered(Denied(code=400, message="offer rejected")),
    ),
    _fault(
        "renegotiation-empty",
        (6002, _PUBLISH, "renegotiation.empty"),
        "the offer that adds our tracks is answered with nothing",
        renegotiation_answered(Hollow()),
    ),
    _fault(
        "renegotiation-silent",
        (6002, _PUBLISH, "renegotiation.unanswered"),
        "the offer that adds our tracks is never answered",
        renegotiation_answered(Ignored()),
    ),
    _fault(
        "renegotiation-garbage",
        (4004, _PUBLISH, "sdp.answer"),
        "the offer that adds our tracks is answered with a description that cannot be set",
        renegotiation_answered(Garbled()),
    ),
)

FAULTS = (*_ENTERING, *_DESCRIPTIONS, *_RENEGOTIATING)
