"""`explain` and `codes`, by their functions and through a command line."""

import json
import subprocess
import sys
from typing import Protocol

import jsonschema
import pytest
import typer
from typer.testing import CliRunner

from hms_doctor.checks import every_check
from hms_doctor.cli.codes import codes
from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.explain import explain
from hms_doctor.cli.explaining import Surroundings, _fields, catalogue, explain_codes, explain_text, look_around
from hms_doctor.model.catalogue import CATALOGUE
from hms_doctor.model.causes import every_cause
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.explain.explanation import of_cause
from hms_doctor.model.explain.search import Document, rank
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.faults import every_fault, find_fault

NOBODY = Surroundings()
PLATFORMS = [platform.value for platform in Platform if platform is not Platform.ANY]
TEXT = {"type": "string", "minLength": 1}
CODE = {"type": "integer", "minimum": 1}
OBJECT = {
    "type": "object",
    "required": [
        "code", "platforms", "name", "cause", "recommended_action", "terminal", "after_s", "retried", "symptoms",
        "found_by", "demo", "app_sees", "source",
    ],
    "additionalProperties": False,
    "properties": {
        "code": {"anyOf": [CODE, {"type": "null"}]},
        "platforms": {"type": "array", "items": {"enum": PLATFORMS}, "minItems": 1, "uniqueItems": True},
        "name": TEXT,
        "cause": TEXT,
        "recommended_action": TEXT,
        "terminal": {"enum": ["never", "always", "after_retries", "depends", "unknown"]},
        "after_s": {"enum": [None, 50, 60]},
        "retried": {"enum": [True, False, "unknown"]},
        "symptoms": {"type": "array", "items": TEXT},
        "found_by": {"type": "array", "items": {"type": "string", "pattern": r"^[a-z]+(\.[a-z_]+)?$"}},
        "demo": {"anyOf": [TEXT, {"type": "null"}]},
        "app_sees": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["platform", "sdk", "code", "outcome"],
                "additionalProperties": False,
                "properties": {
                    "platform": {"enum": PLATFORMS},
                    "sdk": TEXT,
                    "code": {"anyOf": [CODE, {"type": "null"}]},
                    "outcome": TEXT,
                },
            },
        },
        "source": TEXT,
    },
}  # fmt: skip
LIST = {"type": "array", "items": OBJECT, "minItems": 1}


class Run(Protocol):
    def __call__(self, *argv: str) -> str: ...


@pytest.fixture
def app() -> typer.Typer:
    both = typer.Typer()
    both.command()(explain)
    both.command()(codes)
    return both


