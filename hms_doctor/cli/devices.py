"""``hms-doctor devices``: what this machine has for a call."""

from typing import Annotated, TypeAlias

import typer

from hms_doctor.cli.options import (
    CameraOption,
    DeepOption,
    FailOn,
    FailOnOption,
    FormatOption,
    MicrophoneOption,
    OnlyOption,
    OutputOption,
    PlatformOption,
    QuietOption,
    RequireOption,
    ShareOption,
    SkipOption,
    TimeoutOption,
    VerboseOption,
)
from hms_doctor.model.causes.cause import Platform

TestOption: TypeAlias = Annotated[
    bool, typer.Option("--test", help="Take pictures, record two seconds; show frames and levels.")
]


def devices(
    *,
    test: TestOption = False,
    camera: CameraOption = None,
    microphone: MicrophoneOption = None,
    play: Annotated[bool, typer.Option("--play", help="Play a tone, and listen for it.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show a microphone's level, live.")] = False,
    only: OnlyOption = None,
    skip: SkipOption = None,
    require: RequireOption = None,
    platform: PlatformOption = Platform.ANY,
    timeout: TimeoutOption = None,
    deep: DeepOption = False,
    output_format: FormatOption = "table",
    output: OutputOption = None,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    share: ShareOption = False,
    fail_on: FailOnOption = FailOn.FAIL,
) -> int:
    """Show camera, microphone, speaker and Bluetooth: present, permitted, free, named."""
    from hms_doctor.devices.cradle import prepared

    with prepared():  # first of all: it starts while the rest of the program loads
        from hms_doctor.cli.device_flags import DeviceFlags
        from hms_doctor.cli.output import make_output
        from hms_doctor.cli.request import Limits, devices_order
        from hms_doctor.cli.running import run_and_report
        from hms_doctor.model.settings import Selection

        told = make_output(output_format, output, verbose=verbose, quiet=quiet, share=share)
        selection = Selection(only=tuple(only or ()), skip=tuple(skip or ()), require=tuple(require or ()))
        flags = DeviceFlags(test=test, camera=camera, microphone=microphone, play=play)
        limits = Limits(platform=platform, timeout=timeout, deep=deep, fail_on=fail_on, devices=flags)
        if watch:
            from hms_doctor.cli.devices_watch import watch as show

            others = (test, play, camera, deep, only, skip, require, output_format != "table", output, share)
            return show(flags, limits, others)
        return run_and_report(devices_order(selection, limits), told)
