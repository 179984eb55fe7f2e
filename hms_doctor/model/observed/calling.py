"""Seen of the web SDK once it has joined: media, devices, the page it runs on."""

from typing import Final

from hms_doctor.model.observed.sees import HANGS, Observation, web

_MEDIA = (
    Observation(
        causes=(
            "turn.unreachable", "turn.unresolved", "turn.no_answer", "turn.udp_blocked", "turn.refused", "turn.quota",
            "turn.capacity", "turn.forbidden", "turn.credentials.*", "turn.proxy", "turn.not_turn", "turn.tls*",
            "turn.path_dies", "room.ice.publish", "room.ice.lost",
        ),
        codes=(4005, 4006),
        sees=web(
            "Sending is blocked: reconnecting with 4006 after 5 s, then 4005, 4006 and reconnected in turn without "
            "end. No error comes; the room stays Connected.",
            4006,
        ),
    ),
    Observation(
        causes=("turn.unreachable", "turn.no_answer", "turn.refused", "turn.credentials.*"),
        codes=(4005,),
        sees=web("Relays alone and none works: join() resolves, the room stays Connected, nothing came in 88 s."),
    ),
    Observation(
        causes=("turn.unreachable", "turn.no_answer", "turn.refused", "turn.credentials.*"),
        codes=(4005,),
        sees=web("Receiving is blocked too: reconnecting with 4005 after 10 to 20 s, terminal 60 s later.", 4005),
    ),
    Observation(
        causes=("room.ice.subscribe",),
        codes=(4005,),
        sees=web("Receiving fails: reconnecting after 15 s, terminal after 75 s.", 4005),
    ),
    Observation(
        causes=("room.dtls.stuck", "room.dtls.failed"),
        codes=(4005,),
        sees=web(
            "On the sending side DTLS fails or never ends: reconnecting with 4005 and 4006, then nothing. Terminal "
            "only where init sets dtlsStateTimeouts, and then in some runs alone.",
            4005,
        ),
    ),
    Observation(
        causes=("room.dtls.failed",),
        codes=(4005,),
        sees=web("On the receiving side DTLS fails: reconnecting with 4005 at once, terminal 60 s later.", 4005),
    ),
    Observation(
        causes=("room.dtls.stuck",),
        codes=(4005,),
        sees=web(
            "On the receiving side DTLS never ends: join() resolves, the room stays Connected, nothing came in 100 s."
        ),
    ),
    Observation(
        causes=("subscribe.no_offer", "media.vanishes"),
        sees=web("join() resolves, the room stays Connected; nothing tells of it."),
    ),
    Observation(
        codes=(4006,),
        sees=web("The server refuses the ICE restart: terminal after 65 to 75 s.", 4006),
    ),
    Observation(
        causes=("turn.url",),
        codes=(4005,),
        sees=web(f"A malformed TURN URL: {HANGS}."),
    ),
    Observation(
        causes=("sdp.create_offer", "sdp.local"),
        codes=(4001, 4003),
        sees=web(f"During join only the console has it; {HANGS}."),
    ),
    Observation(
        causes=("sdp.create_answer",),
        codes=(4002,),
        sees=web("Told as not terminal, yet the SDK has sent leave; the room still says Connected.", 4002),
    ),
    Observation(
        causes=("sdp.answer", "join.no_description"),
        codes=(4004,),
        sees=web("An answer to join that cannot be read: join() rejects, terminal.", 4004),
    ),
    Observation(
        causes=("sdp.offer",),
        codes=(4004,),
        sees=web("An offer of the server's that cannot be read: onError gets it, terminal.", 4004),
    ),
    Observation(
        causes=("sdp.answer", "renegotiation.refused", "renegotiation.empty"),
        codes=(4004, 6002),
        sees=web("While a track is added only the console has it: addTrack() resolves, or join() stays pending."),
    ),
    Observation(
        causes=("renegotiation.unanswered",),
        codes=(6002,),
        sees=web("An offer that is never answered: no code at all while it was watched, 25 to 85 s."),
    ),
    Observation(
        causes=("candidate.malformed",),
        codes=(6002,),
        sees=web("Receiving: told as not terminal, yet the SDK has sent leave; the room still says Connected.", 6002),
    ),
    Observation(
        causes=("join.twice",),
        codes=(5001,),
        sees=web("A second hmsActions.join() is ignored in silence; two raw HMSSdk.join() at once give 5001.", 5001),
    ),
    Observation(
        causes=("join.twice",),
        sees=web("A server that refuses the second join: join() rejects with the server's number, terminal."),
    ),
)  # fmt: skip

_DEVICES = (
    *(
        Observation(
            causes=causes,
            codes=(code,),
            sees=web("onError gets it, not terminal; the join goes on with a silent or black track.", code),
        )
        for code, causes in (
            (3000, ()),
            (3001, ()),
            (3002, ("camera.absent", "microphone.absent")),
            (3003, ("camera.busy", "microphone.busy")),
            (3009, ()),
            (3011, ("camera.consent", "microphone.consent")),
        )
    ),
    Observation(
        codes=(3008,),
        sees=web("onError gets it 0.4 to 2 s after the first sound of another peer, not terminal.", 3008),
    ),
    Observation(
        codes=(6010,),
        sees=web("On http:// pages elsewhere than localhost, at once and terminal.", 6010),
    ),
    Observation(
        codes=(6011,),
        sees=web("In a browser without WebRTC, at once and terminal.", 6011),
    ),
)

CALLING: Final = (*_MEDIA, *_DEVICES)
