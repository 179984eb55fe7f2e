"""A microphone's level, drawn: one line that is written over and over, and words for what the colours say."""

from dataclasses import replace
from typing import Final

from hms_doctor.model.devices.levels import SILENCE, Level
from hms_doctor.model.finding import Failed, Finding, action_of, status_of
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.clean import plain
from hms_doctor.reporters.layout import Line, Role, Span, ascii_only, cells, hang, paint
from hms_doctor.reporters.style import Style
from hms_doctor.reporters.words import GLYPH

DRAWN: Final = "█░│…"
"""What it is made of where the terminal's encoding has it."""
_PLAIN: Final = str.maketrans("█░│…", "#-|~")
_LOWEST: Final = -60.0
"""dBFS at the left end of the bar."""
_LOUD: Final = -9.0
"""dBFS above which a voice is hardly ever: its peaks are some 12 dB higher."""
_HELD: Final = 1.5
"""Seconds for which a peak and a clip stay to be read."""
_MOST_BAR: Final = 50
_LEAST_BAR: Final = 8
_LEAST_NAME: Final = 6
_ROLES: Final = {"clipping": Role.BAD, "loud": Role.CARE, "quiet": Role.DIM, "silent": Role.CARE}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What the meter remembers; times are seconds on the caller's clock."""

    now: Level | None = None
    mark: float = SILENCE  # the highest peak of late, dBFS
    marked: float = 0.0
    clipped: float | None = None  # when last
    loudest: float = SILENCE  # RMS, dBFS
    quietest: float | None = None  # RMS, dBFS, of what was not silent
    silences: int = 0  # since the first sound


def tallied(tally: Tally, level: Level, at: float) -> Tally:
    """Take a level in."""
    stays = at - tally.marked < _HELD and level.peak < tally.mark
    silent = _is_silent(level)
    quietest = tally.quietest if silent else min(level.rms, 0.0 if tally.quietest is None else tally.quietest)
    return replace(
        tally,
        now=level,
        mark=tally.mark if stays else level.peak,
        marked=tally.marked if stays else at,
        clipped=at if level.clips else tally.clipped,
        loudest=max(tally.loudest, level.rms),
        quietest=quietest,
        silences=tally.silences + (silent and tally.quietest is not None),
    )


def heading(name: str, keys: str, width: int, style: Style) -> str:
    """Give the line above the meter: whose it is, and which ``keys`` end it; a narrow terminal has less of both."""
    name, room = plain(name), max(1, width - 1)
    hints = (f" · speak; {keys} ends", f" · {keys} ends", f" · {keys.split(maxsplit=1)[0]} ends")
    fitting = next((hint for hint in hints if cells(name) + cells(hint) <= room), "")
    hint = fitting or (hints[-1] if room >= _LEAST_NAME + cells(hints[-1]) else "")
    shown = f"{_cut(name, room - cells(hint))}{hint}"
    return paint([(Span(shown if style.unicode else ascii_only(shown)),)], style)


def drawn(tally: Tally, at: float, width: int, style: Style) -> str:
    """Give the meter's line, to be written over the last one: it fills all columns but the last."""
    room = max(1, width - 1)
    if tally.now is None:
        line: Line = (Span("waiting for the first sound"),)
    else:
        line = _meter(tally, tally.now, at, room)
    text = "".join(span.text for span in line).rstrip()
    if cells(text) > room:
        text = _cut(text, room)
        line = (Span(text),)
    painted = paint([line], style).rstrip("\n") + " " * (room - cells(text))
    return "\r" + (painted if style.unicode else painted.translate(_PLAIN))


def summary(tally: Tally, seconds: float) -> str:
    """Say in one line what was seen: ``loudest -8 dBFS, quietest -61 dBFS in 12 s``."""
    span = f"in {seconds:.0f} s"
    if tally.now is None:
        return f"no sound came {span}"
    if tally.quietest is None:
        return f"silent: each sample was exactly 0, {span}"
    told = f"loudest {round(tally.loudest)} dBFS, quietest {round(tally.quietest)} dBFS {span}"
    notes = ["clipped" if tally.clipped is not None else "", "silent at times" if tally.silences else ""]
    return ", ".join((told, *filter(None, notes)))


def ended(finding: Finding, code: int, style: Style) -> str:
    """Say why a meter ended by itself, and what to do about it."""
    status = status_of(finding).value
    role = Role.BAD if isinstance(finding, Failed) else Role.CARE
    lead = (Span(f"{GLYPH[status]} {status.upper()}{f' {code}' if code else ''}  ", role),)
    action = (Span("  "),)
    lines = (*hang(lead, plain(finding.summary), style.width), *hang(action, plain(action_of(finding)), style.width))
    return paint(lines, style)


def _meter(tally: Tally, level: Level, at: float, room: int) -> Line:
    state = _state(tally, level, at)
    role = _ROLES.get(state, Role.GOOD)
    figure = f"{_figure(level.rms)} dBFS"
    peak = f"  peak {_figure(tally.mark)}"
    bar = min(_MOST_BAR, room - len(figure) - len(peak) - len("  clipping") - 2)
    if bar < _LEAST_BAR:
        peak = ""
        bar = min(_MOST_BAR, room - len(figure) - len("  clipping") - 2)
    words = Span(f"  {state}" if state else "", role)
    if bar < _LEAST_BAR:
        return Span(figure), words
    return Span(_bar(level.rms, tally.mark, bar), role), Span(f"  {figure}{peak}"), words


def _state(tally: Tally, level: Level, at: float) -> str:
    if tally.clipped is not None and at - tally.clipped < _HELD:
        return "clipping"
    if _is_silent(level):
        return "silent"
    if level.rms < _LOWEST:
        return "quiet"
    return "loud" if level.rms > _LOUD else ""


def _is_silent(level: Level) -> bool:
    return level.zeros == 1


def _figure(dbfs: float) -> str:
    return " --" if dbfs <= SILENCE else f"{round(dbfs):3d}"


def _bar(rms: float, mark: float, width: int) -> str:
    full, at = _place(rms, width), _place(mark, width)
    bar = "█" * full + "░" * (width - full)
    return bar if at <= full or not at else bar[: at - 1] + "│" + bar[at:]


def _place(dbfs: float, width: int) -> int:
    return round(width * min(1.0, max(0.0, 1 - dbfs / _LOWEST)))


def _cut(text: str, room: int) -> str:
    if cells(text) <= room:
        return text
    while text and cells(text) > room - 1:
        text = text[:-1]
    return f"{text}…"
