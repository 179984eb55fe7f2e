"""``hms-doctor demo``: the main job against the embedded simulator."""

from typing import Annotated

import typer

from hms_doctor.cli.completing import faults
from hms_doctor.cli.options import FormatOption, OutputOption, QuietOption, ShareOption, VerboseOption
from hms_doctor.model.causes.cause import Platform

HEALTHY = "healthy"


def demo(
    fault: Annotated[
        str, typer.Argument(metavar="FAULT", help="A fault by name or HMS code.", autocompletion=faults)
    ] = HEALTHY,
    *,
    list_faults: Annotated[bool, typer.Option("--list", help="Show every fault and end.")] = False,
    platform: Annotated[Platform, typer.Option("--platform", help="Whose codes to tell.")] = Platform.ANY,
    timeout: Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="For the whole run.")] = 30.0,
    join: Annotated[bool, typer.Option("--join", help="Join the simulated room too: stages, paths, media.")] = False,
    output_format: FormatOption = "table",
    output: OutputOption = None,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    share: ShareOption = False,
) -> int:
    """See a diagnosis without an account, network or camera: the same run against an embedded simulator."""
    import asyncio

    from hms_doctor.cli.demo_run import find, list_all, run_against, visited
    from hms_doctor.cli.output import make_output
    from hms_doctor.cli.request import sensible_timeout

    if list_faults:
        return list_all(output_format)
    told = make_output(output_format, output, verbose=verbose, quiet=quiet, share=share)
    scenario = find(fault)
    if join:
        scenario = visited(scenario)
    return told.tell(asyncio.run(run_against(scenario, platform, sensible_timeout(timeout), told)))
