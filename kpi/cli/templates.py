"""The command that writes an empty upload file."""

from __future__ import annotations

from pathlib import Path

import click

from kpi.cli.messages import say
from kpi.cli.options import DATASET_EPILOG, new_file
from kpi.cli.tables import write_whole
from kpi.errors import UsageError
from kpi.intake.contracts import DATASET_NAMES


@click.command(epilog=DATASET_EPILOG)
@click.argument("dataset_name", metavar="DATASET", type=click.Choice(DATASET_NAMES))
@click.option("--to", type=new_file(), metavar="FILE.xlsx|FILE.csv", help="Default: CSV to standard output.")
def template(dataset_name: str, to: Path | None) -> None:
    """Write an empty upload file.

    It has the headers, the allowed values and one example row; the workbook also explains every column.
    """
    from kpi.intake.contracts import dataset
    from kpi.intake.template import template_csv, template_workbook

    chosen = dataset(dataset_name)
    if to is None:
        click.echo(template_csv(chosen), nl=False)
        return
    if to.exists() and to.stat().st_size > 0:
        raise UsageError(f"{to} exists already and may be filled in. Name another file, or remove it first.")
    suffix = to.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise UsageError(
            f"A template is a workbook or a CSV file. Name {to.stem or 'it'}.xlsx or {to.stem or 'it'}.csv."
        )
    write_whole(to, template_workbook(chosen) if suffix == ".xlsx" else template_csv(chosen))
    say(f"Wrote {to}.")
