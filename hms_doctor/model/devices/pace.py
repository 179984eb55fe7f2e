"""How fast blocks of sound come, told from when they were seen."""

from collections.abc import Sequence


def pace(arrivals: Sequence[float], seconds: float) -> float:
    """Give how many seconds of sound came in a second, from the times at which blocks of ``seconds`` each were seen.

    A busy machine sees blocks late and never early, so only the most punctual block of the first third and that of the
    last count. With too few blocks to tell, 1.
    """
    lateness = [at - number * seconds for number, at in enumerate(arrivals)]
    third = len(lateness) // 3
    if not third:
        return 1.0
    early = min(range(third), key=lateness.__getitem__)
    late = min(range(len(lateness) - third, len(lateness)), key=lateness.__getitem__)
    sound = (late - early) * seconds
    return sound / max(sound + lateness[late] - lateness[early], seconds / 10)
