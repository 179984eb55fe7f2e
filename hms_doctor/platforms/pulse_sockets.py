"""Where a user's sound server listens, and whether it does."""

from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.sound import NoServer, ServerDown
from hms_doctor.platforms.posix import accepts, user_id

_PATIENCE: Final = 1.0


def is_running(env: Mapping[str, str]) -> bool:
    """Whether a server's socket takes a connection: pactl itself would start one where autospawn is on."""
    if env.get("PULSE_SERVER"):
        return True
    return any(accepts(path, _PATIENCE) for path in _pulse(env))


def usual_runtime() -> Path:
    """Give the folder in which a login of systemd's keeps its sockets."""
    return Path(f"/run/user/{user_id()}")


def reach(env: MutableMapping[str, str], folder: Path) -> None:
    """Show clients the way to the user's server where a login left ``XDG_RUNTIME_DIR`` out (su, cron)."""
    if not env.get("XDG_RUNTIME_DIR") and accepts(folder / "pulse" / "native", _PATIENCE):
        env["XDG_RUNTIME_DIR"] = str(folder)


def down(env: Mapping[str, str]) -> NoServer | ServerDown:
    """Say what there is where no server answers as PulseAudio does."""
    if any(accepts(path, _PATIENCE) for path in _pipewire(env)):
        return ServerDown(
            detail="PipeWire runs without pipewire-pulse, through which programs reach it",
            order="Run systemctl --user restart pipewire-pulse (package pipewire-pulse).",
        )
    left_over = next((path for path in _pulse(env) if path.is_socket()), None)
    if left_over is None:
        return NoServer()
    return ServerDown(
        detail=f"nobody answers at {left_over}, which a sound server left behind",
        order="Run systemctl --user restart pipewire-pulse, or with PulseAudio: pulseaudio --start.",
    )


def _runtime(env: Mapping[str, str]) -> Iterator[Path]:
    if env.get("XDG_RUNTIME_DIR"):
        yield Path(env["XDG_RUNTIME_DIR"])
    yield usual_runtime()


def _pulse(env: Mapping[str, str]) -> Iterator[Path]:
    if env.get("PULSE_RUNTIME_PATH"):
        yield Path(env["PULSE_RUNTIME_PATH"]) / "native"
    yield from (folder / "pulse" / "native" for folder in _runtime(env))
    yield Path("/run/pulse/native")


def _pipewire(env: Mapping[str, str]) -> Iterator[Path]:
    name = env.get("PIPEWIRE_REMOTE") or "pipewire-0"
    if env.get("PIPEWIRE_RUNTIME_DIR"):
        yield Path(env["PIPEWIRE_RUNTIME_DIR"]) / name
    yield from (folder / name for folder in _runtime(env))
