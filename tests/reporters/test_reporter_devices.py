"""A report on devices alone: each device once, whatever it is called and however narrow the terminal."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from samples import CAMERA_BUSY, good, ran, report, skipped, told

from hms_doctor.model.causes.devices import MICROPHONE_MUTED
from hms_doctor.model.finding import CheckResult, Failed, Undecided, Warned
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.report.report import Confidence, Diagnosis, Report, Verdict
from hms_doctor.reporters import Style, Verbosity
from hms_doctor.reporters.device_words import ability, level, standing
from hms_doctor.reporters.layout import cells
from hms_doctor.reporters.markdown import render as markdown
from hms_doctor.reporters.table import render

BRIO = "Logitech BRIO"
WIDTHS = (40, 59, 60, 80, 200)
HOSTILE = "[bold]*evil* <b>|`x`"
LONG = "Microphone Array Digital " * 8
WIDE = "内蔵カメラ" * 12


def device(kind: str, name: str, state: str = "free", **more: JsonValue) -> JsonObject:
    return {"kind": kind, "name": name, "id": f"/dev/{kind}", "holder": None, "state": state, **more}


def seen(*devices: JsonObject, checks: Sequence[CheckResult] = ()) -> Report:
    each = checks or tuple(
        good(f"devices.{kind}", kind, "fine") for kind in dict.fromkeys(str(device["kind"]) for device in devices)
    )
    return report(Verdict.PASS, 0, "No obstacle found.", tuple(each), extra={"devices": list(devices)})


def screen(shown: Report, width: int = 80, verbosity: Verbosity = Verbosity.NORMAL, *, unicode: bool = True) -> str:
    return render(shown, Style(width=width, verbosity=verbosity, unicode=unicode))


@pytest.mark.parametrize(
    ("row", "how"),
    [
        (device("camera", "x"), "free"),
        (device("camera", "x", as_root=True), "free to root"),
        (device("camera", "x", "in use", holder={"name": "Zoom", "pid": 4711}), "in use by Zoom (pid 4711)"),
        (device("camera", "x", "in use", holder={"name": "Zoom.exe", "pid": 0}), "in use by Zoom.exe"),
        (device("camera", "x", "in use"), "in use by another program"),
        (device("camera", "x", "denied"), "permission denied"),
        (device("camera", "x", "gone"), "cannot be opened"),
        (device("camera", "x", "silent"), "delivers nothing"),
        (device("microphone", "x", "silent", default=True), "default, silent"),
        (device("camera", "x", "lost"), "lost during the test"),
        (device("camera", "x", "black"), "black pictures"),
        (device("camera", "x", "frozen"), "a frozen picture"),
        (device("camera", "x", "no answer"), "no answer"),
        (device("camera", "x", "a later word"), "a later word"),
        (device("camera", "x", default=True), "default"),
        (device("camera", "x", default=False), "ready"),
        (device("camera", "x", default=False, shared=True), "in use by another app too"),
        (device("microphone", "x", default=True, volume=74), "default, 74 %"),
        (device("microphone", "x", default=False, volume=74), "74 %"),
        (device("microphone", "x", "muted", default=True, muted=True, volume=74), "default, muted"),
        (device("microphone", "x", "muted", default=True, muted=False, volume=0), "default, turned down to 0 %"),
        (device("microphone", "x", "unplugged", default=True), "default, nothing plugged in"),
        (device("microphone", "x", "idle", profile="output"), "off in its profile"),
        (device("microphone", "x", holder={"name": "pipewire", "pid": 9}), "shared by pipewire (pid 9)"),
        (device("bluetooth", "x", "blocked"), "blocked (rfkill)"),
        (device("bluetooth", "x", "connected"), "connected"),
    ],
)
def test_how_a_device_stands(row: JsonObject, how: str) -> None:
    assert standing(row) == how


@pytest.mark.parametrize(
    ("row", "can"),
    [
        (device("camera", "x"), ""),
        (device("camera", "x", mode="1280x720 at 30 fps"), "1280x720 at 30 fps"),
        (device("microphone", "x", rate=48_000, channels=2), "48 kHz stereo"),
        (device("microphone", "x", rate=16_000, channels=1), "16 kHz mono"),
        (device("microphone", "x", rate=44_100, channels=6), "44.1 kHz 6 channels"),
        (device("microphone", "x", rate=0, channels=0), ""),
        (device("bluetooth", "x", use="HFP: 8 kHz in a call"), "HFP: 8 kHz in a call"),
        (
            device(
                "camera", "x", test={"first_picture_ms": 310.4, "fps": 29.91, "promised_fps": 30.0, "size": "1280x720"}
            ),
            "1280x720, 29.9 of 30 fps, first picture 310 ms",
        ),
        (
            device("camera", "x", test={"first_picture_ms": 410.0, "size": "640x480"}),
            "640x480, first picture 410 ms",
        ),
        (device("microphone", "x", test={"rms_dbfs": -24.0, "peak_dbfs": -9.0}), "[######----] -24 dBFS"),
        (device("speaker", "x", test={"heard": True, "microphone": "Mic", "delay_ms": 40.2}), "heard by Mic, 40 ms"),
        (device("speaker", "x", test={"heard": False, "microphone": "Mic"}), "not heard by Mic"),
        (device("speaker", "x", test={"heard": None, "microphone": None}), "played to the end"),
    ],
)
def test_what_a_device_can(row: JsonObject, can: str) -> None:
    assert ability(row) == can


@pytest.mark.parametrize(
    ("rms", "bar"),
    [
        (0.0, "[##########] 0 dBFS"),
        (-32.0, "[#####-----] -32 dBFS"),
        (-60.0, "[----------] -60 dBFS"),
        (-200.0, "[----------] no sound at all"),
        (6.0, "[##########] 6 dBFS"),
    ],
)
def test_a_level_is_a_bar_and_a_figure(rms: float, bar: str) -> None:
    assert level(rms) == bar


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [BRIO, LONG, WIDE, HOSTILE, "", "e\u0301" * 100], ids=range(6))
@pytest.mark.parametrize("verbosity", [Verbosity.NORMAL, Verbosity.VERBOSE])
def test_no_line_is_too_wide_and_no_name_is_cut(name: str, width: int, verbosity: Verbosity) -> None:
    formats: list[JsonValue] = ["1920x1080 MJPG 30 fps", "640x480 YUYV 30, 15 fps"] * 6
    busy = device("camera", name, "in use", mode="1280x720 at 30 fps", formats=formats, driver="uvcvideo", bus="usb-1")
    rows = (busy, device("microphone", name, default=True, volume=74, rate=48_000, channels=2))
    shown = screen(seen(*rows), width, verbosity)
    assert max(map(cells, shown.splitlines())) <= width
    joined = "".join("".join(line.split()) for line in shown.splitlines())
    for character in set(name) - {" "}:
        assert joined.count(character) >= 2 * name.count(character)
    assert ("uvcvideo" in shown) is (verbosity is Verbosity.VERBOSE)


def test_a_long_name_stays_whole_in_its_column() -> None:
    words = LONG.split()
    shown = screen(seen(device("microphone", LONG.strip(), default=True, volume=5))).splitlines()
    column = [line[5:60].split("  ")[0].split() for line in shown if "Array" in line or "Digital" in line]
    assert [word for line in column for word in line] == words


def test_without_unicode_it_is_ascii() -> None:
    shown = screen(seen(device("camera", WIDE), device("microphone", "Ünïcode mic")), unicode=False)
    assert shown.isascii()
    assert "Unicode mic" in shown


def test_two_cameras_of_which_one_is_busy_are_told_apart() -> None:
    held: JsonObject = {"name": "Zoom", "pid": 4711}
    shown = screen(seen(device("camera", BRIO), device("camera", "Integrated", "in use", holder=held)))
    assert "   ✓ Logitech BRIO" in shown
    assert "   ! Integrated" in shown
    assert shown.count("devices.camera") == 1


def test_a_muted_microphone_that_no_app_gets_is_no_trouble() -> None:
    rows = (device("microphone", BRIO, default=True, volume=74), device("microphone", "Other", "muted", default=False))
    shown = screen(seen(*rows))
    assert "   ✓ Logitech BRIO" in shown
    assert "   – Other" in shown


def test_a_warning_stands_at_the_device_that_it_is_about() -> None:
    figures: JsonObject = {"rms_dbfs": -4.0}
    tested = device("microphone", BRIO, default=True, volume=74, test=figures)
    other = device("microphone", "Other", default=False, volume=74)
    clips = ran("devices.microphone", "m", Warned(cause=MICROPHONE_MUTED, summary="it clips"))
    shown = screen(seen(tested, other, checks=(clips,)))
    assert "   ! Logitech BRIO" in shown
    assert "   ✓ Other" in shown


def busy_camera() -> CheckResult:
    return ran("devices.camera", "the camera", Failed(cause=CAMERA_BUSY, summary="BRIO is in use by Zoom"), ms=9.0)


def test_advice_stands_with_its_kind_and_what_the_headline_says_is_not_said_again() -> None:
    camera = busy_camera()
    muted = ran("devices.microphone", "m", Warned(cause=MICROPHONE_MUTED, summary="The mic is muted"), ms=1.0)
    unsure = ran("devices.speaker", "s", Undecided(summary="PortAudio is missing", action="Install it."), ms=1.0)
    idle = skipped("devices.bluetooth", "b", "no Bluetooth adapter: nothing to check", idle=True)
    rows = (device("camera", "BRIO", "in use"), device("microphone", "The mic", "muted", default=True, muted=True))
    root = told(camera, Confidence.MEDIUM)
    shown = screen(
        replace(
            seen(*rows, checks=(camera, muted, unsure, idle)),
            verdict=Verdict.FAIL,
            headline=root.summary,
            diagnosis=Diagnosis(root=root, others=(told(muted, Confidence.MEDIUM),)),
        )
    )
    assert shown.count("BRIO is in use by Zoom") == 1
    assert "Also" not in shown
    lines = shown.splitlines()
    at = next(number for number, line in enumerate(lines) if "devices.microphone" in line)
    assert lines[at + 1].startswith("   ! The mic")
    assert lines[at + 2] == "   ! The mic is muted"
    assert lines[at + 3].startswith("     For the caller: Unmute")
    assert "   ? PortAudio is missing\n     To find out: Install it." in shown
    assert "   – no Bluetooth adapter\n" in shown


@pytest.mark.parametrize(("verdict", "word"), [(Verdict.FAIL, "none"), (Verdict.INCONCLUSIVE, "not seen")])
def test_what_is_not_there_is_told_once(verdict: Verdict, word: str) -> None:
    absent = ran("devices.camera", "c", Failed(cause=CAMERA_BUSY, summary="there is no camera"))
    unseen = ran("devices.camera", "c", Undecided(summary="no camera is visible", action="Look elsewhere."))
    check = absent if verdict is Verdict.FAIL else unseen
    diagnosis = Diagnosis(root=told(absent, Confidence.MEDIUM)) if verdict is Verdict.FAIL else Diagnosis()
    shown = screen(report(verdict, 1, check.summary, (check,), diagnosis=diagnosis))
    assert shown.count(check.summary) == 1
    assert f" {word}\n" in shown


def test_the_same_advice_is_given_once() -> None:
    kinds = ("camera", "microphone", "speaker")
    checks = [ran(f"devices.{k}", k, Undecided(summary=f"no {k} is visible", action="Look elsewhere.")) for k in kinds]
    shown = screen(report(Verdict.INCONCLUSIVE, 3, "We could not tell: no camera is visible", tuple(checks)))
    assert shown.count("Look elsewhere.") == 1
    assert "   ? no speaker is visible\n" in shown


def test_whose_permissions_were_tried_is_told_below() -> None:
    assert "Seen as root (your app's user was not tried)." in screen(seen(device("camera", BRIO, as_root=True)))
    assert "as root" not in screen(seen(device("camera", BRIO)))


def test_beside_other_checks_a_device_check_is_a_row_like_any() -> None:
    shown = screen(seen(device("camera", BRIO), checks=(busy_camera(), good("init", "i", "5 TURN URLs"))))
    assert BRIO not in shown


def test_a_list_that_is_none_breaks_nothing() -> None:
    camera: JsonObject = {"kind": "camera", "test": {"fps": "x"}, "holder": "y", "formats": "z", "volume": "w"}
    broken: tuple[JsonValue, ...] = ("nonsense", ["x", None, camera], {})
    for devices in broken:
        shown = screen(report(Verdict.PASS, 0, "x", (good("devices.camera", "c", "fine"),), extra={"devices": devices}))
        assert "devices.camera" in shown


def test_markdown_lists_them_too() -> None:
    shown = markdown(seen(device("camera", HOSTILE, mode="1280x720 at 30 fps")), Style())
    assert "| | kind | device | state | can |" in shown
    [row] = [line for line in shown.splitlines() if "1280x720" in line]
    assert row.startswith("| ✓ pass | camera | ")
    assert "*evil*" not in row
    assert "| kind |" not in markdown(seen(checks=(good("devices.camera", "c", "fine"),)), Style())
