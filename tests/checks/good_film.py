"""Pictures of a camera that is well."""

from hms_doctor.model.devices.modes import ASKED
from hms_doctor.model.devices.pictures import Light, PictureMode, Pictures

GOOD = Pictures(
    path="/dev/video0",
    asked=ASKED,
    got=PictureMode(pixels="YUYV", width=1280, height=720, fps=30),
    delivered=46,
    corrupt=0,
    dropped=0,
    missed=0,
    repeated=0,
    opened_ms=412.4,
    first_ms=310.2,
    span_ms=1505,
    quiet_ms=12,
    light=Light(judged=16, black=0, mean=90.5),
    left="",
)
