"""The ready file: where a running simulator is, in one piece, for as long as it runs."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hms_doctor.cli.errors import UsageError
from hms_doctor.model.json import JsonObject
from hms_doctor.simulator import Simulator


@contextmanager
def ready(ready_file: str, simulator: Simulator, control_url: str, media_address: str) -> Iterator[None]:
    """Have the ready file there while the simulator runs, and never half of it."""
    if not ready_file:
        yield
        return
    path = Path(ready_file)
    try:
        _write_at_once(path, json.dumps(_told(simulator, control_url, media_address), indent=2) + "\n")
    except OSError as error:
        raise UsageError(f"cannot write the ready file {ready_file}: {error.strerror or error}") from None
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()


def _write_at_once(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        draft.write(text)
    try:
        Path(draft.name).replace(path)
    except OSError:
        Path(draft.name).unlink()
        raise


def _told(simulator: Simulator, control_url: str, media_address: str) -> JsonObject:
    """Give the ready file's content; it holds the simulator's own tokens and is readable by this user alone."""
    return {
        "init_endpoint": simulator.init_endpoint,
        "ca_file": str(simulator.ca_file),
        "spki": simulator.spki,
        "tokens": {role: token.reveal() for role, token in simulator.tokens.items()},
        "ice_servers": [
            {"urls": list(server.urls), "username": server.username, "credential": server.credential.reveal()}
            for server in simulator.ice_servers
        ],
        "pid": os.getpid(),
        "roles": list(simulator.tokens),
        "room_codes": dict(simulator.room_codes),
        "auth_endpoint": simulator.auth_endpoint,
        "media_address": media_address,
        "control_url": control_url,
    }
