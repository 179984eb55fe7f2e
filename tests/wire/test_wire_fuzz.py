"""Whatever a STUN or TURN server answers: no exception leaves ``wire/``, every talk ends, every relay goes back."""

import pytest
from fuzz_targets import TARGETS
from hypothesis import given, settings
from hypothesis import strategies as st

TAPES = st.one_of(
    st.binary(max_size=120),
    # Mostly honest: a talk that gets far before it goes wrong.
    st.lists(st.one_of(st.just(0), st.just(0), st.just(0), st.integers(0, 255)), max_size=120).map(bytes),
)


@pytest.mark.no_cover  # other tests meet these lines too; counted here, they took three times as long
@pytest.mark.parametrize("target", TARGETS)
@given(tape=TAPES)
@settings(max_examples=150)
def test_no_exception_leaves_wire(target: str, tape: bytes) -> None:
    TARGETS[target](tape)


@pytest.mark.parametrize("target", TARGETS)
def test_an_honest_server_is_understood(target: str) -> None:
    TARGETS[target](b"")
