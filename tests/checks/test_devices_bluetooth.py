"""What each look at Bluetooth means, asked for or not."""

import pytest
from device_looks import cause_and_code, here, is_told_well, leading, look, status

from hms_doctor.checks.devices_bluetooth import CHECK, Observation, diagnose
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.look import Crashed, Hung, NothingSeen
from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Power, RadioBlock
from hms_doctor.model.finding import Status, action_of, code_of

PASS, WARN, FAIL, OPEN, SKIP = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE, Status.SKIP
SOFT = RadioBlock(name="hci0", soft=True, hard=False)
HARD = RadioBlock(name="hci0", soft=False, hard=True)


def survey(
    *powers: Power,
    access: Access = Access.ANSWERED,
    blocks: tuple[RadioBlock, ...] = (),
    headsets: tuple[str, ...] = (),
    system: str = "linux",
) -> BluetoothSurvey:
    return BluetoothSurvey(
        here=here(),
        system=system,
        adapters=tuple(Adapter(name=f"hci{number}", power=power) for number, power in enumerate(powers)),
        blocks=blocks,
        access=access,
        detail=f"said: {access.value}",
        headsets=headsets,
    )


ON, OFF, UNKNOWN = Power.ON, Power.OFF, Power.UNKNOWN
NO_ADAPTER = survey(access=Access.NOT_ASKED)
BLOCKED = survey(UNKNOWN, access=Access.NOT_ASKED, blocks=(SOFT,))
TABLE: list[tuple[str, Observation, Status, str, int, str]] = [
    ("on", look(survey(ON)), PASS, "", 0, "hci0, on"),
    ("on with a headset", look(survey(ON, headsets=("WH-1000",))), PASS, "", 0, "connected: WH-1000"),
    ("one of two on", look(survey(OFF, ON)), PASS, "", 0, "hci1, on"),
    ("no adapter", look(NO_ADAPTER), SKIP, "", 0, "no Bluetooth adapter: nothing to check"),
    ("no adapter, required", look(NO_ADAPTER, required=True), FAIL, "bluetooth.absent", 3002, "no Bluetooth adapter"),
    ("off", look(survey(OFF)), SKIP, "", 0, "switched off: nothing to check"),
    ("off, required", look(survey(OFF), required=True), FAIL, "bluetooth.off", 3002, "Bluetooth is switched off"),
    ("blocked", look(BLOCKED), SKIP, "", 0, "rfkill"),
    ("blocked, required", look(BLOCKED, required=True), FAIL, "bluetooth.off", 3002, "rfkill"),
    (
        "hard switch",
        look(survey(UNKNOWN, blocks=(HARD,)), required=True),
        FAIL,
        "bluetooth.off",
        3002,
        "hardware switch",
    ),
    ("no service", look(survey(UNKNOWN, access=Access.NO_SERVICE)), SKIP, "", 0, "service is not running"),
    (
        "no service, required",
        look(survey(UNKNOWN, access=Access.NO_SERVICE), required=True),
        FAIL,
        "bluetooth.off",
        3002,
        "service",
    ),
    (
        "denied by the user",
        look(survey(ON, access=Access.DENIED_BY_USER)),
        WARN,
        "bluetooth.denied_user",
        3012,
        "Android's",
    ),
    (
        "denied by policy",
        look(survey(UNKNOWN, access=Access.DENIED_BY_POLICY)),
        WARN,
        "bluetooth.denied_policy",
        3013,
        "Android's",
    ),
    (
        "denied by the user, required",
        look(survey(ON, access=Access.DENIED_BY_USER), required=True),
        FAIL,
        "bluetooth.denied_user",
        3012,
        "denied by the user",
    ),
    (
        "denied by policy, required",
        look(survey(ON, access=Access.DENIED_BY_POLICY), required=True),
        FAIL,
        "bluetooth.denied_policy",
        3013,
        "policy",
    ),
    ("no bus", look(survey(UNKNOWN, access=Access.NO_BUS)), OPEN, "", 0, "could not be asked"),
    ("untold", look(survey(UNKNOWN, access=Access.UNTOLD)), OPEN, "", 0, "said: could not be asked"),
    ("not asked yet", look(survey(UNKNOWN, access=Access.NOT_ASKED)), OPEN, "", 0, "could not be asked"),
    (
        "Windows",
        look(survey(UNKNOWN, access=Access.NOT_ASKED, system="Windows")),
        PASS,
        "",
        0,
        "hci0, present (unverified on Windows)",
    ),
    ("hung", look(NothingSeen(), Hung(stage="D-Bus", seconds=6)), OPEN, "", 0, "D-Bus gave no answer"),
    ("told nothing", look(NothingSeen()), OPEN, "", 0, "was not looked at to the end"),
    (
        "crashed",
        look(survey(UNKNOWN, access=Access.NOT_ASKED), Crashed(stage="CoreBluetooth", how="SIGABRT", noise="")),
        OPEN,
        "",
        0,
        "CoreBluetooth crashed",
    ),
]


@pytest.mark.parametrize(
    ("observation", "is_", "cause", "code", "words"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_what_was_seen_means(observation: Observation, is_: Status, cause: str, code: int, words: str) -> None:
    findings = list(diagnose(observation))
    assert all(is_told_well(found) for found in findings), findings
    assert status(findings) is is_
    assert cause_and_code(leading(findings)) == (cause, code)
    assert words in leading(findings).summary
    assert {code_of(found, Platform.ANY) for found in findings} <= CHECK.codes | {0}


@pytest.mark.parametrize(
    ("seen", "order"),
    [
        (BLOCKED, "Run rfkill unblock bluetooth."),
        (survey(UNKNOWN, blocks=(HARD,)), "Slide the wireless switch of the machine."),
        (survey(UNKNOWN, access=Access.NO_SERVICE), "Run sudo systemctl start bluetooth."),
        (survey(OFF), "Switch Bluetooth on in the system's settings."),
    ],
)
def test_the_order_is_exact(seen: BluetoothSurvey, order: str) -> None:
    assert action_of(leading(list(diagnose(look(seen, required=True))))) == order


def test_adapters_and_headsets_are_listed() -> None:
    [found] = diagnose(look(survey(ON, headsets=("WH-1000",))))
    assert found.evidence["devices"] == (
        {"kind": "bluetooth", "name": "hci0", "id": "hci0", "holder": None, "power": "on"},
        {"kind": "bluetooth", "name": "WH-1000", "id": "WH-1000", "holder": None},
    )
