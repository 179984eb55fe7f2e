"""What a camera's pictures mean for a call."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.causes import devices as causes
from hms_doctor.model.causes.cause import Cause
from hms_doctor.model.devices.modes import mode_told, rate_told
from hms_doctor.model.devices.pictures import (
    Film,
    FilmRefused,
    Light,
    NoPicture,
    Pictures,
    PicturesLost,
)
from hms_doctor.model.devices.places import as_root
from hms_doctor.model.devices.surveys import Here, Holder, HolderSeen, NotTried
from hms_doctor.model.devices.words import CAMERA, close_it, in_use
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.json import JsonObject

_FEWEST_FOR_FROZEN: Final = 5
_BLACK_SHARE: Final = 1 / 3
_SLOW_SHARE: Final = 0.475
"""Half the promised rate, less 5 %: in a dark room a camera that exposes longer gives exactly half, which is usable."""
_DROPPED_SHARE: Final = 0.2
_SLOWEST: Final = 5.0
"""Pictures a second (testrtc's bound)."""
_QUIET_MS: Final = 500.0
_BEGINS: Final = ("VIDIOC_STREAMON", "VIDIOC_QBUF")
_VANISHED: Final = ("ENODEV", "ENXIO", "ENOENT")


def of_the_film(film: Film, name: str, here: Here, evidence: JsonObject) -> Iterator[Finding]:
    """Judge the pictures of the camera of that name."""
    match film:
        case NotTried():
            return
        case Pictures():
            yield from _of_pictures(film, name, here, {**evidence, "pictures": figures(film)})
        case PicturesLost():
            told = {**evidence, "pictures": figures(film.pictures)}
            back = "and opens again" if not film.reopened else f"and cannot be opened again ({film.reopened})"
            summary = f"{name} failed after {_count(film.pictures.delivered)} ({film.errno}) {back}"
            yield Failed(cause=causes.CAMERA_LOST, summary=summary, evidence=told)
        case NoPicture():
            yield _of_nothing(film, name, evidence)
        case FilmRefused():
            yield _of_refusal(film, name, here, evidence)


def used_by(holder: HolderSeen, here: Here) -> str:
    """Say who holds a camera; processes of other users show what they have open only to root."""
    unseen = not isinstance(holder, Holder) and not here.is_root
    return in_use(holder) + (", perhaps another user's app" if unseen else "")


def figures(film: Pictures) -> JsonObject:
    """Give what was measured, for the report."""
    light: JsonObject = (
        {"not_judged": film.light.why}
        if not isinstance(film.light, Light)
        else {
            "mean_luma": round(film.light.mean, 1),
            "black": film.light.black,
            "judged": film.light.judged,
        }
    )
    return {
        "node": film.path,
        "asked": mode_told(film.asked),
        "got": f"{mode_told(film.got)} {film.got.pixels}",
        "first_picture_ms": round(film.first_ms, 1),
        "first_picture_after_open_ms": round(film.opened_ms, 1),
        "fps": round(rate(film), 2),
        "promised_fps": round(film.got.fps, 2),
        "pictures": film.delivered,
        "dropped": film.dropped,
        "missed_by_us": film.missed,
        "damaged": film.corrupt,
        "repeated": film.repeated,
        "light": light,
        "format_put_back": film.left or True,
    }


def rate(film: Pictures) -> float:
    """Give the pictures a second that the camera made; those that we were too slow to take count as made."""
    made = film.delivered + film.missed - 1
    if made > 0 and film.span_ms > 0:
        return made * 1000 / film.span_ms
    return film.delivered * 1000 / max(film.quiet_ms, 1.0)


def _count(pictures: int) -> str:
    return f"{pictures} picture{'' if pictures == 1 else 's'}"


def _of_pictures(film: Pictures, name: str, here: Here, evidence: JsonObject) -> Iterator[Finding]:
    troubles = [trouble for trouble in (_sight(film, name), _pace(film, name), _size(film, name)) if trouble]
    for cause, summary in troubles:
        yield Warned(cause=cause, summary=summary, evidence=evidence)
    if not troubles:
        of = f" of {rate_told(film.got.fps)}" if film.got.fps else ""
        size = f"{film.got.width}x{film.got.height}"
        first = f"{name}: first picture after {film.first_ms:.0f} ms"
        yield Passed(summary=f"{first}, {rate(film):.1f}{of} fps, {size}{as_root(here)}", evidence=evidence)
    if film.left:
        yield Passed(summary=f"the format that {name} had before could not be put back ({film.left})")


_Trouble = tuple[Cause, str] | None


def is_black(film: Pictures) -> bool:
    """Whether more than a third of the pictures that could be judged were black (testrtc's share)."""
    light = film.light
    return isinstance(light, Light) and light.judged > 0 and light.black > light.judged * _BLACK_SHARE


def is_frozen(film: Pictures) -> bool:
    """Whether every picture was, byte by byte, the first: a sensor's noise changes even a still room."""
    return film.delivered >= _FEWEST_FOR_FROZEN and film.repeated == film.delivered - 1


def _sight(film: Pictures, name: str) -> _Trouble:
    if is_black(film):
        return causes.CAMERA_BLACK, f"{name} delivers black pictures"
    if is_frozen(film):
        return causes.CAMERA_FROZEN, f"{name} delivers the same picture over and over ({film.delivered} times)"
    return None


def _pace(film: Pictures, name: str) -> _Trouble:
    promised = f" of {rate_told(film.got.fps)}" if film.got.fps else ""
    if film.quiet_ms > max(_QUIET_MS, 3000 / (film.got.fps or 30)):
        seconds = film.quiet_ms / 1000
        return causes.CAMERA_SLOW, f"{name} delivered {_count(film.delivered)}, then none for {seconds:.1f} s"
    if film.dropped > (film.dropped + film.delivered) * _DROPPED_SHARE:
        lost = f"dropped {film.dropped} of {film.dropped + film.delivered} pictures"
        return causes.CAMERA_SLOW, f"{name} {lost}: {rate(film):.1f}{promised} fps"
    if rate(film) < max(_SLOWEST, film.got.fps * _SLOW_SHARE):
        return causes.CAMERA_SLOW, f"{name} delivers {rate(film):.1f}{promised} fps"
    return None


def _size(film: Pictures, name: str) -> _Trouble:
    got, asked = film.got, film.asked
    if got.width < asked.width or got.height < asked.height:
        size = f"{got.width}x{got.height}"
        return causes.CAMERA_SMALL, f"{name} delivers {size} where a call asks for {asked.width}x{asked.height}"
    return None


def _of_nothing(film: NoPicture, name: str, evidence: JsonObject) -> Finding:
    if film.errno in _VANISHED:
        summary = f"{name} was lost before its first picture ({film.errno})"
        return Failed(cause=causes.CAMERA_LOST, summary=summary, evidence=evidence)
    damaged = f" but {film.corrupt} damaged" if film.corrupt else ""
    why = f": {film.errno}" if film.errno else ""
    summary = f"{name} opens, and delivered no picture{damaged} in {film.seconds:.1f} s{why}"
    return Failed(cause=causes.CAMERA_SILENT, summary=summary, evidence=evidence)


def _of_refusal(film: FilmRefused, name: str, here: Here, evidence: JsonObject) -> Finding:
    told = {**evidence, "step": film.step, "errno": film.errno}
    if film.errno == "EBUSY":
        summary = f"{name} ({film.path}) is {used_by(film.holder, here)}"
        return Failed(cause=CAMERA.busy, summary=summary, action=close_it(film.holder, CAMERA.busy), evidence=told)
    if film.errno in _VANISHED:
        summary = f"{name} was lost while it was put to the test ({film.step}: {film.errno})"
        return Failed(cause=causes.CAMERA_LOST, summary=summary, evidence=told)
    if film.step in _BEGINS:
        action = "Plug the camera into another USB port, without a hub." if film.errno == "ENOSPC" else ""
        summary = f"{name} opens, and does not begin to stream ({film.step}: {film.errno})"
        return Failed(cause=causes.CAMERA_SILENT, summary=summary, action=action, evidence=told)
    return Undecided(
        summary=f"{name} could not be put to the test ({film.step}: {film.errno})",
        action="Try the camera in the app; hms-doctor cannot try this kind.",
        evidence=told,
    )
