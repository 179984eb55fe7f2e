"""``hms-doctor devices``: what this machine has for a call."""

from hms_doctor.cli.options import (
    DeepOption,
    FailOn,
    FailOnOption,
    FormatOption,
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


def devices(
    *,
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
    from hms_doctor.cli.output import make_output
    from hms_doctor.cli.request import Limits, devices_order
    from hms_doctor.cli.running import run_and_report
    from hms_doctor.model.settings import Selection

    told = make_output(output_format, output, verbose=verbose, quiet=quiet, share=share)
    selection = Selection(only=tuple(only or ()), skip=tuple(skip or ()), require=tuple(require or ()))
    limits = Limits(platform=platform, timeout=timeout, deep=deep, fail_on=fail_on)
    return run_and_report(devices_order(selection, limits), told)
