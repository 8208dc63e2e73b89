"""The simulation of the alarm rules; what it draws and counts stands in ``kpi.simulation``."""

from __future__ import annotations

import click

from kpi.cli.messages import say
from kpi.cli.options import format_option
from kpi.cli.tables import CSV, JSON, TABLE, write_frame


@click.command()
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Other draws.  [default: those of the docs]")
@click.option(
    "--partners", type=click.IntRange(min=1), metavar="N", help="How many partners a scenario has.  [default: 500]"
)
@format_option(TABLE, CSV, JSON)
def alarms(seed: int | None, partners: int | None, layout: str | None) -> None:
    """Simulate how good the alarms are.

    Steady partners tell how often the escalation rules call somebody for nothing, partners that change how soon they
    tell; beside them stand two plainer ways. No store is needed. docs/alarm-system.md says how to read the table.
    """
    from kpi.catalog import load_catalog
    from kpi.simulation.comparison import PARTNERS, SEED, compare

    chosen = PARTNERS if partners is None else partners
    catalog = load_catalog()
    table = compare(
        catalog, seed=SEED if seed is None else seed, partners=chosen, done=lambda scenario: say(scenario.title)
    )
    write_frame(table.round(2), layout)
