"""What a shell may offer behind an option: asked for at the Tab key only."""

from collections.abc import Iterable


def check_ids(incomplete: str) -> list[str]:
    """Offer checks and their groups."""
    from hms_doctor.checks import every_check

    ids = [check.id for check in every_check()]
    return _fitting([*dict.fromkeys(check_id.split(".")[0] for check_id in ids), *ids], incomplete)


def faults(incomplete: str) -> list[str]:
    """Offer the simulator's faults."""
    from hms_doctor.simulator.faults import every_fault

    return _fitting(["healthy", *every_fault()], incomplete)


def formats(incomplete: str) -> list[str]:
    """Offer the formats of a report."""
    from hms_doctor.reporters import every_format

    return _fitting(sorted(every_format()), incomplete)


def hms_codes(incomplete: str) -> list[str]:
    """Offer the codes of the catalogue."""
    from hms_doctor.model.catalogue import CATALOGUE

    return _fitting((str(code) for code in CATALOGUE), incomplete)


def _fitting(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in dict.fromkeys(words) if word.startswith(incomplete)]
