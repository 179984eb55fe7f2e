"""What macOS and Windows tell of a camera and a microphone: never worse than a warning, always unverified."""

from dataclasses import replace

import pytest
from device_looks import ZOOM, cause_and_code, here, is_told_well, leading, status, system

from hms_doctor.model.devices.levels import Level, Levels
from hms_doctor.model.devices.opencv_words import Said, said_in
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey, Sharing, chosen, may_be_tried
from hms_doctor.model.devices.os_verdicts import of_the_system
from hms_doctor.model.devices.os_words import allow
from hms_doctor.model.devices.pictures import FirstFrame, NoFrame
from hms_doctor.model.devices.recordings import LeftAlone, Lost, NoSamples, Recorded, Refusal, Refused
from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.model.devices.terminals import SSH_SERVER, asked_for, terminal_of
from hms_doctor.model.devices.words import CAMERA, MICROPHONE, SPEAKER, Words
from hms_doctor.model.finding import Failed, Finding, Passed, Status, action_of
from hms_doctor.model.vantage import Seat

PASS, WARN, OPEN = Status.PASS, Status.WARN, Status.INCONCLUSIVE
ALLOWED, DENIED, RESTRICTED, UNASKED = Consent.ALLOWED, Consent.DENIED, Consent.RESTRICTED, Consent.NOT_ASKED
NO_FRAME = NoFrame(path="0", ms=5000)
REFUSAL = (
    "OpenCV: not authorized to capture video (status 0), requesting...\n"
    "OpenCV: camera access has been denied. Either run 'tccutil reset Camera' command in same terminal to reset "
    "application authorization status, either modify 'System Preferences -> Security & Privacy -> Camera' settings.\n"
    "OpenCV: camera failed to properly initialize!\n"
)
MME = (
    "Error opening InputStream: Unanticipated host error [PaErrorCode -9999]: 'Undefined external error.' [MME error 1]"
)
TAKEN = "Error opening InputStream: Device unavailable [PaErrorCode -9985]"


def camera(
    *, consent: Consent = ALLOWED, sharing: Sharing = Sharing.UNTOLD, users: bool = False, os: str = "macOS"
) -> OsSurvey:
    seen = system("FaceTime", consent=consent, users=(ZOOM,) if users else (), os=os)
    return replace(seen, devices=(replace(seen.devices[0], sharing=sharing),), frame=NO_FRAME)


def microphone(
    recording: Recorded | NoSamples | Lost | Refused | LeftAlone | LibraryMissing,
    *,
    consent: Consent = ALLOWED,
    users: bool = False,
    os: str = "macOS",
) -> OsSurvey:
    seen = system("MacBook", consent=consent, users=(ZOOM,) if users else (), os=os)
    return replace(seen, recording=recording)


def heard(rms: float, zeros: float = 0.0) -> Recorded:
    level = Level(rms=rms, peak=rms + 9, zeros=zeros, clips=0, offset=0.0)
    levels = Levels(frames=96_000, rate=48_000, overall=level, channels=(level,), is_mono=False)
    return Recorded(name="MacBook", levels=levels, first_ms=80, rate=48_000)


def refused(words: str, reason: Refusal = Refusal.OTHER) -> Refused:
    return Refused(name="MacBook", reason=reason, detail=words)


def judged(survey: OsSurvey, words: Words, noise: str = "") -> list[Finding]:
    return list(of_the_system(survey, words, {}, noise))


@pytest.mark.parametrize(
    ("noise", "said"),
    [
        ("", Said.NOTHING),
        ("[ WARN:0@0.3] global cap.cpp:475 open VIDEOIO: backend is generally available", Said.NOTHING),
        (REFUSAL, Said.DENIED),
        ("OpenCV: not authorized to capture video (status 2), requesting...", Said.DENIED),
        ("OpenCV: not authorized to capture video (status 1), requesting...", Said.DENIED),
        ("OpenCV: not authorized to capture video (status 0), requesting...", Said.NOT_ASKED),
        ("OpenCV: out device of bound (0-0): 1\nOpenCV: camera failed to properly initialize!", Said.ABSENT),
        ("OpenCV: camera failed to properly initialize!", Said.FAILED),
    ],
)
def test_opencv_says_why_on_stderr(noise: str, said: Said) -> None:
    assert said_in(noise) is said


