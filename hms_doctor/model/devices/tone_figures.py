"""What came of the tones, in figures for the report."""

from hms_doctor.model.devices.look import NothingSeen, Survey
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.playings import Heeded, Played
from hms_doctor.model.devices.sound import NodeOpened, SoundServer, SoundSurvey
from hms_doctor.model.devices.tone import Heard
from hms_doctor.model.json import JsonObject


def figures(played: Played) -> JsonObject:
    """Give what was measured."""
    told: JsonObject = {"output": played.name, "played_ms": round(played.ms, 1)}
    if not isinstance(played.ear, Heeded):
        return {**told, "heard": None, "microphone": None}
    result = played.ear.result
    more: JsonObject = {"heard": isinstance(result, Heard), "microphone": played.ear.microphone}
    if isinstance(result, Heard):
        more = {**more, "delay_ms": round(result.delay_ms, 1), "gain_db": round(result.gain_db, 1)}
    more = {**more, "monitor": played.ear.is_monitor, "recorded_dbfs": round(played.ear.rms, 1)}
    return {**told, **more, "margin_db": round(result.margin_db, 1)}


def by_output(seen: Survey | NothingSeen) -> dict[str, JsonObject]:
    """Give the figures as what a test of an output gave, by the output's name."""
    played = seen.playing if isinstance(seen, SoundSurvey | OsSurvey) else None
    if not isinstance(played, Played):
        return {}
    return {_row(seen, played.name): {"test": figures(played)}}


def _row(seen: Survey | NothingSeen, name: str) -> str:
    """Give the row of an output; ALSA's default is its first node unless it is configured otherwise."""
    if not isinstance(seen, SoundSurvey) or isinstance(seen.server, SoundServer):
        return name
    free = [node.name for node in seen.nodes if isinstance(node.look, NodeOpened)]
    return free[0] if free and name not in free else name
