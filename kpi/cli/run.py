"""The outermost layer of the command line: it turns whatever happens into an exit code and plain words."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

import click

from kpi import incidents
from kpi.cli.app import cli
from kpi.cli.messages import say, show_refusal
from kpi.errors import InputRefused, KpiError

PROGRAM = "python -m kpi"
DONE = 0
USAGE = 2
DEFECT = 70  # EX_SOFTWARE of sysexits.h: a defect of ours is neither a refusal (1) nor a wrong request (2)
INTERRUPTED = 130  # 128 + SIGINT, as shells do


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises and never shows a traceback."""
    _write_utf8()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        code = DONE  # whoever read our output had enough, as in `… | head`
    if not _still_open(sys.stdout):
        _silence(sys.stdout)
    return code


def _run(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = cli.main(args=given, prog_name=PROGRAM, standalone_mode=False)
    except click.ClickException as error:
        error.show(file=sys.stderr)
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted.")
        return INTERRUPTED
    except InputRefused as error:
        _quietly(show_refusal, error)
        return error.exit_code
    except KpiError as error:
        _quietly(say, str(error))
        return error.exit_code
    except BrokenPipeError:
        raise
    except Exception as error:  # a defect: the only place where one is caught
        return _show_defect(error, given)
    return code if isinstance(code, int) else DONE


def _show_defect(error: Exception, given: list[str]) -> int:
    command = next((word for word in given if word in cli.commands), "help")
    incident = incidents.record(error, f"{PROGRAM} {command}")
    place = f"The details are in {incident.log}." if incident.log else "The log file could not be written."
    _quietly(say, f"Something went wrong that should not have. Incident {incident.id}. {place}")
    return DEFECT


def _quietly(show: Callable[..., None], *what: object) -> None:
    """A closed standard error must not change the exit code of a refusal."""
    try:
        show(*what)
    except BrokenPipeError:
        _silence(sys.stderr)


def _write_utf8() -> None:
    """Partners' names are not ASCII; a terminal that cannot show a character shows a mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def _still_open(stream: TextIO) -> bool:
    try:
        stream.flush()
    except (BrokenPipeError, ValueError):
        return False
    return True


def _silence(stream: TextIO) -> None:
    """Let the interpreter's last flush go nowhere instead of complaining about a closed pipe."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return
