"""What a camera delivers: its formats, sizes and rates, by a bounded number of questions that light no LED (V4L2)."""

from collections.abc import Callable, Iterator
from typing import Final

from hms_doctor.model.devices.cameras import CameraFormat
from hms_doctor.model.devices.modes import ASKED, ease
from hms_doctor.platforms import v4l_structs as structs
from hms_doctor.platforms.posix import ioctl

_MOST_FORMATS: Final = 64
_MOST_DETAILED: Final = 6
_MOST_SIZES: Final = 16
_MOST_RATES: Final = 12
_SIZE_ASKED: Final = (ASKED.width, ASKED.height)


def formats_of(descriptor: int, kind: int) -> Iterator[CameraFormat]:
    """Ask an open node for its formats; those that a call can use best come first, and only some are gone into."""
    told = _answers(descriptor, structs.ENUM_FMT, lambda number: structs.asking_format(number, kind), _MOST_FORMATS)
    codes = dict.fromkeys(structs.code_in(answer) for answer in told)
    for code in sorted(codes, key=lambda code: ease(structs.letters(code)))[:_MOST_DETAILED]:
        for size in _sizes(descriptor, code):
            rates = tuple(sorted(_rates(descriptor, code, size), reverse=True))
            yield CameraFormat(pixels=structs.letters(code), width=size[0], height=size[1], rates=rates)


def _sizes(descriptor: int, code: int) -> Iterator[tuple[int, int]]:
    told = _answers(descriptor, structs.ENUM_FRAMESIZES, lambda number: structs.asking_size(number, code), _MOST_SIZES)
    for answer in told:
        yield from structs.sizes_in(answer, _SIZE_ASKED)
        if not structs.is_discrete(answer):
            return


def _rates(descriptor: int, code: int, size: tuple[int, int]) -> Iterator[float]:
    request = structs.ENUM_FRAMEINTERVALS
    for answer in _answers(
        descriptor, request, lambda number: structs.asking_interval(number, code, size), _MOST_RATES
    ):
        yield from structs.rates_in(answer)
        if not structs.is_discrete(answer):
            return


def _answers(descriptor: int, request: int, ask: Callable[[int], bytearray], most: int) -> Iterator[bytes]:
    """Ask for one number after the other, until the driver knows no more (``EINVAL``)."""
    for number in range(most):
        question = ask(number)
        try:
            ioctl(descriptor, request, question)
        except OSError:
            return
        yield bytes(question)
