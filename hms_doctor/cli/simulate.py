"""``hms-doctor simulate``: the embedded simulator in the foreground, for the apps of other people."""

from typing import Annotated

import typer

from hms_doctor.cli.completing import faults


def simulate(
    fault: Annotated[
        str, typer.Argument(metavar="FAULT", help="A fault by name or HMS code.", autocompletion=faults)
    ] = "healthy",
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Init's port; 0: any that is free.")] = 0,
    ready_file: Annotated[
        str, typer.Option("--ready-file", metavar="F", help="Write where it is to this file, as JSON, once it is up.")
    ] = "",
    bind: Annotated[str, typer.Option("--bind", metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
) -> int:
    """Run a local 100ms backend until Ctrl-C, to see how an app handles each error."""
    import asyncio

    from hms_doctor.cli.simulate_run import concrete_address, hold, plan

    return asyncio.run(hold(plan(fault), concrete_address(bind), port, ready_file))
