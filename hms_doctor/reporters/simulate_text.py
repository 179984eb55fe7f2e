"""What ``simulate`` says at its start: where the local backend is, the tokens it takes, what can be typed."""

from collections.abc import Iterator, Mapping

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret

_INDENT = "  "
_NAMES = 15  # columns


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """A running simulator in the words of its user; the tokens are its own, and telling them is its purpose."""

    plays: str  # "everything works", or what goes wrong
    init_endpoint: str
    auth_endpoint: str
    ca_file: str
    spki: str
    tokens: Mapping[str, Secret]  # by role
    token_file: str  # of the first role
    room_codes: Mapping[str, str]  # by role
    nameserver: str  # empty where no name under hms-doctor.test is in play
    media: str  # where media goes, or why there is none
    control_url: str
    all_trust: bool  # whether the trust of phones is told too


def announced(told: Announcement) -> str:
    """Give all of it as text for 80 columns; only tokens, URLs and file names are longer."""
    return "\n".join([*_lines(told), ""])


def _lines(told: Announcement) -> Iterator[str]:
    yield f"A local 100ms backend: {told.plays}."
    yield ""
    yield _row("init endpoint", told.init_endpoint)
    yield _row("room codes", ", ".join(f"{code} ({role})" for role, code in told.room_codes.items()))
    yield _row("  taken by", told.auth_endpoint)
    yield _row("media", told.media)
    if told.nameserver:
        yield _row("name server", f"{told.nameserver} (UDP), for names under hms-doctor.test")
    yield _row("control URL", told.control_url)
    yield _row("CA file", told.ca_file)
    for role, token in told.tokens.items():
        yield ""
        yield f"Token of a {role}, for 24 hours:"
        yield token.reveal()
    yield ""
    yield "Let an app trust it:"
    yield from trust_of_programs(told.ca_file, told.spki)
    if told.all_trust:
        yield ""
        yield from trust_of_phones(told.ca_file, told.init_endpoint)
    else:
        yield "  Android, iOS: type `trust`, or start it with --trust"
    yield ""
    yield "Examine it:"
    yield f"  hms-doctor check --endpoint {told.init_endpoint} \\"
    yield f"    --ca-file {told.ca_file} \\"
    yield f"    --token-file {told.token_file}"
    yield ""
    yield "Type a fault, such as `40102` or `ws-drop for 20s`; `help` tells more."
    yield "Ctrl-C ends it and removes its files."


def _row(name: str, value: str) -> str:
    return f"{_INDENT}{name:<{_NAMES}}{value}"


def trust_of_programs(ca_file: str, spki: str) -> Iterator[str]:
    """Say how a program on this machine is made to trust the simulator's certificate."""
    yield "  chromium --user-data-dir=/tmp/rehearsal \\"
    yield f"    --ignore-certificate-errors-spki-list={spki}"
    yield f"  NODE_EXTRA_CA_CERTS={ca_file} node app.js"
    yield f"  SSL_CERT_FILE={ca_file} python app.py"


def trust_of_phones(ca_file: str, init_endpoint: str) -> Iterator[str]:
    """Say how an app in an emulator, a simulator or on a device is made to trust the certificate and to come here."""
    port = init_endpoint.rsplit(":", 1)[-1]
    yield "Android, in a debug build: the CA file as app/src/debug/res/raw/hms_doctor.pem,"
    yield "this as app/src/debug/res/xml/network_security_config.xml, named in the"
    yield 'manifest by android:networkSecurityConfig="@xml/network_security_config":'
    yield "  <network-security-config>"
    yield "    <debug-overrides>"
    yield '      <trust-anchors><certificates src="@raw/hms_doctor" /></trust-anchors>'
    yield "    </debug-overrides>"
    yield "  </network-security-config>"
    yield "The CA is a new one in each run; --keep DIR keeps it. For a port of this machine:"
    yield f"  adb reverse tcp:{port} tcp:{port}"
    yield "iOS simulator:"
    yield f"  xcrun simctl keychain booted add-root-cert {ca_file}"