FAILED = "OpenCV: camera failed to properly initialize!"
PICTURE = replace(camera(), frame=FirstFrame(path="0", width=1280, height=720, ms=340.0))
NO_OPENCV = replace(camera(), frame=LibraryMissing(library="OpenCV", detail="no libGL"))
NOT_YET = "OpenCV: not authorized to capture video (status 0), requesting..."
GONE = "OpenCV: out device of bound (0-0): 1"
CAMERAS = [
    ((PICTURE, ""), PASS, "", 0, "first picture after 340 ms, 1280x720"),
    ((NO_OPENCV, ""), OPEN, "", 0, "OpenCV does not load (no libGL)"),
    ((camera(), ""), WARN, "camera.silent", 3015, "FaceTime opens, and delivered no picture in 5.0 s"),
    ((camera(), FAILED), WARN, "camera.silent", 3015, "delivered no picture"),
    ((camera(), REFUSAL), WARN, "camera.consent", 3001, "the privacy settings deny the camera to iTerm.app"),
    ((camera(consent=UNASKED), NOT_YET), WARN, "camera.consent", 3001, "the camera was not allowed yet to iTerm.app"),
    ((camera(), GONE), WARN, "camera.absent", 3002, "FaceTime was listed, and is gone"),
    ((camera(sharing=Sharing.ELSEWHERE), FAILED), WARN, "camera.busy", 3003, "is in use by another app"),
    ((camera(users=True, os="Windows"), ""), WARN, "camera.busy", 3003, "is in use by Zoom"),
    ((camera(sharing=Sharing.SUSPENDED), ""), WARN, "camera.silent", 3015, "suspended, as behind a closed lid"),
]


@pytest.mark.parametrize(("seen", "is_", "cause", "code", "words"), CAMERAS)
def test_a_picture_or_none(seen: tuple[OsSurvey, str], is_: Status, cause: str, code: int, words: str) -> None:
    survey, noise = seen
    findings = judged(survey, CAMERA, noise)
    worst = leading(findings) if is_ is not PASS else findings[-1]
    assert status(findings) is is_
    assert cause_and_code(worst) == (cause, code)
    assert words in worst.summary
    assert all(is_told_well(found) for found in findings), findings
    assert is_ is OPEN or "unverified on" in worst.summary


ZEROS = heard(-200.0, 1.0)
MICROPHONES = [
    (microphone(heard(-30.0)), PASS, "", 0, "-30 dBFS"),
    (microphone(ZEROS, consent=UNASKED), WARN, "microphone.consent", 3001, "records exact zeros, as macOS gives"),
    (microphone(ZEROS, consent=Consent.UNKNOWN), WARN, "microphone.consent", 3001, "records exact zeros"),
    (microphone(ZEROS), WARN, "microphone.silence", 0, "each sample is exactly 0"),
    (microphone(ZEROS, consent=Consent.UNKNOWN, os="Windows"), WARN, "microphone.silence", 0, "exactly 0"),
    (microphone(NoSamples(name="MacBook", seconds=3)), WARN, "microphone.silent_stream", 3015, "delivered no sound"),
    (microphone(Lost(name="MacBook", seconds=1, detail="")), WARN, "microphone.lost", 3002, "stopped after"),
    (microphone(refused("gone", Refusal.ABSENT)), WARN, "microphone.absent", 3002, "is gone"),
    (microphone(refused(MME), users=True, os="Windows"), WARN, "microphone.busy", 3003, "in use by Zoom"),
    (microphone(refused(MME), consent=Consent.UNKNOWN, os="Windows"), WARN, "microphone.consent", 3001, "as where the"),
    (microphone(refused(MME), os="Windows"), OPEN, "", 0, "MME error 1"),
    (
        microphone(refused(TAKEN, Refusal.BUSY), consent=Consent.UNKNOWN, os="Windows"),
        WARN,
        "microphone.consent",
        3001,
        "as where the privacy settings deny it",
    ),
    (microphone(refused(TAKEN, Refusal.BUSY), os="Windows"), WARN, "microphone.busy", 3003, "as where it is in use"),
    (microphone(refused(TAKEN, Refusal.BUSY)), WARN, "microphone.busy", 3003, "as where it is in use"),
    (microphone(refused("odd" * 90)), OPEN, "", 0, "could not be recorded: odd"),
    (microphone(LeftAlone(name="WH-1000XM4")), PASS, "", 0, "WH-1000XM4 was not recorded"),
    (microphone(LibraryMissing(library="PortAudio", detail="none")), OPEN, "", 0, "nothing was recorded"),
]


