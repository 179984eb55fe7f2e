"""What the official SDK does in a room: descriptions, ICE, DTLS, renegotiation, lost connections, devices."""

from typing import Final

from oracle_row import Act, Machine, Row, Settles, Way, both, ends, reconnects, rejects

_JOINS: Final = Settles.RESOLVES
_SOON: Final = 15.0
_ICE_TELLS: Final = ((Way.RECONNECTING, 4005), (Way.RECONNECTING, 4006))
_CONNECTED: Final = "Connected"

DESCRIPTIONS: Final = (
    *(
        Row(
            name=name,
            injections=(name,),
            console=said,
            watch=_SOON,
            shows=(code,),
            of=code,
            words=("During join only the console has it", "never settles"),
        )
        for name, code, said in (
            ("offer-fails", 4001, "CreateOfferFailed"),
            ("local-description-fails", 4003, "SetLocalDescriptionFailed"),
        )
    ),
    Row(
        name="answer-fails",
        injections=("answer-fails",),
        signs=(ends(4002, terminal=False),),
        settles=_JOINS,
        state=_CONNECTED,
        shows=(4002,),
        of=4002,
        sees=4002,
        words=("not terminal", "leave", "still says Connected"),
    ),
    Row(
        name="join-answer-garbage",
        fault="join-answer-garbage",
        signs=both(4004),
        settles=Settles.REJECTS,
        shows=(4004,),
        of=4004,
        sees=4004,
        words=("join() rejects", "terminal"),
    ),
    Row(
        name="offer-garbage",
        fault="offer-garbage",
        signs=(ends(4004),),
        settles=_JOINS,
        shows=(4004,),
        of=4004,
        sees=4004,
        words=("terminal",),
    ),
)

TRANSPORTS: Final = (
    Row(
        name="publish-ice-blocked",
        fault="publish-ice-blocked",
        signs=(reconnects(4006, earliest=4, latest=15),),
        besides=_ICE_TELLS,
        settles=_JOINS,
        watch=50,
        whole=True,
        shows=(4005,),
        of=4005,
        sees=4006,
        words=("reconnecting with 4006 after 5 s", "No error comes", "stays Connected"),
    ),
    Row(
        name="subscribe-ice-blocked",
        fault="subscribe-ice-blocked",
        signs=(reconnects(4005, earliest=8, latest=35), ends(4005, earliest=65, latest=100)),
        besides=_ICE_TELLS,
        settles=_JOINS,
        watch=110,
        shows=(4005,),
        of=4005,
        sees=4005,
        words=("reconnecting after 15 s, terminal after 75 s",),
    ),
    Row(
        name="relay-only-dead",
        fault="relay-only-dead",
        settles=_JOINS,
        watch=45,
        whole=True,
        state=_CONNECTED,
        of=4005,
        words=("join() resolves", "stays Connected"),
    ),
)

RENEGOTIATION: Final = (
    Row(
        name="candidate-malformed",
        fault="candidate-malformed",
        signs=(ends(6002, terminal=False),),
        settles=_JOINS,
        state=_CONNECTED,
        shows=(6002,),
        of=6002,
        sees=6002,
        words=("not terminal", "still says Connected"),
    ),
)

TWICE: Final = (
    Row(
        name="two raw joins at once",
        act=Act.JOIN_TWICE_AT_ONCE,
        signs=(rejects(5001, terminal=False),),
        settles=Settles.REJECTS,
        besides=((Way.ERROR, 5001),),
        shows=(5001,),
        of=5001,
        sees=5001,
        words=("two raw HMSSdk.join() at once give 5001",),
    ),
)

LOST: Final = (
    Row(
        name="ws-drop",
        later="ws-drop",
        signs=(reconnects(1003, latest=5), ends(1003, earliest=55, latest=80)),
        settles=Settles.NEVER,
        watch=90,
        shows=(1003,),
        cause="websocket.lost",
        sees=1003,
        words=("reconnecting at once", "terminal after 60 to 65 s"),
    ),
    Row(
        name="init-dies-on-return",
        later="init-dies-on-return",
        signs=(reconnects(1003, latest=5), ends(40109, latest=10)),
        watch=30,
        of=1003,
        words=(),
    ),
)

DEVICES: Final = (
    *(
        Row(
            name=name,
            machine=machine,
            injections=injections,
            signs=(ends(code, terminal=False),),
            settles=_JOINS,
            state=_CONNECTED,
            shows=(code,),
            of=code,
            sees=code,
            words=("onError gets it, not terminal", "the join goes on"),
        )
        for name, code, machine, injections in (
            ("devices not allowed", 3001, Machine.FORBIDDEN, ()),
            ("no devices", 3002, Machine.NO_DEVICES, ()),
            ("devices in use", 3003, Machine.DEVICES, ("device-busy",)),
        )
    ),
    Row(
        name="sound before a click",
        role="guest",
        others=1,
        signs=(ends(3008, terminal=False),),
        settles=_JOINS,
        shows=(3008,),
        of=3008,
        sees=3008,
        words=("onError gets it", "not terminal"),
    ),
)

NOT_TESTED: Final = {
    3012: "Android's Bluetooth permission; on web the number means that another tab than the current one was shared",
    3013: "Android's Bluetooth permission; on web the number means that sound could not be played",
    7001: "a plugin's own word about the browser it runs in",
    7002: "a plugin's own initialisation",
    7003: "a plugin's own processing",
    7004: "two plugins added to one track at once by the app",
}
"""Codes of the pages that no row shows, and why."""
