"""What each look at Bluetooth means, asked for or not."""

from dataclasses import replace

import pytest
from device_looks import cause_and_code, here, is_told_well, leading, look, status

from hms_doctor.checks.devices_bluetooth import CHECK, Observation, diagnose
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.listing import listed
from hms_doctor.model.devices.look import Crashed, Hung, NothingSeen
from hms_doctor.model.devices.radios import (
    Access,
    Adapter,
    AudioProfile,
    BluetoothSurvey,
    Headset,
    Kernel,
    Offer,
    Power,
    RadioBlock,
    ServiceHost,
    WiredMicrophones,
)
from hms_doctor.model.devices.surveys import DeviceKind, Walls
from hms_doctor.model.finding import Status, action_of, code_of
from hms_doctor.model.vantage import Seat

PASS, WARN, FAIL, OPEN, SKIP = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE, Status.SKIP
ON, OFF, UNKNOWN = Power.ON, Power.OFF, Power.UNKNOWN
A2DP, HFP, HSP, LE = AudioProfile.A2DP, AudioProfile.HFP, AudioProfile.HSP, AudioProfile.LE_AUDIO
NEAREST = "Android's code, the nearest here"


def switch(name: str = "hci0", *, soft: bool = False, hard: bool = False) -> RadioBlock:
    return RadioBlock(name=name, soft=soft, hard=hard)


