"""STUN and TURN on loopback (RFC 8489, RFC 8656), with aioice's codec: the client under test has one of its own."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import struct
from typing import TYPE_CHECKING, Final, TypeAlias

from hms_doctor.model.ice.servers import IceServer
from hms_doctor.model.secret import Secret
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.scenario import TurnLogin, TurnScript
from hms_doctor.simulator.turn_relays import Client, Endurance, Relay, SocketName, keep, lend, renew

if TYPE_CHECKING:
    from aioice.stun import Message

REALM: Final = "hms-doctor.test"
LIFETIME: Final = 600
_LIVES: Final = {TurnLogin.EXPIRED: -3600.0, TurnLogin.BRIEF: 120.0}
_A_DAY: Final = 86400.0
_REASONS: Final = {
    300: "Try Alternate",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    420: "Unknown Attribute",
    437: "Allocation Mismatch",
    438: "Stale Nonce",
    442: "Unsupported Transport Protocol",
    486: "Allocation Quota Reached",
    508: "Insufficient Capacity",
}
_UDP: Final = 17
Key: TypeAlias = bytes
Refusal: TypeAlias = int
Attributes: TypeAlias = dict[str, object]


class TurnServer:
    """Answers requests whatever carries them; ``receive`` is given every datagram or frame."""

    def __init__(self, ground: Ground) -> None:
        import aioice.stun  # noqa: F401 - loading it takes 0.1 s, which the first answer must not

        self._ground = ground
        self._secret = secrets.token_bytes(32)
        self._nonce = secrets.token_hex(8)
        self._relays: dict[object, Relay] = {}
        self._endurance = Endurance(lambda: self._script.relaying)
        ground.stack.callback(self._close)

    @property
    def _script(self) -> TurnScript:
        return self._ground.scenario.turn

    def _close(self) -> None:
        """Close the relays whose tasks were cancelled before they began."""
        for relay in self._relays.values():
            relay.sock.close()

    def listing(self, urls: tuple[str, ...]) -> IceServer:
        """Give the entry of init's list: a TURN REST login, its time first, as 100ms makes them."""
        login = self._script.login
        if login is TurnLogin.NONE:
            return IceServer(urls=urls)
        username = f"{int(self._ground.now() + _LIVES.get(login, _A_DAY))}:"
        credential = "not-the-one" if login is TurnLogin.WRONG else self._password(username)
        return IceServer(urls=urls, username=username, credential=Secret(credential))

    def _password(self, username: str) -> str:
        return base64.b64encode(hmac.digest(self._secret, username.encode(), "sha1")).decode()

    def receive(self, client: Client, data: bytes) -> None:
        """Take what a client sent; what is no message of ours is ignored."""
        relay = self._relays.get(client.key)
        if len(data) >= 4 and data[0] >> 6 == 1:  # noqa: PLR2004 - the header of channel data
            number, size = struct.unpack_from("!HH", data)
            if relay and number in relay.channels and self._endurance.carries(client):
                relay.forward(data[4 : 4 + size], relay.channels[number])
            return
        message = _parsed(data)
        if isinstance(message, bytes):
            return
        if message.message_method.name == "SEND" and relay:
            self._forward(relay, message)
        elif message.message_class.name == "REQUEST" and message.message_method.name not in self._script.mute:
            self._ground.spawn(self._reply(client, message))

    def leave(self, client: Client) -> None:
        """End the relay of a client whose connection is gone."""
        if client.key in self._relays:
            renew(self._relays[client.key], 0)

    async def _reply(self, client: Client, message: "Message") -> None:
        if self._script.delay:
            await asyncio.sleep(self._script.delay)
        if message.message_method.name == "BINDING":
            return client.send(bytes(self._binding(client, message)))
        key = self._authenticated(message)
        if isinstance(key, Refusal):
            return client.send(bytes(self._error(message, key)))
        outcome = self._act(client, message)
        answer = self._error(message, outcome) if isinstance(outcome, Refusal) else _response(message, outcome)
        answer.add_message_integrity(key)
        return client.send(bytes(answer))

    def _binding(self, client: Client, message: "Message") -> "Message":
        if "CHANGE-REQUEST" in message.attributes:  # with one address there is nowhere else to answer from
            return self._error(message, 420)
        return _response(message, {"XOR-MAPPED-ADDRESS": client.address})

    def _authenticated(self, message: "Message") -> Key | Refusal:
        """Check the long-term credentials (RFC 8489 section 9.2.4) and the time in the username."""
        told = message.attributes
        if "MESSAGE-INTEGRITY" not in told or "USERNAME" not in told:
            return 401
        username = str(told["USERNAME"])
        stamp = username.partition(":")[0]
        if not stamp.isdecimal() or float(stamp) < self._ground.now():
            return 401
        key = hashlib.md5(f"{username}:{REALM}:{self._password(username)}".encode(), usedforsecurity=False).digest()
        if self._script.word == 438 or told.get("NONCE") != self._nonce.encode():  # noqa: PLR2004
            return 438
        return key if message.check_message_integrity(key) else 401

    def _act(self, client: Client, message: "Message") -> Attributes | Refusal:
        relay = self._relays.get(client.key)
        match message.message_method.name:
            case "ALLOCATE":
                return self._allocate(client, message)
            case "REFRESH" if relay:
                seconds = int(message.attributes.get("LIFETIME", LIFETIME))
                renew(relay, seconds)
                return {"LIFETIME": seconds}
            case "CREATE_PERMISSION" | "CHANNEL_BIND" if relay:
                return self._permit(relay, message)
            case _:
                return 437

    def _allocate(self, client: Client, message: "Message") -> Attributes | Refusal:
        if self._script.word:
            return self._script.word
        if int(message.attributes.get("REQUESTED-TRANSPORT", 0)) >> 24 != _UDP:
            return 442
        relay = self._relays.get(client.key)
        if relay and relay.transaction != message.transaction_id:
            return 437
        if not relay and len(self._relays) >= self._script.most_allocations:
            return 486
        if not relay:
            relay = lend(self._ground, client, message.transaction_id, LIFETIME)
            self._relays[client.key] = relay
            self._ground.spawn(keep(relay, _deliver, lambda: self._forget(client)))
        return {"XOR-RELAYED-ADDRESS": relay.address, "XOR-MAPPED-ADDRESS": client.address, "LIFETIME": LIFETIME}

    def _forget(self, client: Client) -> None:
        self._relays.pop(client.key, None)

    def _permit(self, relay: Relay, message: "Message") -> Attributes | Refusal:
        peer = message.attributes.get("XOR-PEER-ADDRESS")
        if self._script.permission or not isinstance(peer, tuple):
            return self._script.permission or 400
        relay.permitted.add(peer[0])
        if "CHANNEL-NUMBER" in message.attributes:
            relay.channels[int(message.attributes["CHANNEL-NUMBER"])] = (peer[0], peer[1])
        return {}

    def _forward(self, relay: Relay, message: "Message") -> None:
        peer, payload = message.attributes.get("XOR-PEER-ADDRESS"), message.attributes.get("DATA")
        if isinstance(peer, tuple) and isinstance(payload, bytes) and self._endurance.carries(relay.client):
            relay.forward(payload, (peer[0], peer[1]))

    def _error(self, message: "Message", code: Refusal) -> "Message":
        from aioice import stun

        attributes: Attributes = {"ERROR-CODE": (code, _REASONS.get(code, "Refused"))}
        if code in {401, 438}:
            attributes |= {"REALM": REALM, "NONCE": self._nonce.encode()}
        return stun.Message(message.message_method, stun.Class.ERROR, message.transaction_id, attributes)


def _parsed(data: bytes) -> "Message | bytes":
    """Read a message; what is none comes back as it is."""
    from aioice import stun

    try:
        return stun.parse_message(data)
    except (ValueError, struct.error):
        return data


def _response(message: "Message", attributes: Attributes) -> "Message":
    from aioice import stun

    return stun.Message(message.message_method, stun.Class.RESPONSE, message.transaction_id, attributes)


def _deliver(relay: Relay, payload: bytes, peer: SocketName) -> None:
    """Carry a peer's packet to the client: on its channel, else as a Data indication (RFC 8656 section 11.4)."""
    from aioice import stun

    for number, bound_peer in relay.channels.items():
        if bound_peer == peer:
            frame = struct.pack("!HH", number, len(payload)) + payload
            return relay.client.send(frame + bytes(-len(payload) % 4))
    attributes: Attributes = {"XOR-PEER-ADDRESS": peer, "DATA": payload}
    return relay.client.send(bytes(stun.Message(stun.Method.DATA, stun.Class.INDICATION, attributes=attributes)))
