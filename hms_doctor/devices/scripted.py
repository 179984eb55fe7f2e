"""The fake at the device: a child that tells what a simulated machine's script says, or hangs, or crashes."""

import json
import os
import time
from typing import Final

from hms_doctor.devices.request import Request, Stage, Teller, Told
from hms_doctor.model.devices.scripts import answer_in
from hms_doctor.model.json import JsonValue

_STAGE: Final = "the simulated driver"
_HANG_SECONDS: Final = 1.5
_FOREVER: Final = 3600.0


def play(request: Request, tell: Teller) -> None:
    """Tell what the script says of the kind that was asked about."""
    said: JsonValue = answer_in(json.loads(request.script), request.kind)
    act = said if isinstance(said, dict) and "is" not in said else {"survey": said}
    if "survey" in act:
        tell(Told(survey=act["survey"]))
    if act.get("hang"):
        tell(Stage(name=_STAGE, seconds=_HANG_SECONDS))
        time.sleep(_FOREVER)
    library = act.get("crash")
    if isinstance(library, str):
        tell(Stage(name=library, seconds=_HANG_SECONDS))
        os.abort()
