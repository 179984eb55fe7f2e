"""Paced loops whose truth is known."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from hms_doctor.model.ice.figures import Figures, figures_from
from hms_doctor.model.ice.media import Echo, PacedLoop
from hms_doctor.model.units import Seconds

INTERVAL: Final = Seconds(0.02)


def loop(
    transits_ms: Sequence[float],
    *,
    lost: Iterable[int] = (),
    late_ms: Mapping[int, float] | None = None,
    again: Iterable[int] = (),
) -> PacedLoop:
    """Play a loop: each packet's transit, which are lost, which leave late and by how much, which come twice."""
    late = late_ms or {}
    left = tuple(Seconds(number * INTERVAL + late.get(number, 0.0) / 1000) for number in range(len(transits_ms)))
    missing = set(lost)
    arrivals = [
        Echo(number=number, at=Seconds(left[number] + transit / 1000))
        for number, transit in enumerate(transits_ms)
        if number not in missing
    ]
    copies = [Echo(number=number, at=Seconds(left[number] + transits_ms[number] / 1000 + 0.001)) for number in again]
    return PacedLoop(
        interval=INTERVAL, left_at=left, echoes=tuple(sorted([*arrivals, *copies], key=lambda echo: echo.at))
    )


def measured(played: PacedLoop) -> Figures:
    """Give the figures of a loop of which something came back."""
    figures = figures_from(played)
    assert isinstance(figures, Figures)
    return figures
