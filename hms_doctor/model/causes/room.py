"""What can be wrong once the door is open: the join, the session descriptions, the media's paths, the media."""

from functools import partial
from typing import Final

from hms_doctor.model.causes.cause import Audience, Cause, Platform, Scope
from hms_doctor.model.network.own_host import MEDIA_PORTS

_TELL_100MS: Final = "to 100ms's support with the room's id and this time"
_PASS_MEDIA: Final = f"Allow outgoing {MEDIA_PORTS} to *.100ms.live in the firewall, and TCP 443 for its relays"
_NO_MEDIA: Final = ("media.*", "renegotiation.*")

_service = partial(Cause, audience=Audience.HMS, scope=Scope.SERVICE)
_network = partial(Cause, audience=Audience.ADMINISTRATOR, scope=Scope.NETWORK, code=4005)
_app = partial(Cause, audience=Audience.APP_DEVELOPER, scope=Scope.APP)

UNANSWERED = _service(
    id="join.unanswered",
    title="the server never answers the join",
    action=f"Report it {_TELL_100MS}: the server answers pings and leaves the join unanswered.",
    code=1003,
)
TWICE = _app(
    id="join.twice",
    title="this client is in the room already",
    action="Call join() once and leave() before joining again; guard the join button against double clicks, and the "
    "call against effects that run twice.",
    code=5001,
)
NO_DESCRIPTION = _service(
    id="join.no_description",
    title="the server answers the join without a session description",
    action=f"Report it {_TELL_100MS}; with a backend of your own, answer join with a type and an sdp.",
    code=4004,
)
CREATE_OFFER = _app(
    id="sdp.create_offer",
    title="no offer can be made",
    action="Try another browser or machine; where an app shows 4001, save chrome://webrtc-internals and send it "
    f"{_TELL_100MS}.",
    code=4001,
    explains=_NO_MEDIA,
)
CREATE_ANSWER = _service(
    id="sdp.create_answer",
    title="the server's offer can be read, but no answer to it can be made",
    action=f"Send the reason and the line that is named here {_TELL_100MS}; try another browser meanwhile.",
    code=4002,
)
LOCAL = _app(
    id="sdp.local",
    title="our own session description is refused",
    action="Take out of the app whatever changes session descriptions before they are set; where it changes none, save "
    f"chrome://webrtc-internals and send it {_TELL_100MS}.",
    code=4003,
    explains=_NO_MEDIA,
)
ANSWER = _service(
    id="sdp.answer",
    title="the server's answer cannot be set",
    action=f"Send the line that is named here {_TELL_100MS}; first take out of the app whatever changes session "
    "descriptions.",
    code=4004,
    explains=_NO_MEDIA,
)
OFFER = _service(
    id="sdp.offer",
    title="the server's offer cannot be set",
    action=f"Send the line that is named here {_TELL_100MS}; first take out of the app whatever changes session "
    "descriptions.",
    code=4004,
)
ICE_PUBLISH = _network(
    id="room.ice.publish",
    title="no way for sending: ICE finds no path to the media server",
    action=f"{_PASS_MEDIA}; where all that is open, report it {_TELL_100MS}.",
    platform_codes={Platform.WEB: 4006},
    explains=(*_NO_MEDIA, "room.ice.subscribe", "room.ice.lost"),
)
ICE_SUBSCRIBE = _network(
    id="room.ice.subscribe",
    title="no way for receiving: ICE finds no path to the media server",
    action=f"{_PASS_MEDIA}; where all that is open, report it {_TELL_100MS}.",
)
DTLS_STUCK = _network(
    id="room.dtls.stuck",
    title="encryption never comes up: the DTLS handshake gets no answer",
    action="Let the firewall pass DTLS to *.100ms.live: it lets connectivity checks through on the same UDP ports and "
    f"drops what follows; where nothing inspects UDP, report it {_TELL_100MS}.",
    explains=_NO_MEDIA,
)
DTLS_FAILED = _network(
    id="room.dtls.failed",
    title="encryption fails: the DTLS handshake, or the certificate in it",
    action="Look for a media proxy or traffic inspection that answers in the media server's place, and exempt "
    f"*.100ms.live from it; where there is none, report it {_TELL_100MS}.",
    explains=_NO_MEDIA,
)
ICE_LOST = _network(
    id="room.ice.lost",
    title="the media path falls silent after it stood",
    action="Let the firewall, the VPN or the router keep a call's flow to *.100ms.live open: no limit on its packets, "
    "its rate or its age, and no inspection that cuts it off.",
    platform_codes={Platform.WEB: 4006},
    explains=("media.*", "quality.*"),
)
RENEGOTIATION_REFUSED = _service(
    id="renegotiation.refused",
    title="the server refuses the offer that adds our tracks",
    action=f"Leave and join again; if it comes back, report the server's words {_TELL_100MS}.",
    code=6002,
    explains=("media.*",),
)
RENEGOTIATION_EMPTY = _service(
    id="renegotiation.empty",
    title="the server answers the offer that adds our tracks with nothing",
    action=f"Leave and join again; if it comes back, report it {_TELL_100MS}.",
    code=6002,
    explains=("media.*",),
)
RENEGOTIATION_UNANSWERED = _service(
    id="renegotiation.unanswered",
    title="the server never answers the offer that adds our tracks",
    action=f"Leave and join again; if it comes back, report it {_TELL_100MS}.",
    code=6002,
    explains=("media.*",),
)
BAD_CANDIDATE = _service(
    id="candidate.malformed",
    title="the server sends an ICE candidate that cannot be read",
    action=f"Report the candidate {_TELL_100MS}; with a media server of your own, write it as RFC 8839 says.",
    code=6002,
    explains=("room.ice.subscribe",),
)
NO_OFFER = _service(
    id="subscribe.no_offer",
    title="others send, and the server offers nothing to receive",
    action=f"Report it {_TELL_100MS}: by its template our role hears the roles of those who send.",
)
VANISHES = _service(
    id="media.vanishes",
    title="what is sent does not arrive: the server reports no packet of it",
    action=f"Report it {_TELL_100MS}; look also for traffic inspection that lets DTLS through and holds media back.",
)
