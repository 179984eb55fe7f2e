"""A quick dataclass does whatever the standard one does."""

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, asdict, field, fields, is_dataclass, replace
from typing import ClassVar, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class Base:
    absent: ClassVar[str] = "nothing"
    name: str


@dataclass(frozen=True, kw_only=True)
class Quick(Base):
    size: int = 3
    secret: str = field(default="", repr=False)
    aside: float = field(default=0.0, compare=False)
    more: Mapping[str, int] = field(default_factory=dict, hash=False)
    twice: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "twice", 2 * self.size)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slotted:
    code: int
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code}!"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    code: int

    def __repr__(self) -> str:
        return "told"


@dataclass(kw_only=True)
class Changing:
    count: int = 0


ANY: Final = Quick(name="a", size=4, secret="s", aside=1.0, more={"x": 1})


def test_fields_defaults_and_factories() -> None:
    assert (ANY.name, ANY.size, ANY.twice, ANY.absent) == ("a", 4, 8, "nothing")
    assert Quick(name="b").more == {}
    assert Quick(name="b").more is not Quick(name="b").more
    assert [f.name for f in fields(ANY)] == ["name", "size", "secret", "aside", "more", "twice"]
    assert is_dataclass(Slotted)
    assert asdict(Slotted(code=1)) == {"code": 1, "words": ()}


def test_equal_where_what_is_compared_is_equal() -> None:
    assert replace(ANY, aside=9.0) == ANY
    assert replace(ANY, size=5) != ANY
    assert len({Slotted(code=1), Told(code=1)}) == 2
    assert Slotted(code=1) == Slotted(code=1, words=())
    assert len({Slotted(code=1), Slotted(code=1), Slotted(code=2)}) == 2
    assert Slotted(code=1).__eq__("text") is NotImplemented


def test_shown_as_the_standard_one_is() -> None:
    assert repr(ANY) == "Quick(name='a', size=4, aside=1.0, more={'x': 1}, twice=8)"
    assert (repr(Told(code=1)), str(Slotted(code=2))) == ("told", "2!")


def test_nothing_can_be_changed() -> None:
    for thing in (ANY, Slotted(code=1)):
        with pytest.raises(FrozenInstanceError):
            thing.code = 2  # type: ignore[union-attr,misc]
        with pytest.raises(FrozenInstanceError):
            del thing.code  # type: ignore[union-attr]
    assert not hasattr(Slotted(code=1), "__dict__")


def test_what_is_missing_or_unknown_is_told() -> None:
    with pytest.raises(TypeError, match="Slotted lacks 'code'"):
        Slotted()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"Slotted has no \['other'\]"):
        Slotted(code=1, other=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Slotted(1)  # type: ignore[call-arg]


@pytest.mark.parametrize("thing", [ANY, Slotted(code=1, words=("x",))])
def test_copies_are_equal(thing: object) -> None:
    assert copy.copy(thing) == copy.deepcopy(thing) == pickle.loads(pickle.dumps(thing)) == thing


def test_it_tells_how_it_is_made() -> None:
    asked = inspect.signature(Quick).parameters
    assert list(asked) == ["name", "size", "secret", "aside", "more"]
    assert (asked["size"].default, asked["size"].annotation) == (3, int)
    assert asked["name"].default is inspect.Parameter.empty


@given(st.builds(Slotted))
def test_a_property_test_can_make_any(thing: Slotted) -> None:
    assert isinstance(thing.code, int)


def test_patterns_match() -> None:
    match Slotted(code=7):
        case Slotted(code=found):
            assert found == 7


def test_other_dataclasses_are_the_standard_one() -> None:
    changing = Changing()
    changing.count += 1
    assert changing == Changing(count=1)
    assert Changing.__dataclass_params__.eq  # type: ignore[attr-defined]


def test_a_base_of_the_other_kind_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="frozen"):

        @dataclasses.dataclass(frozen=True)
        class _Derived(Base):
            pass


MANY = """
import sys, time
from {module} import dataclass
def define():
    @dataclass(frozen=True, kw_only=True, slots=True)
    class Seen:
        ip: str
        port: int
        ms: float = 0.0
define()
best = min((lambda began: (define(), time.process_time() - began)[1])(time.process_time()) for _ in range(60))
print(best)
"""


def test_it_is_quicker() -> None:
    def cost(module: str) -> float:
        code = MANY.format(module=module)
        return float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)

    assert cost("hms_doctor.model.quick_dataclass") < 0.6 * cost("dataclasses")
