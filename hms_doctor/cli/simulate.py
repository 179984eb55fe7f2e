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
    after: Annotated[
        str, typer.Option("--after", metavar="TIME", help="Begin healthy; 500ms, 5s, 2m, or join+5s after a join.")
    ] = "",
    lasts: Annotated[str, typer.Option("--for", metavar="TIME", help="Be healthy again after this time.")] = "",
    keep: Annotated[
        str, typer.Option("--keep", metavar="DIR", help="Keep CA, keys and room codes here from run to run.")
    ] = "",
    trust: Annotated[bool, typer.Option("--trust", help="Tell how phones are made to trust it, too.")] = False,
) -> int:
    """Run a local 100ms backend until Ctrl-C, to see how an app handles each error."""
    import asyncio

    from hms_doctor.cli.simulate_plan import concrete_address, plan
    from hms_doctor.cli.simulate_run import Where, hold

    where = Where(bind=concrete_address(bind), port=port, ready_file=ready_file, keep=keep, all_trust=trust)
    return asyncio.run(hold(plan(fault, after, lasts), where))
