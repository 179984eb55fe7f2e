"""Our STUN codec: the RFC's own vectors, a second codec, and any bytes at all."""

import pytest
from aioice import stun as other
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.secret import Secret
from hms_doctor.wire.stun.message import (
    Attribute,
    Class,
    ErrorWord,
    Malformed,
    Message,
    Method,
    SocketAddress,
    address_in,
    authentic,
    encode,
    error_of,
    long_term_key,
    new_transaction,
    octets,
    pack_address,
    parse,
)

# RFC 5769 sections 2.2, 2.3 and 2.4.
IPV4_RESPONSE = bytes.fromhex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96"
)
IPV6_RESPONSE = bytes.fromhex(
    "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9fa"
    "a5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c"
)
LONG_TERM_REQUEST = bytes.fromhex(
    "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c"
    "662f2f3439396b39353464364f4c33346f4c39465354767936347341001400 0b6578616d706c652e6f7267000008 0014"
    "f67024656dd64a3e02b8e0712e85c9a28ca89666".replace(" ", "")
)
SHORT_TERM_PASSWORD = b"VOkJxbRl1RmTxUk/WvJxBt"
TRANSACTION = bytes(range(12))


def message_in(data: bytes) -> Message:
    parsed = parse(data)
    assert isinstance(parsed, Message), parsed
    return parsed


@pytest.mark.parametrize(
    ("data", "address"),
    [
        (IPV4_RESPONSE, SocketAddress(ip="192.0.2.1", port=32853)),
        (IPV6_RESPONSE, SocketAddress(ip="2001:db8:1234:5678:11:2233:4455:6677", port=32853)),
    ],
)
def test_the_rfcs_responses(data: bytes, address: SocketAddress) -> None:
    message = message_in(data)
    assert (message.method, message.kind) == (Method.BINDING, Class.SUCCESS)
    assert message.text(Attribute.SOFTWARE) == "test vector"
    assert address_in(message, Attribute.XOR_MAPPED_ADDRESS) == address
    assert authentic(message, SHORT_TERM_PASSWORD)
    assert not authentic(message, b"another")


def test_the_rfcs_long_term_request() -> None:
    message = message_in(LONG_TERM_REQUEST)
    username = message.value(Attribute.USERNAME).decode()
    assert message.text(Attribute.REALM) == "example.org"
    assert authentic(message, long_term_key(username, "example.org", Secret("TheMatrIX")))
    assert not authentic(message, long_term_key(username, "example.org", Secret("TheMatrix")))


def test_what_we_write_the_other_codec_reads() -> None:
    key = long_term_key("1716838705:", "100ms.live", Secret("secret"))
    address = SocketAddress(ip="192.0.2.7", port=3478)
    request = Message(
        method=Method.CHANNEL_BIND,
        kind=Class.REQUEST,
        transaction=TRANSACTION,
        attributes=(
            (Attribute.CHANNEL_NUMBER, bytes([0x40, 0, 0, 0])),
            (Attribute.XOR_PEER_ADDRESS, pack_address(address, TRANSACTION)),
            (Attribute.USERNAME, b"1716838705:"),
            (Attribute.NONCE, b"odd"),
        ),
    )
    read = other.parse_message(encode(request, key))
    assert (read.message_method, read.message_class) == (other.Method.CHANNEL_BIND, other.Class.REQUEST)
    assert read.transaction_id == TRANSACTION
    assert read.attributes["CHANNEL-NUMBER"] == 0x4000
    assert read.attributes["XOR-PEER-ADDRESS"] == ("192.0.2.7", 3478)
    assert read.check_message_integrity(key)


def test_what_the_other_codec_writes_we_read() -> None:
    attributes = {
        "XOR-RELAYED-ADDRESS": ("2001:db8::7", 50000),
        "MAPPED-ADDRESS": ("192.0.2.9", 9),
        "ERROR-CODE": (486, "Allocation Quota Reached\0"),
        "NONCE": b"n",
    }
    written = other.Message(other.Method.ALLOCATE, other.Class.ERROR, TRANSACTION, attributes)
    written.add_message_integrity(b"key")
    message = message_in(bytes(written))
    assert (message.method, message.kind, message.transaction) == (Method.ALLOCATE, Class.ERROR, TRANSACTION)
    assert address_in(message, Attribute.XOR_RELAYED_ADDRESS) == SocketAddress(ip="2001:db8::7", port=50000)
    assert address_in(message, Attribute.MAPPED_ADDRESS) == SocketAddress(ip="192.0.2.9", port=9)
    assert error_of(message) == ErrorWord(code=486, reason="Allocation Quota Reached")
    assert authentic(message, b"key")
    assert message.has(Attribute.NONCE)
    assert not message.has(Attribute.REALM)


def test_an_error_response_without_a_code_has_the_word_zero() -> None:
    message = Message(method=Method.BINDING, kind=Class.ERROR, transaction=TRANSACTION)
    assert error_of(message_in(encode(message))) == ErrorWord(code=0, reason="")


