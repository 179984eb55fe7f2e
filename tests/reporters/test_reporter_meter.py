"""The live meter, drawn."""

from itertools import pairwise

import pytest

from hms_doctor.model.causes.microphones import MICROPHONE_LOST
from hms_doctor.model.devices.levels import SILENCE, Level
from hms_doctor.model.finding import Failed, Undecided
from hms_doctor.reporters.layout import cells
from hms_doctor.reporters.meter import Tally, drawn, ended, heading, summary, tallied
from hms_doctor.reporters.style import Style

PLAIN = Style(width=80)
ASCII = Style(width=80, unicode=False)
COLOUR = Style(width=80, colour=True)


def level(rms: float, peak: float | None = None, *, clips: int = 0) -> Level:
    return Level(rms=rms, peak=rms + 12 if peak is None else peak, zeros=0.0, clips=clips, offset=0.0)


SILENT = Level(rms=SILENCE, peak=SILENCE, zeros=1.0, clips=0, offset=0.0)


def after(*levels: Level, step: float = 0.05) -> Tally:
    tally = Tally()
    for number, each in enumerate(levels):
        tally = tallied(tally, each, number * step)
    return tally


def shown(*levels: Level, width: int = 80, style: Style = PLAIN, step: float = 0.05) -> str:
    line = drawn(after(*levels, step=step), (len(levels) - 1) * step, width, style)
    assert line.startswith("\r")
    return line[1:]


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (level(-23.4), "-23 dBFS  peak -11"),
        (level(-70.0), "-70 dBFS  peak -58  quiet"),
        (level(-5.0, -1.0), " -5 dBFS  peak  -1  loud"),
        (level(-8.0, -0.3, clips=2), " -8 dBFS  peak   0  clipping"),
        (level(-3.0, 0.0), "loud"),
        (SILENT, " -- dBFS  peak  --  silent"),
    ],
)
def test_figures_and_words_say_it(seen: Level, words: str) -> None:
    assert words in shown(seen)


def test_the_bar_grows_with_the_level() -> None:
    full = [shown(level(dbfs, -0.5)).count("█") for dbfs in range(-70, 1, 5)]
    assert full[0] == full[2] == 0
    assert all(before <= now for before, now in pairwise(full))
    assert full[-1] > 40


def test_a_mark_stands_at_the_highest_peak_of_late() -> None:
    line = shown(level(-40.0, -12.0), level(-40.0, -30.0))
    assert line.index("│") > line.rindex("█")
    assert "peak -12" in line
    assert "peak -30" in shown(level(-40.0, -12.0), level(-40.0, -30.0), step=2.0)


def test_clipping_stays_to_be_read() -> None:
    loud = level(-10.0, 0.0, clips=1)
    assert "clipping" in shown(loud, level(-40.0), step=1.0)
    assert "clipping" not in shown(loud, level(-40.0), step=2.0)


@pytest.mark.parametrize("width", [1, 2, 5, 10, 14, 20, 24, 30, 40, 44, 60, 80, 200])
@pytest.mark.parametrize("style", [PLAIN, ASCII])
def test_a_line_fills_all_columns_but_the_last(width: int, style: Style) -> None:
    for seen in (level(-23.0), level(-1.0, 0.0, clips=9), SILENT):
        assert cells(shown(seen, width=width, style=style)) == max(1, width - 1)
    waiting = drawn(Tally(), 0.0, width, style)
    assert cells(waiting[1:]) == max(1, width - 1)
    head = heading("Boom マイク", "q or Ctrl-C", width, style)
    assert cells(head.rstrip("\n")) <= max(1, width - 1) or not style.unicode


@pytest.mark.parametrize(
    ("width", "words"),
    [(80, "█"), (40, "█"), (24, "-23 dBFS"), (20, "-23 dBFS"), (10, "-23 dBFS")],
)
def test_a_narrow_terminal_keeps_the_figure(width: int, words: str) -> None:
    assert words in shown(level(-23.0), width=width)
    assert "-23 dBFS" in shown(level(-23.0), width=width)


def test_without_unicode_all_is_ascii() -> None:
    assert shown(level(-23.0), style=ASCII).isascii()
    assert "#|" in shown(level(-23.0, -22.0), style=ASCII)
    assert heading("Boöm … マイク", "q", 80, ASCII).isascii()


def test_colours_repeat_the_words() -> None:
    for seen in (level(-23.0), level(-8.0, 0.0, clips=2), SILENT, level(-70.0)):
        coloured = shown(seen, style=COLOUR)
        assert "\x1b[" in coloured
        plain = coloured
        for code in ("\x1b[0m", "\x1b[32m", "\x1b[33m", "\x1b[1;31m", "\x1b[2m"):
            plain = plain.replace(code, "")
        assert plain == shown(seen)
        assert "\x1b" not in shown(seen)


def test_the_microphones_name_is_hostile() -> None:
    head = heading("Evil\x1b[2J\nname", "q or Ctrl-C", 80, PLAIN)
    assert "\x1b" not in head
    assert head.count("\n") == 1


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, "Built-in Audio · speak; q or Ctrl-C ends"),
        (36, "Built-in Audio · q or Ctrl-C ends"),
        (28, "Built-in Audio · q ends"),
        (20, "Built-in … · q ends"),
        (12, "Built-in A…"),
    ],
)
def test_the_heading_says_how_it_ends(width: int, line: str) -> None:
    assert heading("Built-in Audio", "q or Ctrl-C", width, PLAIN) == f"{line}\n"


@pytest.mark.parametrize(
    ("tally", "line"),
    [
        (after(level(-61.2), level(-8.4), level(-30)), "loudest -8 dBFS, quietest -61 dBFS in 12 s"),
        (after(SILENT, SILENT, level(-8)), "loudest -8 dBFS, quietest -8 dBFS in 12 s"),
        (after(level(-8), SILENT), "loudest -8 dBFS, quietest -8 dBFS in 12 s, silent at times"),
        (after(level(-8, 0, clips=1), level(-50)), "loudest -8 dBFS, quietest -50 dBFS in 12 s, clipped"),
        (after(SILENT), "silent: each sample was exactly 0, in 12 s"),
        (Tally(), "no sound came in 12 s"),
    ],
)
def test_the_end_is_summed_up(tally: Tally, line: str) -> None:
    assert summary(tally, 12.3) == line


def test_a_microphone_that_went_away_is_told_with_its_code() -> None:
    lost = Failed(cause=MICROPHONE_LOST, summary="Boom stopped after 3.2 s")
    told = ended(lost, 3002, PLAIN)
    assert told == f"✗ FAIL 3002  Boom stopped after 3.2 s\n  {MICROPHONE_LOST.action}\n"


def test_what_could_not_be_told_has_no_code() -> None:
    told = ended(Undecided(summary="the sound server crashed", action="Try again."), 0, ASCII)
    assert told == "? INCONCLUSIVE  the sound server crashed\n  Try again.\n"
