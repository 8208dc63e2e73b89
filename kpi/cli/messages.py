"""Messages and progress, on standard error: standard output holds the table asked for and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from kpi.errors import InputRefused
from kpi.intake.visible import visible
from kpi.present.wording import plural

if TYPE_CHECKING:
    from kpi.intake.findings import Findings

NOTHING_WRITTEN = "Nothing was written."


def say(message: str) -> None:
    """Names of files and records may hold anything: what could steer a terminal is shown instead."""
    print("\n".join(visible(line) for line in message.split("\n")), file=sys.stderr)


def show_findings(findings: Findings) -> None:
    """Every finding, one line each."""
    for line in findings.lines(limit=None):
        say(line)


def show_refusal(error: InputRefused) -> None:
    """Every finding, then the sentence that sums the refusal up."""
    if error.findings is not None:
        show_findings(error.findings)
    say(str(error))


def tally(findings: Findings) -> str:
    """ "3 errors, 1 warning"; kinds that did not occur are left out, except errors."""
    parts = [plural(findings.errors, "error")]
    if findings.warnings:
        parts.append(plural(findings.warnings, "warning"))
    if findings.notices:
        parts.append(plural(findings.notices, "notice"))
    return ", ".join(parts)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[str, float], None]]:
    """Yields ``step(name, fraction)``. On a terminal it draws a bar; anywhere else it prints nothing."""
    if not sys.stderr.isatty():
        yield lambda name, fraction: None
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr, item_show_func=lambda name: name) as bar:

        def step(name: str, fraction: float) -> None:
            bar.update(max(0, round(fraction * 1000) - bar.pos), name)

        yield step
