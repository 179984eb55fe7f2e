"""What the official SDK does in calls: healthy, joined twice, cut off, without devices; and its own diagnostics."""

from typing import Final

from oracle_row import Act, Machine, Row, Settles, Sign, Way, both, ends, reconnects, rejects

_JOINS: Final = Settles.RESOLVES
_CONNECTED: Final = "Connected"

HEALTHY: Final = (
    *(
        Row(
            name=name,
            injections=injections,
            others=1,
            leaves=True,
            media=True,
            settles=_JOINS,
            besides=((Way.ERROR, 3008),),
            state=_CONNECTED,
            watch=50,
        )
        for name, injections in (("two peers", ()), ("two peers, one through relays alone", ("relays-only",)))
    ),
    Row(name="a track added later", act=Act.ADD_TRACK, media=True, settles=_JOINS, state=_CONNECTED, watch=50),
)

DIAGNOSES: Final = (
    Row(name="diagnostics, healthy", act=Act.DIAGNOSE, settles=_JOINS, watch=60, reports=True),
    Row(
        name="diagnostics, nothing passes",
        fault="publish-ice-blocked+subscribe-ice-blocked",
        act=Act.DIAGNOSE,
        settles=_JOINS,
        besides=((Way.RECONNECTING, 4005), (Way.RECONNECTING, 4006)),
        watch=60,
        reports=True,
    ),
)

TWICE: Final = (
    Row(
        name="two joins by actions",
        act=Act.JOIN_TWICE,
        settles=_JOINS,
        state=_CONNECTED,
        watch=10,
        whole=True,
        cause="join.twice",
        sees=5001,
        words=("A second hmsActions.join() is ignored in silence",),
    ),
    Row(
        name="two raw joins at once",
        act=Act.JOIN_TWICE_AT_ONCE,
        signs=(rejects(5001, terminal=False), ends(5001, terminal=False)),
        settles=Settles.REJECTS,
        state="Disconnected",  # the second call, which fails, tears the first down
        watch=15,
        whole=True,
        shows=(5001,),
        cause="join.twice",
        sees=5001,
        words=("two raw HMSSdk.join() at once give 5001",),
    ),
    *(
        Row(
            name=name,
            fault=name,
            signs=both(code),
            settles=Settles.REJECTS,
            cause=cause,
            words=("join() rejects with the", "number", "terminal"),
        )
        for name, code, cause in (
            ("joined-twice", 400, "join.twice"),
            ("room-full", 403, "server.room_full"),
            ("room-ended", 410, "server.room_ended"),
        )
    ),
)

LOST: Final = (
    Row(
        name="ws-drop",
        later="ws-drop",
        signs=(reconnects(1003, latest=5), ends(1003, earliest=55, latest=80)),
        watch=90,
        shows=(1003,),
        cause="websocket.lost",
        sees=1003,
        words=("Lost during a call", "reconnecting at once", "terminal after 60 to 65 s"),
    ),
    Row(
        name="ws-drop-once",
        later="ws-drop-once",
        signs=(reconnects(1003, latest=5), Sign(way=Way.RECONNECTED, code=0, latest=10)),
        state=_CONNECTED,
        watch=15,
        whole=True,
    ),
    Row(
        name="init-dies-on-return",
        later="init-dies-on-return",
        signs=(reconnects(1003, latest=5), ends(40109, latest=10)),
        watch=30,
        cause="websocket.lost",
        words=("init says no on the way back", "at once"),
    ),
    Row(
        name="join-cut",
        fault="join-cut",
        signs=(reconnects(1003), *both(1003, earliest=55, latest=90)),
        settles=Settles.REJECTS,
        watch=95,
        shows=(1003,),
        cause="websocket.lost",
        sees=1003,
        words=("Lost while joining", "join() rejects"),
    ),
    Row(name="join-silent", fault="join-silent", watch=30, cause="join.unanswered", words=("stays pending",)),
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
        clicked=False,
        others=1,
        signs=(ends(3008, terminal=False),),
        settles=_JOINS,
        shows=(3008,),
        of=3008,
        sees=3008,
        words=("onError gets it", "not terminal"),
    ),
)

CODES_OF_THE_PAGES: Final = frozenset(
    {
        *(1003, 2002, 2003, 2004, 3001, 3002, 3003, 3008, 3012, 3013),
        *(4001, 4002, 4003, 4004, 4005, 5001, 6002, 7001, 7002, 7003, 7004),
        *(40001, 40002, 40004, 40100, 40101, 40102, 40103, 40104, 40105, 40107, 40108, 40109, 41001),
    }
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
