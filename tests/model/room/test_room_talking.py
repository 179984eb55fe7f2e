import json

import pytest

from hms_doctor.model.room.talking import Refusal, Reply, Said, parse_said
from hms_doctor.model.signalling.messages import Garbage, Push, ServerFault


def refused(code: int, text: str) -> ServerFault:
    return ServerFault(code=code, text=text, via="an answer")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"id": "1", "result": {"sdp": "x"}}, Reply(id="1", result={"sdp": "x"})),
        ({"id": 7}, Reply(id="7", result=None)),
        ({"id": "1", "error": {"code": 400, "message": "no"}}, Refusal(id="1", fault=refused(400, "no"))),
        ({"id": "1", "error": "no"}, Refusal(id="1", fault=refused(0, ""))),
        ({"method": "offer", "params": {"sdp": "x"}}, Push(method="offer", params={"sdp": "x"})),
        ({"method": "on-policy-change", "params": []}, Push(method="on-policy-change", params=[])),
        ({"method": "on-error", "params": {"code": 41001}}, ServerFault(code=41001, text="", via="on-error")),
        ({"id": "1", "method": "x", "params": 1}, Garbage(what="an answer that names a method")),
        ({}, Garbage(what="an object with neither id nor method")),
        ([], Garbage(what="a list, not a JSON object")),
    ],
)  # fmt: skip
def test_what_is_said_is_told_apart(message: object, said: Said) -> None:
    assert parse_said(json.dumps(message)) == said


def test_no_json_is_garbage() -> None:
    assert isinstance(parse_said("{"), Garbage)
    assert isinstance(parse_said("\ud800"), Garbage)
