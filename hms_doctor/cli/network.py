"""``hms-doctor network``: everything between this machine and 100ms that needs no token."""

from typing import Annotated

import typer

from hms_doctor.cli.options import (
    CaFileOption,
    DeepOption,
    EndpointOption,
    FailOn,
    FailOnOption,
    FormatOption,
    IceCredentialFileOption,
    IceCredentialOption,
    IceServerOption,
    IceUsernameOption,
    OnlyOption,
    OutputOption,
    PlatformOption,
    ProxyOption,
    QuietOption,
    RequireOption,
    ShareOption,
    SkipOption,
    TimeoutOption,
    TokenFileOption,
    TokenOption,
    VerboseOption,
)
from hms_doctor.model.causes.cause import Platform


def network(
    *,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
    endpoint: EndpointOption = None,
    ice_server: IceServerOption = None,
    ice_username: IceUsernameOption = None,
    ice_credential: IceCredentialOption = None,
    ice_credential_file: IceCredentialFileOption = None,
    firewall_request: Annotated[
        bool, typer.Option("--firewall-request", help="Print only the rows to be opened (text, or --format csv).")
    ] = False,
    only: OnlyOption = None,
    skip: SkipOption = None,
    require: RequireOption = None,
    platform: PlatformOption = Platform.ANY,
    ca_file: CaFileOption = None,
    proxy: ProxyOption = None,
    timeout: TimeoutOption = None,
    deep: DeepOption = False,
    output_format: FormatOption = "table",
    output: OutputOption = None,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    share: ShareOption = False,
    fail_on: FailOnOption = FailOn.FAIL,
) -> int:
    """Test link, clock, DNS, proxy, TCP, TLS, HTTP, websocket, STUN and TURN without needing a token."""
    from hms_doctor.cli.output import make_network_output
    from hms_doctor.cli.request import Credentials, IceFlags, Limits, NetworkFlags, network_order
    from hms_doctor.cli.running import run_and_report
    from hms_doctor.model.settings import Selection

    told = make_network_output(
        output_format, output, firewall=firewall_request, verbose=verbose, quiet=quiet, share=share
    )
    order = network_order(
        credentials=Credentials(token=token, token_file=token_file),
        network=NetworkFlags(endpoint=endpoint, ca_file=ca_file, proxy=proxy),
        ice=IceFlags(
            urls=tuple(ice_server or ()),
            username=ice_username,
            credential=ice_credential,
            credential_file=ice_credential_file,
        ),
        selection=Selection(only=tuple(only or ()), skip=tuple(skip or ()), require=tuple(require or ())),
        limits=Limits(platform=platform, timeout=timeout, deep=deep, fail_on=fail_on),
    )
    return run_and_report(order, told)
