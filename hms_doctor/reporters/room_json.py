"""The ``room`` of the JSON report: what a run that joined has to tell, gathered from its checks."""

from typing import Final

from hms_doctor.model.finding import Ran
from hms_doctor.model.json import JsonObject
from hms_doctor.model.report.report import Report
from hms_doctor.reporters.room_words import Reached, member, steps, tracks

_REACHED: Final = {Reached.YES: True, Reached.NO: False, Reached.NOT_TOLD: None, Reached.NOT_TRIED: None}
_TIMES: Final = ("ice_ms", "dtls_ms")


def room(report: Report) -> JsonObject:
    """Give the stages in their order, both connections, and a row a track; empty where the run did not join."""
    reached = steps(report)
    if not reached:
        return {}
    return {
        "room": {
            "stages": [{"stage": step.stage.value, "reached": _REACHED[step.reached]} for step in reached],
            "publish": _connection(report, "room.publish"),
            "subscribe": _connection(report, "room.subscribe"),
            "tracks": list(tracks(report)),
            "voice": member(report, "room.media", "voice"),
        }
    }


def _connection(report: Report, check_id: str) -> JsonObject:
    outcomes = [result.outcome for result in report.checks if result.id == check_id]
    timed = {
        name: outcome.measurements.get(name) for outcome in outcomes if isinstance(outcome, Ran) for name in _TIMES
    }
    told = {name: member(report, check_id, name) for name in ("path", "pair")}
    return {**told, **dict.fromkeys(_TIMES), **timed}
