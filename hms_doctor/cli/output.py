"""Where a report goes: one format on stdout, others into files, progress on stderr."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.stdout import say
from hms_doctor.model.events import Observer, unwatched
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.report import Report
from hms_doctor.reporters import Render, Style, UnknownFormatError, Verbosity, find_format, style_for


@dataclass(frozen=True, kw_only=True)
class Output:
    """What to tell where."""

    render: Render
    files: tuple[tuple[Render, Path], ...] = ()
    verbosity: Verbosity = Verbosity.NORMAL
    share: bool = False

    def tell(self, report: Report) -> int:
        """Write the files, print the report, and give the exit code.

        Raises UsageError for a file that could not be written, after everything else was.
        """
        if self.share:
            report = _shared(report)
        in_files = Style(verbosity=self.verbosity)
        failed = [why for render, path in self.files for why in _write(path, render(report, in_files))]
        say(self.render(report, stdout_style(self.verbosity)))
        if failed:
            raise UsageError("; ".join(failed))
        return report.exit_code

    @contextmanager
    def progress(self) -> Iterator[Observer]:
        """Show the run live on stderr where a person watches; elsewhere stay silent."""
        if self.verbosity is Verbosity.QUIET or not sys.stderr.isatty():
            yield unwatched
            return
        from hms_doctor.reporters.progress import watching

        with watching(sys.stderr, os.environ) as observer:
            yield observer


def make_output(name: str, files: list[str] | None, *, verbose: bool, quiet: bool, share: bool) -> Output:
    """Check what was asked for before anything runs.

    Raises UsageError for an unknown format, a malformed ``NAME=FILE``, a folder that is not there, ``-v`` with ``-q``.
    """
    if verbose and quiet:
        raise UsageError("-v and -q contradict each other: give one of them")
    return Output(
        render=_format(name),
        files=tuple(_file(wish) for wish in files or ()),
        verbosity=Verbosity.VERBOSE if verbose else Verbosity.QUIET if quiet else Verbosity.NORMAL,
        share=share,
    )


def make_network_output(
    name: str, files: list[str] | None, *, firewall: bool, verbose: bool, quiet: bool, share: bool
) -> Output:
    """Like ``make_output``; a firewall request comes as text or CSV and knows no other format."""
    if not firewall:
        return make_output(name, files, verbose=verbose, quiet=quiet, share=share)
    from hms_doctor.reporters.firewall import render_csv, render_text

    requests: dict[str, Render] = {"table": render_text, "text": render_text, "csv": render_csv}
    if name not in requests:
        raise UsageError(f"--firewall-request comes as text or csv, not as {name!r}")
    told = make_output("table", files, verbose=verbose, quiet=quiet, share=share)
    return replace(told, render=requests[name])


def stdout_style(verbosity: Verbosity = Verbosity.NORMAL) -> Style:
    """Fit what is told to where stdout leads."""
    return style_for(sys.stdout, os.environ, verbosity)


def _format(name: str) -> Render:
    try:
        return find_format(name)
    except UnknownFormatError as error:
        raise UsageError(str(error)) from error


def _file(wish: str) -> tuple[Render, Path]:
    name, equals, path = wish.partition("=")
    if not equals or not path:
        raise UsageError(f"--output wants NAME=FILE, for example junit=report.xml, not {wish!r}")
    target = Path(path)
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise UsageError(f"--output {wish}: {path} is no place for a file; name a file in a folder that is there")
    return _format(name), target


def _write(path: Path, text: str) -> Iterator[str]:
    """Write a file; give the reason where that was not to be done."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        yield f"the report could not be written to {path}: {error.strerror}"


def _shared(report: Report) -> Report:
    from getpass import getuser

    from hms_doctor.model.report.share import Names, share
    from hms_doctor.platforms.system import host_name

    try:
        user = getuser()
    except (OSError, KeyError):  # a container's user id without a name
        user = ""
    return share(report, Names(hosts=(host_name(),), users=(user,) if user else (), homes=(str(Path.home()),)))
