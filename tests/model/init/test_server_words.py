import pytest

from hms_doctor.model.causes import NO_CODE
from hms_doctor.model.init.server_words import WORD_CODES, about_room, code_for
from hms_doctor.model.init.word import cause_of_refusal


@pytest.mark.parametrize("code", sorted(WORD_CODES))
def test_a_code_of_the_pages_is_the_servers_word_whatever_the_text(code: int) -> None:
    assert code_for("signature is invalid", code) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("signature is invalid", 40109),
        ("Token is expired", 40109),
        ("json: cannot unmarshal number into Go struct field Claims.user_id of type string", 40107),
        ("json: cannot unmarshal number into Go struct field Claims.role of type string", 40108),
        ("json: cannot unmarshal bool into Go struct field Claims.room_id of type string", 40102),
        ("room not found", 40001),
        ("Invalid Room", 40001),
        ("invalid room_id", 40102),
        ("invalid access key", 40101),
        ("invalid role", 40108),
        ("peer already joined", 40004),
        ("sfu join failed", NO_CODE),
        ("", NO_CODE),
    ],
)
def test_a_known_text_stands_for_a_code(text: str, code: int) -> None:
    assert code_for(text, 401) == code
    assert code_for(text, NO_CODE) == code


def test_an_endless_text_is_read_only_in_part() -> None:
    assert code_for("a" * 5000 + "signature is invalid", 401) == NO_CODE


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ("role limit reached", ["server.room_full"]),
        ("Room is full", ["server.room_full"]),
        ("room has ended", ["server.room_ended"]),
        ("session was already closed", ["server.room_ended"]),
        ("rate limit reached", []),
        ("room not found", []),
        ("", []),
    ],
)
def test_what_is_said_of_a_room(text: str, causes: list[str]) -> None:
    assert [cause.id for cause in about_room(text)] == causes


@pytest.mark.parametrize(
    ("status", "text", "cause"),
    [
        (403, "role limit reached", "server.room_full"),
        (410, "room has ended", "server.room_ended"),
        (429, "role limit reached", "init.rate_limited"),
        (503, "role limit reached", "init.server_error"),
        (403, "forbidden", "server.refused"),
    ],
)
def test_a_rooms_limit_is_told_where_the_server_refuses(status: int, text: str, cause: str) -> None:
    assert cause_of_refusal(status, NO_CODE, text).id == cause