@pytest.fixture
def run(app: typer.Typer) -> Run:
    def _run(*argv: str) -> str:
        result = CliRunner().invoke(app, list(argv), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return _run


def objects(text: str) -> list[dict[str, object]]:
    told = json.loads(text)
    jsonschema.validate(told, LIST)
    assert isinstance(told, list)
    return told


def test_a_code_is_told_in_the_contracts_shape(run: Run) -> None:
    (told,) = objects(run("explain", "4005", "--format", "json"))
    assert told["code"] == 4005
    assert told["name"] == "ICEFailure"
    assert told["platforms"] == PLATFORMS
    assert (told["terminal"], told["after_s"], told["retried"]) == ("depends", 60, True)


def test_the_whole_catalogue_has_the_contracts_shape(run: Run) -> None:
    told = objects(run("codes", "--format", "json"))
    assert len(told) == sum(len(entry.meanings) for entry in CATALOGUE.values())
    assert list(dict.fromkeys(each["code"] for each in told)) == list(CATALOGUE)


def test_a_text_is_told_in_the_contracts_shape(run: Run) -> None:
    told = objects(run("explain", "account", "disabled", "--format", "json"))
    assert told[0]["name"] == "account.disabled"
    assert len(told) <= 10


@pytest.mark.parametrize("code", [3008, 3011, 3012, 3013, 6010, 6012, 7005, 8001])
@pytest.mark.parametrize("platform", ["web", "android", "ios", "flutter", "react-native"])
def test_all_meanings_are_told_the_chosen_platforms_first(run: Run, code: int, platform: str) -> None:
    told = objects(run("explain", str(code), "--platform", platform, "--format", "json"))
    assert len(told) == len(CATALOGUE[code].meanings) > 1
    assert {each["code"] for each in told} == {code}
    holds = [platform in str(each["platforms"]) for each in told]
    assert holds == sorted(holds, reverse=True)


def test_several_codes_are_told_in_the_order_asked_each_once(run: Run) -> None:
    told = objects(run("explain", "2004", "1000", "2004", "--format", "json"))
    assert [each["code"] for each in told] == [2004, 1000, 1000]


def test_people_get_the_chosen_platform_first_and_the_others_set_apart(run: Run) -> None:
    told = run("explain", "3012", "--platform", "flutter")
    assert told.startswith("3012  BLUETOOTH_CONNECT missing")
    assert told.index("What to do") < told.index("On other platforms 3012 means:") < told.index("CurrentTabNotShared")
    assert max(map(len, told.splitlines())) <= 80


def test_people_are_told_when_their_platform_does_not_have_the_code(run: Run) -> None:
    assert run("explain", "6011", "--platform", "ios").startswith("6011 is not known on ios; elsewhere it means:")


def test_people_get_the_best_hit_in_full_and_the_others_in_a_line(run: Run) -> None:
    told = run("explain", "camera in use")
    assert told.startswith("3003  DeviceInUse: another program holds")
    assert "Also fits" in told
    assert "camera.busy" in told


def test_a_single_hit_stands_alone(run: Run) -> None:
    told = run("explain", "captureImageAtMaxResolution")
    assert told.startswith("8001  ImageCaptureException")
    assert "Also fits" not in told


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("account disabled", "account.disabled"),
        ("acount disabeld", "account.disabled"),
        ("account.disabled", "account.disabled"),
        ("bluetooth permission", 3012),
        ("blutooth", 3012),
        ("camera in use", 3003),
        ("NotReadableError", 3003),
        ("no camera", 3002),
        ("microphone permission denied", 3001),
        ("token expired", 40109),
        ("signature is invalid", 40109),
        ("management token", 40109),
        ("token cut off", 2004),
        ("websocket", 1000),
        ("ping pong failure", 1003),
        ("autoplay", 3008),
        ("sound only after click", 3008),
        ("role wrong", 40108),
        ("turn blocked", 4005),
        ("udp blocked", 4005),
        ("ICE failed", 4005),
        ("turn credentials expired", "turn.credentials.expired"),
        ("certificate expired", 2003),
        ("failed to fetch", 2003),
        ("join never settles", 2003),
        ("captive portal", "portal.captive"),
        ("clock wrong", "local.clock"),
        ("dns", 2003),
        ("EndpointUnreachable", 2003),
        ("room not found", 40001),
        ("peer already joined", 40004),
        ("joined twice", 5001),
        ("cannot unmarshal number into Go struct field Claims.user_id of type string", 40107),
        ("rate limit", 429),
        ("bad gateway", 502),
        ("virtual background safari", 7001),
        ("noise cancellation", 7006),
        ("share the current tab", 3012),
        ("screen share android 14", 3017),
        ("navigator.mediaDevices", 6010),
        ("error 4005 on join", 4005),
    ],
)
def test_a_text_finds_the_code_or_cause_first(query: str, expected: int | str) -> None:
    best = explain_text(query, Platform.ANY, NOBODY)[0]
    assert expected == (best.code if isinstance(expected, int) else best.meaning.name)


def test_a_search_on_a_platform_leaves_out_what_it_does_not_know() -> None:
    found = explain_text("share the current tab", Platform.WEB, NOBODY)
    assert found[0].meaning.name == "CurrentTabNotShared"
    on_ios = explain_text("bluetooth permission", Platform.IOS, NOBODY)
    assert all(each.code != 3012 or each.meaning.name.startswith("bluetooth.") for each in on_ios)


@pytest.mark.parametrize("argv", [["explain", "4009"], ["explain", "4005", "40106"], ["explain", "xyzzy"]])
def test_what_does_not_exist_names_the_nearest_in_one_line(app: typer.Typer, argv: list[str]) -> None:
    result = CliRunner().invoke(app, argv)
    assert isinstance(result.exception, UsageError)
    assert "the nearest are" in str(result.exception)
    assert "\n" not in str(result.exception)
    assert result.output == ""


def test_a_wrong_number_is_named_with_its_neighbours() -> None:
    with pytest.raises(UsageError, match=r"^40106 is no HMS code; the nearest are .*40107"):
        explain_codes(["40106"], Platform.ANY, NOBODY)


def test_a_hostile_text_is_quoted_plain_and_short() -> None:
    with pytest.raises(UsageError) as wrong:
        explain_text("qqq\x1b[31m" * 500, Platform.ANY, NOBODY)
    assert "\x1b" not in str(wrong.value)
    assert len(str(wrong.value)) < 300


def test_codes_of_a_platform_are_those_that_an_app_there_may_meet() -> None:
    ios = catalogue("", Platform.IOS, NOBODY)
    assert all(Platform.IOS in each.meaning.platforms for each in ios)
    wrapper = {each.code for each in catalogue("", Platform.REACT_NATIVE, NOBODY)}
    assert {101, 3017, 3008, 3012} <= wrapper
    assert 6011 not in wrapper


