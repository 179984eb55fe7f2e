import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.network.server import RolePolicy
from hms_doctor.model.signalling.messages import Answer, Garbage, Message, Push, ServerFault, parse_message

ROLES = {"host": {"publishParams": {"allowed": ["audio", "video", "screen", "hologram", 7]}}, "guest": {}}


def pushed(**params: object) -> str:
    return json.dumps({"method": "on-policy-change", "params": params})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"method":"room-state","params":{"a":1}}', Push(method="room-state", params={"a": 1})),
        ('{"method":"x"}', Push(method="x", params=None)),
        ('{"id":"1","result":{}}', Answer(id="1")),
        ('{"id":7}', Answer(id="7")),
        ('{"id":"1","method":"offer","result":1}', Answer(id="1")),
        ('{"id":"1","error":{"code":40109,"message":"no"}}', ServerFault(code=40109, text="no", via="an answer")),
        ('{"id":"1","error":"plain"}', ServerFault(code=0, text="", via="an answer")),
        ('{"method":"on-error","params":{"code":"41001"}}', ServerFault(code=41001, text="", via="on-error")),
        ('{"method":"on-error","params":{"code":500.0,"message":7}}', ServerFault(code=500, text="", via="on-error")),
        ('{"method":"on-error"}', ServerFault(code=0, text="", via="on-error")),
    ],
)  # fmt: skip
def test_a_message_is_told_as_the_sdk_reads_it(text: str, message: Message) -> None:
    assert parse_message(text) == message


@pytest.mark.parametrize("code", [True, -1, 0, 10**9, "1e5", "٣", "1" * 5000, 1e400, None, [], {}])
def test_a_code_that_is_none_becomes_0(code: object) -> None:
    text = json.dumps({"method": "on-error", "params": {"code": code}}).replace("Infinity", "1e999")
    assert parse_message(text) == ServerFault(code=0, text="", via="on-error")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[1]",
        "null",
        "{}",
        '{"method":""}',
        '{"method":7}',
        '{"id":""}',
        '{"id":0}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"method":"on-policy-change"}',
        '{"method":"on-policy-change","params":[]}',
        '{"method":"on-policy-change","params":{"name":""}}',
        '{"method":"on-policy-change","params":{"name":5}}',
        '{"a":NaN}',
        "\ud800",
    ],
)
def test_garbage_is_described_and_never_raises(text: str) -> None:
    garbage = parse_message(text)
    assert isinstance(garbage, Garbage)
    assert garbage.what


def test_the_policy_tells_the_role_and_what_it_may_publish() -> None:
    policy = parse_message(pushed(name="host", known_roles=ROLES, template_id="t"))
    assert isinstance(policy, RolePolicy)
    assert (policy.role, policy.known_roles) == ("host", ("host", "guest"))
    assert policy.publishes == {"audio", "video", "screen"}
    assert policy.raw["template_id"] == "t"


@pytest.mark.parametrize(
    "roles",
    [None, [], {}, {"host": None}, {"host": {"publishParams": []}}, {"host": {"publishParams": {"allowed": "audio"}}}],
)
def test_a_policy_without_publish_params_publishes_nothing(roles: object) -> None:
    policy = parse_message(pushed(name="host", known_roles=roles))
    assert isinstance(policy, RolePolicy)
    assert policy.publishes == frozenset()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["id", "method", "params", "result", "error", "code", "message", "name", "known_roles"])


@given(st.text() | st.dictionaries(KEYS, JSON | st.sampled_from(["on-error", "on-policy-change"])).map(json.dumps))
def test_no_text_raises(text: str) -> None:
    parse_message(text)
