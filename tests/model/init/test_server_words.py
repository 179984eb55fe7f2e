import pytest

from hms_doctor.model.causes import NO_CODE
from hms_doctor.model.init.server_words import WORD_CODES, code_for


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
