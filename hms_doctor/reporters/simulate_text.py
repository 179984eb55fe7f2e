"""What ``simulate`` says: where the local backend is, how to trust it, and the tokens it takes."""

from collections.abc import Iterator, Sequence

import typer

from hms_doctor.model.ice.servers import IceServer
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """A running simulator in the words of its user; the tokens are its own, and telling them is its purpose."""

    plays: str  # "everything works", or what goes wrong
    init_endpoint: str
    ca_file: str
    spki: str
    host_token: Secret
    guest_token: Secret
    host_token_file: str
    ice_servers: Sequence[IceServer]
    nameserver: str


def tell(told: Announcement) -> None:
    """Print it at once, also into a pipe."""
    typer.echo("\n".join(_lines(told)))


def _lines(told: Announcement) -> Iterator[str]:
    yield f"A local 100ms backend: {told.plays}."
    yield ""
    yield f"  init endpoint  {told.init_endpoint}"
    yield f"  CA file        {told.ca_file}"
    yield f"  name server    {told.nameserver} (UDP), for names under hms-doctor.test"
    for server in told.ice_servers:
        login = f"  username {server.username}  credential {server.credential.reveal()}" if server.username else ""
        yield f"  ICE server     {' '.join(server.urls)}{login}"
    yield f"  host's token   {told.host_token.reveal()}"
    yield f"  guest's token  {told.guest_token.reveal()}"
    yield ""
    yield "Trust it for one command:"
    yield f"  curl --cacert {told.ca_file} {told.init_endpoint}/init"
    yield f"  SSL_CERT_FILE={told.ca_file} python app.py"
    yield f"  NODE_EXTRA_CA_CERTS={told.ca_file} node app.js"
    yield f"  chromium --user-data-dir=DIR --ignore-certificate-errors-spki-list={told.spki}"
    yield ""
    yield "Examine it:"
    yield (
        f"  hms-doctor check --endpoint {told.init_endpoint} --ca-file {told.ca_file}"
        f" --token-file {told.host_token_file}"
    )
    yield ""
    yield "Ctrl-C ends it and removes its files."