@pytest.mark.parametrize(("survey", "is_", "cause", "code", "words"), MICROPHONES)
def test_sound_or_none(survey: OsSurvey, is_: Status, cause: str, code: int, words: str) -> None:
    findings = judged(survey, MICROPHONE)
    worst = leading(findings) if is_ is not PASS else findings[-1]
    assert status(findings) is is_
    assert cause_and_code(worst) == (cause, code)
    assert words in worst.summary
    assert all(is_told_well(found) for found in findings), findings
    assert is_ is OPEN or "unverified on" in worst.summary


@pytest.mark.parametrize("words", [CAMERA, MICROPHONE, SPEAKER], ids=lambda words: words.noun)
@pytest.mark.parametrize("consent", Consent)
@pytest.mark.parametrize("os", ["macOS", "Windows"])
def test_nothing_is_worse_than_a_warning(words: Words, consent: Consent, os: str) -> None:
    survey = replace(microphone(ZEROS, consent=consent, os=os), frame=NO_FRAME, denied_apps=("MSTeams",))
    findings = judged(survey, words, REFUSAL)
    assert not any(isinstance(found, Failed) for found in findings)
    assert any(isinstance(found, Passed) and "denied to MSTeams" in found.summary for found in findings)
    assert all(is_told_well(found) for found in findings), findings


def at(program: str, source: str, os: str) -> OsSurvey:
    return replace(system("Cam", os=os), program=program, source=source)


KEY = r"HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"


MAC, WIN = "in System Settings > Privacy & Security >", "in Settings > Privacy & security >"
UNLISTED = "should it not be listed there, run tccutil reset"
LOGIN = f"a remote login is listed as {SSH_SERVER}"
POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\AppPrivacy"


@pytest.mark.parametrize(
    ("survey", "words", "orders"),
    [
        (at("iTerm", "", "macOS"), CAMERA, ("Allow the camera for iTerm", f"{MAC} Camera,", f"({UNLISTED} Camera")),
        (at("", "", "macOS"), MICROPHONE, ("for the program that needs it", f"{MAC} Microphone,", f"{UNLISTED} Micro")),
        (at(SSH_SERVER, "", "macOS"), CAMERA, (f"Allow the camera for {SSH_SERVER}", f"{MAC} Camera,", LOGIN)),
        (
            at("", POLICY, "Windows"),
            CAMERA,
            ("Allow the camera in the group policy App Privacy (LetAppsAccessCamera).",),
        ),
        (
            at("", KEY.replace("HKCU", "HKLM"), "Windows"),
            CAMERA,
            ("an administrator", f'"Camera access" {WIN} Camera.'),
        ),
        (at("", rf"{KEY}\NonPackaged", "Windows"), CAMERA, (f'"Let desktop apps access your camera" {WIN} Camera,',)),
        (at("", KEY, "Windows"), MICROPHONE, (f'"Let apps access your microphone" {WIN} Microphone, then start',)),
    ],
)
def test_the_switch_is_named(survey: OsSurvey, words: Words, orders: tuple[str, ...]) -> None:
    told = allow(survey, words)
    assert all(order in told for order in orders), told
    assert told.endswith(".")


