"""Connectivity checks as bytes: the RFC's own vector, a second implementation, and whatever else may come along."""

import pytest
from aioice import stun as other
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.wire.stun.message import Attribute, Class, Message, Method, SocketAddress, address_in, encode, parse
from hms_doctor.wire.turn.connectivity import Agent, Answered, Asked, IceAttribute, IceLogin, NotOurs, Role, pair

# RFC 5769 section 2.1; its username is padded with spaces.
RFC_REQUEST = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
)
RFC_LOGIN = IceLogin(ufrag=b"evtj", password=b"VOkJxbRl1RmTxUk/WvJxBt")
RFC_PEER = IceLogin(ufrag=b"h6vY", password=b"another password of 22")
HERE = SocketAddress(ip="192.0.2.7", port=49152)


def message_in(data: bytes) -> Message:
    parsed = parse(data)
    assert isinstance(parsed, Message), parsed
    return parsed


def number(message: Message, attribute: int) -> bytes:
    return next(value for named, value in message.attributes if named == attribute)


def test_the_rfcs_check_is_taken() -> None:
    agent = Agent(RFC_LOGIN, RFC_PEER, Role.CONTROLLING)
    heard = agent.hear(RFC_REQUEST, HERE)
    assert isinstance(heard, Asked)
    assert heard.transaction == bytes.fromhex("b7e7a701bc34d686fa87dfae")


@pytest.mark.parametrize(
    ("own", "peer"),
    [
        (IceLogin(ufrag=b"evtj", password=b"VOkJxbRl1RmTxUk/WvJxBT"), RFC_PEER),
        (IceLogin(ufrag=b"evtJ", password=RFC_LOGIN.password), RFC_PEER),
        (RFC_LOGIN, IceLogin(ufrag=b"h6vy", password=RFC_PEER.password)),
    ],
)
def test_a_check_for_another_or_signed_by_another_is_not_ours(own: IceLogin, peer: IceLogin) -> None:
    assert Agent(own, peer, Role.CONTROLLED).hear(RFC_REQUEST, HERE) == NotOurs()


def test_a_check_is_heard_and_its_answer_too() -> None:
    near, far = pair()
    transaction, check = near.check()
    asked = far.hear(check, HERE)
    assert isinstance(asked, Asked)
    assert asked.transaction == transaction
    assert address_in(message_in(asked.answer), Attribute.XOR_MAPPED_ADDRESS) == HERE
    assert near.hear(asked.answer, HERE) == Answered(transaction=transaction)


def test_both_ends_ask() -> None:
    near, far = pair()
    asked = near.hear(far.check()[1], HERE)
    assert isinstance(asked, Asked)
    assert isinstance(far.hear(asked.answer, HERE), Answered)


def test_a_check_has_all_that_the_rfc_wants() -> None:
    near, far = pair()
    checks = [message_in(agent.check()[1]) for agent in (near, near, far)]
    for check in checks:
        names = [named for named, _value in check.attributes]
        assert (check.method, check.kind) == (Method.BINDING, Class.REQUEST)
        assert names[-2:] == [Attribute.MESSAGE_INTEGRITY, Attribute.FINGERPRINT]
        assert int.from_bytes(number(check, IceAttribute.PRIORITY), "big") == (110 << 24) + (65535 << 8) + 255
        assert len(check.value(Attribute.USERNAME).split(b":")) == 2
    tie_breakers = [number(check, IceAttribute.ICE_CONTROLLING) for check in checks[:2]]
    assert len(tie_breakers[0]) == 8
    assert tie_breakers[0] == tie_breakers[1], "one agent has one"
    assert number(checks[2], IceAttribute.ICE_CONTROLLED) != tie_breakers[0]
    assert checks[0].transaction != checks[1].transaction


def test_logins_are_long_enough_and_new_each_time() -> None:
    names = [message_in(pair()[0].check()[1]).value(Attribute.USERNAME) for _again in range(20)]
    assert len(set(names)) == 20
    for name in names:
        assert all(len(ufrag) >= 4 for ufrag in name.split(b":")), "RFC 8839 section 5.4"
    assert len(pair()[0]._own.password) >= 22


def test_what_is_not_heard() -> None:
    near, far = pair()
    transaction, check = near.check()
    asked = far.hear(check, HERE)
    assert isinstance(asked, Asked)
    assert near.hear(check, HERE) == NotOurs(), "our own check, thrown back"
    assert far.hear(asked.answer, HERE) == NotOurs(), "an answer that this end never asked for"
    assert pair()[1].hear(check, HERE) == NotOurs(), "of another run"
    unsigned = Message(method=Method.BINDING, kind=Class.SUCCESS, transaction=transaction)
    assert near.hear(encode(unsigned), HERE) == NotOurs()
    refused = Message(method=Method.BINDING, kind=Class.ERROR, transaction=transaction)
    assert near.hear(encode(refused, far._own.password), HERE) == NotOurs()
    bare = check[:2] + (len(check) - 28).to_bytes(2, "big") + check[4:-8]
    assert far.hear(bare, HERE) == NotOurs(), "RFC 8445 section 7.1: a FINGERPRINT is a must"


def test_the_other_codec_reads_our_checks_and_we_its_answers() -> None:
    near, far = pair()
    transaction, check = near.check()
    read = other.parse_message(check)
    assert read.check_message_integrity(far._own.password)
    assert read.attributes["ICE-CONTROLLING"]
    answer = other.Message(other.Method.BINDING, other.Class.RESPONSE, read.transaction_id)
    answer.attributes["XOR-MAPPED-ADDRESS"] = (HERE.ip, HERE.port)
    answer.add_message_integrity(far._own.password)
    assert near.hear(bytes(answer), HERE) == Answered(transaction=transaction)


@given(st.binary(max_size=200))
def test_any_bytes_are_heard_without_harm(data: bytes) -> None:
    near, far = pair()
    assert near.hear(data, HERE) == NotOurs()
    check = bytearray(far.check()[1])
    for place, byte in enumerate(data[:8]):
        check[(byte + place) % len(check)] ^= byte | 1
    assert isinstance(near.hear(bytes(check), HERE), NotOurs | Asked)