def survey(
    *powers: Power,
    access: Access = Access.ANSWERED,
    blocks: tuple[RadioBlock, ...] = (),
    headsets: tuple[Headset, ...] = (),
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


def headset(*profiles: AudioProfile, offer: Offer = Offer.UNTOLD) -> Headset:
    return Headset(name="WH-1000XM4", profiles=profiles, offer=offer)


def in_container(seen: BluetoothSurvey) -> BluetoothSurvey:
    return replace(seen, here=here(Seat.CONTAINER))


NO_ADAPTER = survey(access=Access.NOT_ASKED)
NO_KERNEL = replace(NO_ADAPTER, kernel=Kernel.LACKS)
SOFT = survey(UNKNOWN, access=Access.NOT_ASKED, blocks=(switch(soft=True),))
HARD = survey(UNKNOWN, access=Access.NOT_ASKED, blocks=(switch(soft=True, hard=True),))
TAKEN_OFF = survey(access=Access.NOT_ASKED, blocks=(switch("tpacpi_bluetooth_sw", soft=True),))
OTHER_BLOCKED = survey(UNKNOWN, ON, blocks=(switch(soft=True),))
NO_SERVICE = survey(UNKNOWN, access=Access.NO_SERVICE)
IN_FLATPAK = replace(NO_SERVICE, here=replace(here(), walls=Walls.FLATPAK))
NO_BUS = survey(UNKNOWN, access=Access.NO_BUS)
BY_USER = survey(ON, access=Access.DENIED_BY_USER)
BY_POLICY = survey(UNKNOWN, access=Access.DENIED_BY_POLICY)
BY_SOMEBODY = survey(UNKNOWN, access=Access.DENIED, system="macOS")
SNAP_DENIES = replace(BY_POLICY, here=replace(here(), walls=Walls.SNAP))
UNTOLD = survey(UNKNOWN, access=Access.UNTOLD)
UNASKED = survey(UNKNOWN, access=Access.NOT_ASKED)
ON_WINDOWS = survey(UNKNOWN, access=Access.NOT_ASKED, system="Windows")
OFF_ON_MACOS = survey(OFF, system="macOS")
KILL = Crashed(stage="CoreBluetooth", how="SIGABRT", noise="")
CRASH = Crashed(stage="D-Bus", how="SIGABRT", noise="")

TABLE: list[tuple[str, Observation, Status, str, int, str]] = [
    ("on", look(survey(ON)), PASS, "", 0, "hci0, on"),
    ("one of two on", look(survey(OFF, ON)), PASS, "", 0, "hci1, on"),
    ("the other one is blocked", look(OTHER_BLOCKED), PASS, "", 0, "hci1, on"),
    ("no adapter", look(NO_ADAPTER), SKIP, "", 0, "no Bluetooth adapter: nothing to check"),
    ("no adapter!", look(NO_ADAPTER, required=True), FAIL, "bluetooth.absent", 3002, "no Bluetooth adapter"),
    ("in a container", look(in_container(NO_KERNEL)), SKIP, "", 0, "visible in this container: nothing to check"),
    ("in WSL", look(replace(NO_KERNEL, here=here(Seat.WSL))), SKIP, "", 0, "WSL shows none of what Windows has"),
    ("over SSH", look(replace(NO_ADAPTER, here=here(Seat.SSH))), SKIP, "", 0, "no Bluetooth adapter: nothing"),
    ("no kernel", look(NO_KERNEL), SKIP, "", 0, "no Bluetooth adapter, as this kernel has no Bluetooth: nothing"),
    ("no kernel!", look(NO_KERNEL, required=True), FAIL, "bluetooth.absent", 3002, "this kernel has no Bluetooth"),
    ("off", look(survey(OFF)), SKIP, "", 0, "Bluetooth is switched off: nothing to check"),
    ("off!", look(survey(OFF), required=True), FAIL, "bluetooth.off", 3002, "Bluetooth is switched off"),
    ("one off, one blocked", look(survey(UNKNOWN, OFF, blocks=(switch(soft=True),))), SKIP, "", 0, "switched off"),
    ("not set up", look(survey(UNKNOWN)), SKIP, "", 0, "the Bluetooth service could not set it up: nothing to check"),
    ("not set up!", look(survey(UNKNOWN), required=True), FAIL, "bluetooth.off", 3002, "could not set it up"),
    ("one off, one not set up", look(survey(UNKNOWN, OFF)), SKIP, "", 0, "Bluetooth is switched off"),
    ("one on, one not set up", look(survey(UNKNOWN, ON)), PASS, "", 0, "hci1, on"),
    ("one on Windows off", look(survey(UNKNOWN, OFF, system="Windows")), PASS, "", 0, "hci0, present"),
    ("soft", look(SOFT), SKIP, "", 0, "blocked by software (rfkill, soft): nothing to check"),
    ("soft!", look(SOFT, required=True), FAIL, "bluetooth.off", 3002, "blocked by software (rfkill, soft)"),
    ("hard", look(HARD), SKIP, "", 0, "blocked by a hardware switch (rfkill, hard): nothing to check"),
    ("hard!", look(HARD, required=True), FAIL, "bluetooth.off", 3002, "a hardware switch (rfkill, hard)"),
    ("taken off its bus", look(TAKEN_OFF), SKIP, "", 0, "blocked by software (rfkill, soft)"),
    ("taken off its bus!", look(TAKEN_OFF, required=True), FAIL, "bluetooth.off", 3002, "blocked by software"),
    ("no service", look(NO_SERVICE), SKIP, "", 0, "the Bluetooth service is not running (bluetoothd): nothing"),
    ("no service!", look(NO_SERVICE, required=True), FAIL, "bluetooth.off", 3002, "service is not running"),
    ("the host's service", look(in_container(NO_SERVICE)), SKIP, "", 0, "hci0 belongs to the host"),
    ("the host's service!", look(in_container(NO_SERVICE), required=True), OPEN, "", 0, "hci0 belongs to the host"),
    ("sandbox", look(IN_FLATPAK), SKIP, "", 0, "service is not running in this Flatpak sandbox: nothing to check"),
    ("sandbox!", look(IN_FLATPAK, required=True), OPEN, "", 0, "in this Flatpak sandbox"),
    ("sandbox denies", look(SNAP_DENIES), OPEN, "", 0, "the Bluetooth service may not be asked in this snap sandbox"),
    ("no bus", look(NO_BUS), SKIP, "", 0, "there is no system bus"),
    ("no bus!", look(NO_BUS, required=True), FAIL, "bluetooth.off", 3002, "there is no system bus"),
    ("the host's bus", look(in_container(NO_BUS)), SKIP, "", 0, "there is no system bus in this container"),
    ("by the user", look(BY_USER), WARN, "bluetooth.denied_user", 3012, f"denied by the user; 3012 is {NEAREST}"),
    (
        "by the user!",
        look(BY_USER, required=True),
        FAIL,
        "bluetooth.denied_user",
        3012,
        f"by the user; 3012 is {NEAREST}",
    ),
    (
        "by policy",
        look(BY_POLICY),
        WARN,
        "bluetooth.denied_policy",
        3013,
        f"a policy denies Bluetooth; 3013 is {NEAREST}",
    ),
    ("by policy!", look(BY_POLICY, required=True), FAIL, "bluetooth.denied_policy", 3013, NEAREST),
    ("by somebody", look(BY_SOMEBODY), WARN, "bluetooth.denied_user", 3012, "macOS does not say by whom (unverified"),
    ("by somebody!", look(BY_SOMEBODY, required=True), WARN, "bluetooth.denied_user", 3012, NEAREST),
    ("untold", look(UNTOLD), OPEN, "", 0, "the Bluetooth service could not be asked: said: could not be asked"),
    ("not asked yet", look(UNASKED), OPEN, "", 0, "could not be asked"),
    ("Windows", look(ON_WINDOWS), PASS, "", 0, "hci0, present (unverified on Windows)"),
    ("macOS, off", look(OFF_ON_MACOS), SKIP, "", 0, "switched off (unverified on macOS): nothing to check"),
    ("macOS, off!", look(OFF_ON_MACOS, required=True), WARN, "bluetooth.off", 3002, "off (unverified on macOS)"),
    ("hung", look(NothingSeen(), Hung(stage="D-Bus", seconds=6)), OPEN, "", 0, "D-Bus gave no answer"),
    ("told nothing", look(NothingSeen()), OPEN, "", 0, "was not looked at to the end"),
    ("crashed", look(UNASKED, CRASH), OPEN, "", 0, "D-Bus crashed"),
    ("killed", look(survey(ON, system="macOS"), KILL), OPEN, "", 0, "CoreBluetooth crashed (SIGABRT), as where macOS"),
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


BUS = "/run/dbus/system_bus_socket"
SYSTEMD, OTHER, BARE = ServiceHost.SYSTEMD, ServiceHost.OTHER, ServiceHost.NOT_INSTALLED


@pytest.mark.parametrize(
    ("seen", "order"),
    [
        (SOFT, "Run rfkill unblock bluetooth."),
        (TAKEN_OFF, "Run rfkill unblock bluetooth."),
        (HARD, "Press the machine's wireless key or slide its wireless switch; no program can lift this block."),
        (NO_SERVICE, "Run sudo systemctl start bluetooth."),
        (replace(NO_SERVICE, host=SYSTEMD), "Run sudo systemctl start bluetooth."),
        (
            replace(NO_SERVICE, host=OTHER),
            "Run sudo service bluetooth start (OpenRC: sudo rc-service bluetooth start).",
        ),
        (
            replace(NO_SERVICE, host=BARE),
            "Install BlueZ (sudo apt install bluez, or your distribution's package bluez).",
        ),
        (replace(NO_BUS, host=SYSTEMD), "Run sudo systemctl start dbus."),
        (replace(NO_BUS, host=OTHER), "Run sudo service dbus start."),
        (
            in_container(NO_BUS),
            f"Start the container with the host's system bus: -v {BUS}:{BUS}.",
        ),
        (in_container(NO_ADAPTER), "Run hms-doctor devices outside this container."),
        (replace(NO_ADAPTER, here=here(Seat.WSL)), "Run hms-doctor devices in Windows itself."),
        (survey(OFF), "Run bluetoothctl power on, or switch Bluetooth on in the system's settings."),
        (
            survey(UNKNOWN),
            "Look for missing firmware with sudo dmesg | grep -i bluetooth, then plug the adapter in again.",
        ),
        (OFF_ON_MACOS, "Switch Bluetooth on in the system's settings."),
        (NO_ADAPTER, "Plug a Bluetooth adapter in, or switch the built-in one on in the firmware's settings."),
        (
            NO_KERNEL,
            "Boot a kernel that has Bluetooth, or install its modules (Debian's cloud kernel has none).",
        ),
        (UNTOLD, "Restart the Bluetooth service, then run hms-doctor devices."),
        (replace(UNTOLD, host=SYSTEMD), "Run sudo systemctl restart bluetooth, then hms-doctor devices."),
        (in_container(UNTOLD), "Run hms-doctor devices where the Bluetooth service runs."),
    ],
)
def test_the_order_is_exact(seen: BluetoothSurvey, order: str) -> None:
    assert action_of(leading(list(diagnose(look(seen, required=True))))) == order


DENIED = "org.freedesktop.DBus.Error.AccessDenied: "


@pytest.mark.parametrize(
    ("said", "order"),
    [
        (f'{DENIED}Rejected send message, 2 matched rules; type="method_call"', "bluetooth.conf"),
        (f"{DENIED}An AppArmor policy prevents this sender from sending this message", "sudo snap connect NAME:bluez."),
        (f"{DENIED}An SELinux policy prevents this sender from sending this message", "the SELinux policy"),
        ("the system bus: authentication failed: REJECTED: ['EXTERNAL']", "the host's uid."),
        ("the system bus: [Errno 13] Permission denied", "/run/dbus/system_bus_socket"),
        ("something else", "Allow the user to send to org.bluez in the D-Bus policy"),
    ],
)
def test_who_denies_decides_the_order(said: str, order: str) -> None:
    [found] = diagnose(look(replace(BY_POLICY, detail=said)))
    assert order in action_of(found)
    assert found.evidence["said"] == said


ONLY = "WH-1000XM4, for listening only: no call profile (HFP), so it has no microphone for a call"
SERVED = "WH-1000XM4 has a call profile, and the sound server offers it for listening only"


@pytest.mark.parametrize(
    ("worn", "words", "note"),
    [
        (headset(A2DP, HFP), "connected: WH-1000XM4 (HFP: 8 or 16 kHz in a call)", ""),
        (headset(A2DP, HFP, offer=Offer.CALL), "(HFP: 8 or 16 kHz in a call)", ""),
        (headset(A2DP, HFP, offer=Offer.CALL_8_KHZ), "(HFP: 8 kHz in a call)", ""),
        (headset(A2DP, HFP, offer=Offer.CALL_16_KHZ), "(HFP: 16 kHz in a call)", ""),
        (headset(HFP, HSP), "(HFP: 8 or 16 kHz in a call)", ""),
        (headset(A2DP, HSP), "(HSP: 8 kHz in a call)", ""),
        (headset(A2DP, LE), "(LE Audio)", ""),
        (headset(), "(its profiles are not known yet)", ""),
        (headset(A2DP), "connected: WH-1000XM4", ONLY),
        (headset(A2DP, offer=Offer.LISTENING), "connected: WH-1000XM4", ONLY),
        (headset(A2DP, HFP, offer=Offer.LISTENING), "(HFP: 8 or 16 kHz in a call)", SERVED),
    ],
)
def test_a_headset_is_judged_by_the_profiles_that_it_has(worn: Headset, words: str, note: str) -> None:
    first, *notes = diagnose(look(survey(ON, headsets=(worn,))))
    assert words in first.summary
    assert [each.summary.startswith(note) for each in notes] == ([True] if note else [])
    assert status([first, *notes]) is PASS


@pytest.mark.parametrize(
    ("worn", "wired", "is_"),
    [
        ((headset(A2DP),), WiredMicrophones.NONE, WARN),
        ((headset(A2DP),), WiredMicrophones.SOME, PASS),
        ((headset(A2DP),), WiredMicrophones.UNTOLD, PASS),
        ((headset(A2DP), headset(A2DP, HFP)), WiredMicrophones.NONE, PASS),
        ((headset(A2DP), headset()), WiredMicrophones.NONE, PASS),
        ((headset(HFP),), WiredMicrophones.NONE, PASS),
        ((), WiredMicrophones.NONE, PASS),
    ],
)
def test_only_a_machine_without_a_microphone_is_warned(
    worn: tuple[Headset, ...], wired: WiredMicrophones, is_: Status
) -> None:
    findings = list(diagnose(look(replace(survey(ON, headsets=worn), wired=wired))))
    assert status(findings) is is_
    if is_ is WARN:
        assert cause_and_code(leading(findings)) == ("bluetooth.listening_only", 0)
        assert leading(findings).summary == ONLY


def test_adapters_headsets_and_switches_are_told_without_an_address() -> None:
    blocks = (switch("hci1", hard=True), switch("dell-bluetooth"))
    seen = survey(ON, UNKNOWN, headsets=(headset(A2DP, HFP),), blocks=blocks)
    [found] = diagnose(look(seen))
    evidence = dict(found.evidence)
    rows = listed(DeviceKind.BLUETOOTH, seen)
    assert [(row["name"], row.get("power"), row.get("rfkill"), row.get("profiles")) for row in rows] == [
        ("hci0", "on", "none", None),
        ("hci1", "unknown", "hard", None),
        ("WH-1000XM4", None, None, ["A2DP", "HFP"]),
    ]
    assert evidence.pop("devices") == rows
    assert evidence == {
        "service": "answered",
        "said": "said: answered",
        "rfkill": [
            {"name": "hci1", "soft": False, "hard": True},
            {"name": "dell-bluetooth", "soft": False, "hard": False},
        ],
        "kernel": "not told",
        "runs_the_service": "not told",
    }