def test_a_speaker_has_no_switch() -> None:
    assert not allow(at("", "", "Windows"), SPEAKER)


def test_a_remote_login_is_not_taken_for_the_person_at_the_screen() -> None:
    survey = replace(camera(consent=DENIED), here=here(Seat.SSH), program=SSH_SERVER)
    [found, _] = judged(replace(survey, frame=LibraryMissing(library="", detail="")), CAMERA)[:2]
    assert status([found]) is OPEN
    assert found.summary.startswith("the camera is denied to sshd-keygen-wrapper; to an app at the screen")
    assert action_of(found).startswith(
        "Run hms-doctor devices at the machine itself. To use it over SSH: Allow the camera"
    )


@pytest.mark.parametrize(
    ("words", "cause"),
    [(CAMERA, "camera.not_found"), (MICROPHONE, "microphone.not_found")],
    ids=["camera", "microphone"],
)
def test_a_name_that_fits_nothing_is_told(words: Words, cause: str) -> None:
    [found] = of_the_system(system("FaceTime", "BRIO"), words, {}, wish="Logi")
    assert cause_and_code(found) == (cause, 3002)
    assert found.summary == f'no {words.noun} is called "Logi" (unverified on macOS)'
    assert action_of(found) == "Choose one of these: FaceTime, BRIO."
    [found] = of_the_system(system("FaceTime", "BRIO"), words, {}, wish="face")
    assert found.summary == "FaceTime (unverified on macOS)"


def test_a_remote_session_is_named() -> None:
    listed = replace(system("Remote Camera", os="Windows"), here=here(Seat.REMOTE_DESKTOP))
    assert judged(listed, CAMERA)[0].summary == "Remote Camera in this remote session (unverified on Windows)"
    none = replace(listed, devices=())
    assert "lists no camera in this remote session" in judged(none, CAMERA)[0].summary


@pytest.mark.parametrize("consent", Consent)
def test_what_is_forbidden_is_not_tried(consent: Consent) -> None:
    tried = consent in {ALLOWED, UNASKED, Consent.UNKNOWN}
    assert may_be_tried(camera(consent=consent)) is tried


@pytest.mark.parametrize(
    ("wish", "name"), [("", "BRIO"), ("facetime", "FaceTime"), ("BRIO", "BRIO"), ("id0", "FaceTime"), ("none", "")]
)
def test_the_device_that_is_meant(wish: str, name: str) -> None:
    devices = tuple(OsDevice(name=n, id=f"id{i}", is_default=i == 1) for i, n in enumerate(("FaceTime", "BRIO")))
    assert [device.name for device in chosen(replace(camera(), devices=devices), wish)] == ([name] if name else [])


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({}, ""),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "Terminal"),
        ({"TERM_PROGRAM": "iTerm.app"}, "iTerm"),
        ({"TERM_PROGRAM": "vscode"}, "Visual Studio Code"),
        ({"TERM_PROGRAM": "vscode", "__CFBundleIdentifier": "com.todesktop.230313mzl4w4u92"}, "Cursor"),
        ({"TERM_PROGRAM": "tmux", "__CFBundleIdentifier": "com.apple.Terminal"}, "Terminal"),
        ({"TERM_PROGRAM": "tmux", "LC_TERMINAL": "iTerm2"}, "iTerm"),
        ({"TERM_PROGRAM": "tmux"}, ""),
        ({"TERM_PROGRAM": "tmux", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM_PROGRAM": "Rio.app", "__CFBundleIdentifier": "org.new"}, "Rio"),
        ({"TERMINAL_EMULATOR": "JetBrains-JediTerm"}, "the JetBrains IDE"),
        ({"WT_SESSION": "4a1b"}, "Windows Terminal"),
    ],
)
def test_the_terminal_program_is_named(env: dict[str, str], name: str) -> None:
    assert terminal_of(env) == name
    assert asked_for(env) == name
    assert asked_for({**env, "SSH_CONNECTION": "1 2 3 4"}) == SSH_SERVER