def test_an_unsigned_message_is_never_authentic() -> None:
    message = message_in(encode(Message(method=Method.BINDING, kind=Class.SUCCESS, transaction=TRANSACTION)))
    assert not authentic(message, b"")


def test_what_follows_the_signature_is_not_believed() -> None:
    signed = Message(method=Method.REFRESH, kind=Class.SUCCESS, transaction=TRANSACTION)
    data = bytearray(encode(signed, b"key")[:-8])  # without the FINGERPRINT
    data += Attribute.LIFETIME.to_bytes(2, "big") + bytes([0, 4, 0, 0, 0, 9])
    data[2:4] = (len(data) - 20).to_bytes(2, "big")
    message = message_in(bytes(data))
    assert authentic(message, b"key")
    assert not message.has(Attribute.LIFETIME)


def test_every_method_and_class_survives() -> None:
    for method in range(0x1000):
        for kind in Class:
            message = Message(method=method, kind=kind, transaction=TRANSACTION)
            assert message_in(encode(message)).method == method
            assert message_in(encode(message)).kind is kind


def _with_length(data: bytes, length: int) -> bytes:
    return data[:2] + length.to_bytes(2, "big") + data[4:]


PLAIN = encode(Message(method=Method.BINDING, kind=Class.REQUEST, transaction=TRANSACTION))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "too short"),
        (PLAIN[:19], "too short"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no STUN header"),
        (b"\xc0" + PLAIN[1:], "no STUN header"),
        (PLAIN[:4] + bytes(4) + PLAIN[8:], "no STUN header"),
        (_with_length(PLAIN, 4), "length"),
        (_with_length(PLAIN, 9) + b"\0", "length"),
        (PLAIN + bytes(4), "length"),
        (PLAIN[:-1] + bytes([PLAIN[-1] ^ 1]), "FINGERPRINT"),
        (_with_length(PLAIN[:20] + b"\x00\x06\x00\x09abcd", 8), "longer than the message"),
    ],
)
def test_what_is_no_message_is_told_not_raised(data: bytes, why: str) -> None:
    parsed = parse(data)
    assert isinstance(parsed, Malformed)
    assert why in parsed.why


@pytest.mark.parametrize("value", [b"", b"\0\1", b"\0\3\0\0abcd", b"\0\1" + bytes(18), b"\0\2" + bytes(6)])
def test_an_address_that_is_none(value: bytes) -> None:
    message = Message(
        method=Method.BINDING,
        kind=Class.SUCCESS,
        transaction=TRANSACTION,
        attributes=((Attribute.XOR_MAPPED_ADDRESS, value),),
    )
    assert isinstance(address_in(message, Attribute.XOR_MAPPED_ADDRESS), Malformed)


def _read_all(message: Message) -> None:
    error_of(message)
    for attribute in Attribute:
        message.text(attribute)
        address_in(message, attribute)
    authentic(message, b"key")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_raising(data: bytes) -> None:
    parsed = parse(data)
    if isinstance(parsed, Message):
        _read_all(parsed)


@given(
    st.sampled_from([IPV4_RESPONSE, IPV6_RESPONSE, LONG_TERM_REQUEST, PLAIN]),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=6),
    st.integers(0, 120),
)
def test_damaged_messages_are_read_without_raising(whole: bytes, damage: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(whole[: len(whole) - cut] if cut < len(whole) else whole)
    for place, value in damage:
        if data:
            data[place % len(data)] = value
    for candidate in (bytes(data), _with_length(bytes(data), max(0, len(data) - 20))):
        parsed = parse(candidate)
        if isinstance(parsed, Message):
            _read_all(parsed)


@given(
    st.lists(st.tuples(st.integers(0, 0xFFFF).filter(lambda n: n not in {8, 0x8028}), st.binary(max_size=40))),
    st.binary(max_size=8),
)
def test_what_is_written_is_read_again(attributes: list[tuple[int, bytes]], key: bytes) -> None:
    transaction = new_transaction()
    written = Message(method=Method.ALLOCATE, kind=Class.REQUEST, transaction=transaction, attributes=tuple(attributes))
    read = message_in(encode(written, key))
    assert [pair for pair in read.attributes if pair[0] not in {8, 0x8028}] == attributes
    assert read.transaction == transaction
    assert authentic(read, key) == bool(key)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("pass", b"pass"),
        ("ü", b"\xc3\xbc"),
        ("\udcff", b"\xff"),
        ("a\ud800b", b"a\xef\xbf\xbdb"),
        ("\ud83d\ude00", b"\xf0\x9f\x98\x80"),
    ],
)
def test_a_login_of_any_characters_can_be_written(text: str, written: bytes) -> None:
    assert octets(text) == written
    assert len(long_term_key(text, "r", Secret(text))) == 16
