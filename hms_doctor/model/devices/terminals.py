"""The program that holds a permission for us: systems ask about the terminal program, not about what runs in it."""

from collections.abc import Mapping
from typing import Final

_BUNDLES: Final = {
    "co.zeit.hyper": "Hyper",
    "com.apple.terminal": "Terminal",
    "com.github.wez.wezterm": "WezTerm",
    "com.googlecode.iterm2": "iTerm",
    "com.jetbrains.intellij": "IntelliJ IDEA",
    "com.jetbrains.pycharm": "PyCharm",
    "com.microsoft.vscode": "Visual Studio Code",
    "com.mitchellh.ghostty": "Ghostty",
    "com.todesktop.230313mzl4w4u92": "Cursor",
    "dev.warp.warp-stable": "Warp",
    "dev.zed.zed": "Zed",
    "net.kovidgoyal.kitty": "kitty",
    "org.alacritty": "Alacritty",
}
"""Bundle identifiers, in small letters: what macOS itself writes into ``__CFBundleIdentifier``."""
_PROGRAMS: Final = {
    "apple_terminal": "Terminal",
    "ghostty": "Ghostty",
    "hyper": "Hyper",
    "iterm.app": "iTerm",
    "iterm2": "iTerm",
    "jetbrains-jediterm": "the JetBrains IDE",
    "tabby": "Tabby",
    "vscode": "Visual Studio Code",
    "warpterminal": "Warp",
    "wezterm": "WezTerm",
    "zed": "Zed",
}
"""``TERM_PROGRAM``, ``LC_TERMINAL`` and ``TERMINAL_EMULATOR``, in small letters."""
_MARKS: Final = {
    "KITTY_WINDOW_ID": "kitty",
    "ALACRITTY_WINDOW_ID": "Alacritty",
    "WT_SESSION": "Windows Terminal",
}
_MULTIPLEXERS: Final = {"tmux", "screen"}
SSH_SERVER: Final = "sshd-keygen-wrapper"
"""Under this name macOS lists the programs of a remote login in its privacy settings."""


def terminal_of(env: Mapping[str, str]) -> str:
    """Name the terminal program by the environment, empty where nothing tells it.

    macOS's own word goes before the terminal's: editors that grew out of another keep its ``TERM_PROGRAM``, and a
    multiplexer (tmux, screen) puts its own name there.
    """
    bundle = env.get("__CFBundleIdentifier", "").lower()
    named = (env.get(name, "") for name in ("TERM_PROGRAM", "LC_TERMINAL", "TERMINAL_EMULATOR"))
    said = [name for name in named if name and name.lower() not in _MULTIPLEXERS]
    if bundle in _BUNDLES:
        return _BUNDLES[bundle]
    if said:
        return _PROGRAMS.get(said[0].lower(), said[0].removesuffix(".app")[:40])
    return next((name for mark, name in _MARKS.items() if env.get(mark)), "")


def asked_for(env: Mapping[str, str]) -> str:
    """Name whom macOS asks about: over SSH that is the server of the remote login."""
    return SSH_SERVER if env.get("SSH_CONNECTION") else terminal_of(env)