def test_codes_can_be_searched(run: Run) -> None:
    told = objects(run("codes", "--search", "bluetooth", "--format", "json"))
    assert {each["code"] for each in told} == {3012, 3013, 7005}


def test_codes_come_as_a_table_and_as_a_page(run: Run) -> None:
    assert run("codes").startswith(" code  meaning")
    assert run("codes", "--platform", "ios", "--format", "markdown").startswith("| code | name |")


def test_codes_that_nothing_fits_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="nothing fits"):
        catalogue("xyzzy", Platform.ANY, NOBODY)


def test_what_finds_and_shows_a_code_is_told_with_its_first_meaning_only() -> None:
    around = Surroundings(checks={3012: ("devices.bluetooth",)}, faults={3012: "bluetooth-denied"})
    android, web = explain_codes(["3012"], Platform.ANY, around)
    assert (android.found_by, android.demo) == (("devices.bluetooth",), "bluetooth-denied")
    assert (web.found_by, web.demo) == ((), "")


@pytest.mark.parametrize(
    ("code", "found_by", "demo", "on"),
    [
        ("3004", ("devices.camera", "devices.microphone"), "camera-lost", "web"),
        ("3010", ("devices.microphone",), "microphone-silence", "web"),
        ("3014", ("devices.camera", "devices.microphone"), "camera-not-found", "web"),
        ("3015", ("devices.camera", "devices.microphone"), "camera-silent", ""),
        ("4006", ("ice.verdict", "room.publish", "room.media"), "turn-drops-midway", "web"),
        ("3001", ("devices.camera", "devices.microphone", "devices.speaker"), "camera-denied", ""),
        ("3008", (), "", ""),
    ],
)
def test_who_finds_a_code_that_one_platform_raises(
    code: str, found_by: tuple[str, ...], demo: str, on: str, run: Run
) -> None:
    first, *others = explain_codes([code], Platform.WEB, look_around())
    assert (first.found_by, first.demo, first.demo_on) == (found_by, demo, on)
    assert all(other.demo != demo or not demo for other in others)
    if on:
        assert f"demo {demo} --platform {on}" in " ".join(run("explain", code).split())


def test_a_cause_is_told_with_its_own_check_and_fault() -> None:
    around = Surroundings(
        checks={1003: ("signalling.connect", "init")},
        faults={1003: "websocket-refused"},
        shown={"account.disabled": ("init", "account-disabled")},
    )
    told = {each.meaning.name: each for each in explain_text("account disabled", Platform.ANY, around)}
    assert (told["account.disabled"].found_by, told["account.disabled"].demo) == (("init",), "account-disabled")
    assert told["WebSocketConnectionLost"].demo == "websocket-refused"


def test_the_surroundings_are_what_the_checks_and_the_simulator_say() -> None:
    around = look_around()
    for check in every_check():
        assert all(check.id in around.checks[code] for code in check.codes)
    for code, name in around.faults.items():
        first = find_fault(str(code))
        assert isinstance(first, Fault)
        assert first.name == name
    assert {cause for cause, _ in around.shown.items()} == {fault.cause for fault in every_fault().values()}


@pytest.mark.parametrize("command", ["explain", "codes"])
def test_help_names_the_options(run: Run, command: str) -> None:
    assert "--platform" in run(command, "--help")


def test_explaining_a_code_loads_nothing_heavy() -> None:
    heavy = (
        "{'httpx', 'websockets', 'cryptography', 'jwt', 'aioice', 'cv2', 'numpy', 'sounddevice', 'bleak', 'aiohttp'}"
    )
    program = (
        "import sys; from hms_doctor.cli.explain import explain; explain(['4005']); "
        f"print(sorted({heavy} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr.strip() == "[]"
    assert done.stdout.startswith("4005")


def test_every_cause_is_found_by_its_id() -> None:
    explained = [of_cause(cause) for cause in every_cause().values()]
    shelf = [Document(item=one, fields=tuple(_fields(one))) for one in explained]
    missed = [one.meaning.name for one in explained if rank(one.meaning.name, shelf)[0] != one]
    assert missed == []


def hms_doctor(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hms_doctor", *argv], capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize("argv", [("explain", "4009"), ("explain", "xyzzy"), ("codes", "--search", "xyzzy")])
def test_the_program_ends_with_2_and_one_line_where_nothing_is_found(argv: tuple[str, ...]) -> None:
    done = hms_doctor(*argv)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "the nearest are" in done.stderr


@pytest.mark.parametrize("command", ["explain", "codes"])
def test_the_programs_help_ends_with_an_example(command: str) -> None:
    done = hms_doctor(command, "--help")
    assert done.returncode == 0
    assert f"hms-doctor {command}" in done.stdout.strip().splitlines()[-1]
