"""Video4Linux's structures: bytes that vivid, a driver of Debian 12's kernel, gave on 64 bits, less the last zeros."""

import random
from struct import calcsize

import pytest

from hms_doctor.platforms import v4l_frames as frames
from hms_doctor.platforms import v4l_structs as structs

CAP = (
    "766976696400000000000000000000007669766964000000000000000000000000000000000000000000000000000000"
    "706c6174666f726d3a76697669642d3030300000000000000000000000000000c00106000500238505002305"
)
FORMAT = "0000000001000000e00100005955595620343a323a320000000000000000000000000000000000000000000059555956"
SIZE = "03000000595559560100000000050000d002"
INTERVAL = "050000005955595600050000d0020000010000000200000019"
FRAME = "010000000000000080020000680100005955595601000000000500000008070008000000fecaedfe"
FRAME_OF_PLANES = "09000000000000008002000068010000595559560100000008000000000807000005"
PACE = "01000000001000000000000001000000050000000000000001"
QUERIED = (
    "0100000001000000000000000020000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000001000000001007000000000000080700"
)
TAKEN = (
    "0100000001000000000807000020000001000000000000000e0000000000000029f806000000000000000000000000000000000000000000"
    "0100000001000000001007000000000000080700"
)
TAKEN_OF_PLANES = (
    "0100000009000000000000000020000001000000000000000f000000000000002d8e08000000000000000000000000000000000000000000"
    "0100000001000000800db3000000000001000000"
)
PLANE = "0008070000080700001007"
needs_64_bits = pytest.mark.skipif(calcsize("P") != 8, reason="the bytes are of a 64-bit kernel")


def told(text: str, size: int) -> bytes:
    return bytes.fromhex(text).ljust(size, b"\0")


def test_a_capability() -> None:
    answer = told(CAP, 104)
    camera = structs.parse_capability(answer)
    assert (camera.driver, camera.card, camera.bus) == ("vivid", "vivid", "platform:vivid-000")
    assert (camera.captures, camera.media_controller) == (True, False)
    assert structs.kind_of(answer) == structs.CAPTURE


def test_a_format_its_sizes_and_rates() -> None:
    assert structs.letters(structs.code_in(told(FORMAT, 64))) == "YUYV"
    assert structs.sizes_in(told(SIZE, 44), (1, 1)) == ((1280, 720),)
    assert structs.is_discrete(told(SIZE, 44))
    assert structs.rates_in(told(INTERVAL, 52)) == (12.5,)
    assert structs.is_discrete(told(INTERVAL, 52))


@needs_64_bits
def test_the_format_that_is_set() -> None:
    for text in (FRAME, FRAME_OF_PLANES):
        frame = frames.frame_in(told(text, 208))
        assert (structs.letters(frame.code), frame.width, frame.height, frame.line) == ("YUYV", 640, 360, 1280)
        assert not frame.full_range
    assert frames.pace_in(told(PACE, 204)) == 5.0


@needs_64_bits
@pytest.mark.parametrize("text", [FRAME, FRAME_OF_PLANES])
def test_a_format_that_is_wanted_keeps_the_rest(text: str) -> None:
    before = told(text, 208)
    wanted = frames.with_frame(before, frames.code_of("NV12"), (1280, 720))
    frame = frames.frame_in(bytes(wanted))
    assert (structs.letters(frame.code), frame.width, frame.height, frame.line) == ("NV12", 1280, 720, 0)
    assert len(wanted) == len(before)
    again = frames.frame_in(bytes(frames.with_frame(before, 0, (640, 360))))
    assert structs.letters(again.code) == "YUYV"


def test_a_rate_that_is_wanted() -> None:
    assert frames.pace_in(bytes(frames.with_pace(told(PACE, 204), 30))) == 30.0
    assert frames.pace_in(bytes(204)) == 0.0


@needs_64_bits
def test_buffers() -> None:
    queried = frames.buffer_in(told(QUERIED, 88))
    assert (queried.index, queried.length, queried.place) == (1, 460800, 462848)
    taken = frames.buffer_in(told(TAKEN, 88))
    assert (taken.index, taken.used, taken.sequence) == (1, 460800, 1)
    assert taken.time == pytest.approx(14.456745)
    many = frames.buffer_in(told(TAKEN_OF_PLANES, 88))
    assert (many.index, many.length, many.sequence) == (1, 1, 1)
    assert many.time == pytest.approx(15.560685)
    assert frames.planes_in(told(PLANE, 128), 1) == (frames.Plane(used=460800, length=460800, place=462848, skip=0),)
    assert frames.planes_in(b"", 460800) == ()


