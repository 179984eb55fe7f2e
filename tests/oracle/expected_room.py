"""What the official SDK does under the faults of a room: descriptions, ICE, DTLS, renegotiation."""

from typing import Final

from oracle_row import Row, Settles, Way, both, ends, reconnects

_JOINS: Final = Settles.RESOLVES
_CONNECTED: Final = "Connected"
_SAID_BY_ICE: Final = ((Way.RECONNECTING, 4005), (Way.RECONNECTING, 4006))

DESCRIPTIONS: Final = (
    *(
        Row(
            name=name,
            injections=(name,),  # nothing on the wire makes a browser refuse these
            console=said,
            watch=15,
            shows=(code,),
            cause=cause,
            words=("only the console has it", "never settles"),
        )
        for name, code, cause, said in (
            ("offer-fails", 4001, "sdp.create_offer", "CreateOfferFailed"),
            ("local-description-fails", 4003, "sdp.local", "SetLocalDescriptionFailed"),
        )
    ),
    Row(
        name="answer-fails",
        injections=("answer-fails",),
        signs=(ends(4002, terminal=False),),
        settles=_JOINS,
        state=_CONNECTED,
        shows=(4002,),
        cause="sdp.create_answer",
        sees=4002,
        words=("Told as not terminal", "leave", "still says Connected"),
    ),
    *(
        Row(
            name=name,
            fault=name,
            signs=both(4004),
            settles=Settles.REJECTS,
            shows=(4004,),
            cause=cause,
            sees=4004,
            words=("join() rejects", "terminal"),
        )
        for name, cause in (("join-answer-garbage", "sdp.answer"), ("join-answer-empty", "join.no_description"))
    ),
    Row(
        name="offer-garbage",
        fault="offer-garbage",
        signs=(ends(4004),),
        settles=Settles.EITHER,
        shows=(4004,),
        cause="sdp.offer",
        sees=4004,
        words=("onError gets it, terminal",),
    ),
    Row(
        name="candidate-malformed",
        fault="candidate-malformed",
        signs=(ends(6002, terminal=False),),
        settles=_JOINS,
        state=_CONNECTED,
        shows=(6002,),
        cause="candidate.malformed",
        sees=6002,
        words=("told as not terminal", "leave", "still says Connected"),
    ),
)

RENEGOTIATION: Final = (
    *(
        Row(
            name=name,
            fault=name,
            console=said,
            state=_CONNECTED,
            watch=20,
            cause=cause,
            words=("only the console has it", "stays pending"),
        )
        for name, cause, said in (
            ("renegotiation-refused", "renegotiation.refused", "offer rejected"),
            ("renegotiation-empty", "renegotiation.empty", "reading 'code'"),
            ("renegotiation-garbage", "sdp.answer", ""),
        )
    ),
    Row(
        name="renegotiation-silent",
        fault="renegotiation-silent",
        state=_CONNECTED,
        watch=30,
        cause="renegotiation.unanswered",
        words=("no code at all",),
    ),
)

_PUBLISH: Final = (
    *(
        Row(
            name=name,
            fault=name,
            signs=(reconnects(4006, latest=30),),
            besides=_SAID_BY_ICE,
            settles=_JOINS,
            watch=50,
            whole=True,
            shows=(4005,),
            cause=cause,
            sees=4006,
            words=("reconnecting with 4006 after 5 s", "No error comes"),
        )
        for name, cause in (("publish-ice-blocked", "room.ice.publish"), ("publish-ice-lost", "room.ice.lost"))
    ),
    *(
        Row(
            name=name,
            fault=name,
            # Whether the SDK's own timer for DTLS runs is a race within the SDK.
            besides=(*_SAID_BY_ICE, (Way.ERROR, 4005)),
            settles=_JOINS,
            watch=40,
            whole=True,
            shows=(4005,),
            cause=cause,
            sees=4005,
            words=("On the sending side", "in some runs alone"),
        )
        for name, cause in (("dtls-stuck", "room.dtls.stuck"), ("dtls-fingerprint", "room.dtls.failed"))
    ),
)

_SUBSCRIBE: Final = (
    Row(
        name="subscribe-ice-blocked",
        fault="subscribe-ice-blocked",
        signs=(reconnects(4005, earliest=8, latest=35), ends(4005, earliest=65, latest=100)),
        settles=_JOINS,
        watch=110,
        shows=(4005,),
        cause="room.ice.subscribe",
        sees=4005,
        words=("reconnecting after 15 s, terminal after 75 s",),
    ),
    Row(
        name="subscribe-dtls-fingerprint",
        fault="subscribe-dtls-fingerprint",
        signs=(reconnects(4005), ends(4005, earliest=55, latest=95)),
        settles=_JOINS,
        watch=100,
        shows=(4005,),
        cause="room.dtls.failed",
        sees=4005,
        words=("On the receiving side", "terminal 60 s later"),
    ),
    Row(
        name="subscribe-dtls-stuck",
        fault="subscribe-dtls-stuck",
        settles=_JOINS,
        state=_CONNECTED,
        watch=80,
        whole=True,
        cause="room.dtls.stuck",
        words=("On the receiving side", "the room stays Connected"),
    ),
    *(
        Row(
            name=name,
            fault=name,
            settles=_JOINS,
            state=_CONNECTED,
            besides=((Way.ERROR, 3008),),
            watch=20,
            whole=True,
            cause=cause,
            words=("join() resolves", "nothing tells of it"),
        )
        for name, cause in (("subscribe-silent", "subscribe.no_offer"), ("media-vanishes", "media.vanishes"))
    ),
)

_RELAYS: Final = (
    Row(
        name="relay-only-dead",
        fault="relay-only-dead",
        signs=(
            reconnects(4006, latest=30),
            reconnects(4005, earliest=8, latest=35),
            ends(4005, earliest=65, latest=105),
        ),
        besides=_SAID_BY_ICE,
        settles=_JOINS,
        watch=110,
        shows=(4005,),
        cause="turn.unreachable",
        sees=4005,
        words=("reconnecting with 4005", "terminal 60 s later"),
    ),
    Row(
        name="relay-only-dead, in a browser that takes relays alone",
        fault="relay-only-dead",
        injections=("relays-only",),
        settles=_JOINS,
        state=_CONNECTED,
        watch=60,
        whole=True,
        cause="turn.unreachable",
        words=("Relays alone and none works", "stays Connected"),
    ),
)

TRANSPORTS: Final = (*_PUBLISH, *_SUBSCRIBE, *_RELAYS)
