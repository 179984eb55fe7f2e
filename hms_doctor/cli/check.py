"""``hms-doctor check``: the preflight."""

from hms_doctor.cli.options import (
    AccessKeyOption,
    AuthEndpointOption,
    CaFileOption,
    CameraOption,
    DeepOption,
    EndpointOption,
    FailOn,
    FailOnOption,
    FormatOption,
    IceCredentialFileOption,
    IceCredentialOption,
    IceServerOption,
    IceUsernameOption,
    JoinOption,
    MicrophoneOption,
    MintOption,
    OnlyOption,
    OutputOption,
    PlatformOption,
    ProxyOption,
    QuietOption,
    RequireOption,
    RoleOption,
    RoomCodeOption,
    RoomIdOption,
    SecretFileOption,
    ShareOption,
    SkipOption,
    TimeoutOption,
    TokenFileOption,
    TokenOption,
    UserIdOption,
    VerboseOption,
)
from hms_doctor.model.causes.cause import Platform


def check(
    *,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
    room_code: RoomCodeOption = None,
    auth_endpoint: AuthEndpointOption = None,
    mint: MintOption = False,
    room_id: RoomIdOption = None,
    user_id: UserIdOption = None,
    role: RoleOption = None,
    secret_file: SecretFileOption = None,
    access_key: AccessKeyOption = None,
    endpoint: EndpointOption = None,
    ice_server: IceServerOption = None,
    ice_username: IceUsernameOption = None,
    ice_credential: IceCredentialOption = None,
    ice_credential_file: IceCredentialFileOption = None,
    only: OnlyOption = None,
    skip: SkipOption = None,
    require: RequireOption = None,
    platform: PlatformOption = Platform.ANY,
    ca_file: CaFileOption = None,
    proxy: ProxyOption = None,
    timeout: TimeoutOption = None,
    deep: DeepOption = False,
    join: JoinOption = False,
    camera: CameraOption = None,
    microphone: MicrophoneOption = None,
    output_format: FormatOption = "table",
    output: OutputOption = None,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    share: ShareOption = False,
    fail_on: FailOnOption = FailOn.FAIL,
) -> int:
    """Find out why a user cannot join: token, endpoint, init, signalling, ICE and this machine's devices."""
    from hms_doctor.cli.device_flags import DeviceFlags
    from hms_doctor.cli.output import make_output
    from hms_doctor.cli.request import Credentials, IceFlags, Limits, NetworkFlags, check_order
    from hms_doctor.cli.running import run_and_report
    from hms_doctor.model.settings import Expectations, Selection

    told = make_output(output_format, output, verbose=verbose, quiet=quiet, share=share)
    order = check_order(
        credentials=Credentials(
            token=token,
            token_file=token_file,
            room_code=room_code,
            mint=mint,
            expected=Expectations(room_id=room_id or "", role=role or "", user_id=user_id or ""),
            secret_file=secret_file,
            access_key=access_key,
        ),
        network=NetworkFlags(endpoint=endpoint, auth_endpoint=auth_endpoint, ca_file=ca_file, proxy=proxy),
        ice=IceFlags(
            urls=tuple(ice_server or ()),
            username=ice_username,
            credential=ice_credential,
            credential_file=ice_credential_file,
        ),
        selection=Selection(only=tuple(only or ()), skip=tuple(skip or ()), require=tuple(require or ())),
        limits=Limits(
            platform=platform,
            timeout=timeout,
            deep=deep,
            join=join,
            fail_on=fail_on,
            devices=DeviceFlags(camera=camera, microphone=microphone),
        ),
    )
    return run_and_report(order, told)