@needs_64_bits
@pytest.mark.parametrize("kind", [structs.CAPTURE, structs.CAPTURE_MPLANE])
def test_questions_have_the_sizes_that_their_numbers_say(kind: int) -> None:
    questions = {
        structs.ENUM_FMT: structs.asking_format(3, kind),
        structs.ENUM_FRAMESIZES: structs.asking_size(3, 7),
        structs.ENUM_FRAMEINTERVALS: structs.asking_interval(3, 7, (1, 2)),
        structs.REQBUFS: structs.asking_buffers(4, kind),
        frames.G_FMT: frames.asking_frame(kind),
        frames.G_PARM: frames.asking_pace(kind),
        frames.QBUF: frames.asking_buffer(1, kind, 0x7F00),
    }
    for number, question in questions.items():
        assert number >> 16 & 0x3FFF == len(question), hex(number)


def size_range(kind: int, *numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "little") for number in (0, 7, kind, *numbers)).ljust(44, b"\0")


@pytest.mark.parametrize(
    ("answer", "sizes"),
    [
        (size_range(3, 160, 1920, 16, 120, 1080, 8), ((1920, 1080), (1280, 720))),
        (size_range(2, 1, 1280, 1, 1, 720, 1), ((1280, 720),)),
        (size_range(3, 160, 1920, 50, 120, 1080, 8), ((1920, 1080),)),
        (size_range(3, 160, 640, 2, 120, 480, 2), ((640, 480),)),
        (size_range(3, 0, 4000, 0, 0, 4000, 0), ((4000, 4000), (1280, 720))),
    ],
)
def test_a_range_of_sizes_has_its_largest_and_the_one_asked(answer: bytes, sizes: tuple[tuple[int, int], ...]) -> None:
    assert structs.sizes_in(answer, (1280, 720)) == sizes
    assert not structs.is_discrete(answer)


def interval_range(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "little") for number in (0, 7, 1280, 720, 3, *numbers)).ljust(52, b"\0")


@pytest.mark.parametrize(
    ("answer", "rates"),
    [
        (interval_range(1, 60, 1, 5, 1, 1), (60.0, 5.0)),
        (interval_range(1001, 30000, 1001, 30000), (29.97,)),
        (interval_range(0, 0, 1, 0), ()),
    ],
)
def test_a_range_of_rates_has_its_ends(answer: bytes, rates: tuple[float, ...]) -> None:
    assert structs.rates_in(answer) == rates


@pytest.mark.parametrize(
    ("code", "text"), [(0x56595559, "YUYV"), (0x20363159, "Y16"), (0xB6363159, "Y166"), (0x00FF0A41, "A???")]
)
def test_letters_of_a_format(code: int, text: str) -> None:
    assert structs.letters(code) == text


@needs_64_bits
@pytest.mark.parametrize(("colours", "told_range", "full"), [(8, 0, False), (7, 0, True), (8, 1, True), (7, 2, False)])
def test_where_black_begins(colours: int, told_range: int, full: bool) -> None:
    for text, at, told_at in ((FRAME, 32, 48), (FRAME_OF_PLANES, 24, 191)):
        answer = bytearray(told(text, 208))
        answer[at], answer[told_at] = colours, told_range
        assert frames.frame_in(bytes(answer)).full_range is full


def test_any_answer_can_be_read() -> None:
    rolls = random.Random(11)
    for _ in range(300):
        structs.parse_capability(rolls.randbytes(104))
        structs.letters(structs.code_in(rolls.randbytes(64)))
        structs.sizes_in(rolls.randbytes(44), (1280, 720))
        structs.rates_in(rolls.randbytes(52))
        frames.frame_in(rolls.randbytes(frames.G_FMT >> 16 & 0x3FFF))
        frames.pace_in(rolls.randbytes(204))
        frames.buffer_in(rolls.randbytes(frames.QBUF >> 16 & 0x3FFF))
        frames.planes_in(rolls.randbytes(frames.ALL_PLANES), rolls.randrange(1 << 32))
