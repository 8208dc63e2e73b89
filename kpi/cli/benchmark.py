"""The benchmark command; what it measures and how stands in ``kpi.bench``."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--records",
    type=click.IntRange(min=1_000),
    default=1_000_000,
    show_default=True,
    help="How many records to measure with.",
)
def bench(records: int) -> None:
    """Measure how long the figures and the checks of a file take.

    They are measured beside hand-written SQL, pandas, plain Python and a bare scan, all in one run.
    """
    from kpi.bench import run

    click.echo(run(records))
