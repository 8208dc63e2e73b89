"""The generated pages of docs/: ``python -m kpi.cli.manual docs`` writes them again; a test says when one is stale."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from kpi.cli.access_page import access_page
from kpi.cli.app import HELP_WIDTH, cli
from kpi.cli.run import PROGRAM

INTRODUCTION = """# Command line

Everything that the screens do can be done without them, through the same functions. This page is printed from
`python -m kpi COMMAND --help`; `make docs` prints it again.

- `--store` names the store, `duckdb:///relative.duckdb` or `duckdb:////absolute.duckdb`; without it `KPI_STORE`,
  without that `data/local/governance.duckdb`. A store that does not exist is created. `--as USER` names who acts, for
  the audit trail. Both may stand before or after the command.
- Tables go to standard output and nothing else does; messages go to standard error. A progress bar appears on a
  terminal only.
- In every format a figure that does not exist is empty (JSON: null), proportions are fractions (0.95 is 95 %) and
  months are `YYYY-MM`.

| exit code | means |
|---|---|
| 0 | done |
| 1 | the input was refused: the findings are printed, nothing was written |
| 2 | the request makes no sense: an unknown command, option, dataset, indicator, partner, month or version |
| 3 | the store could not be opened or is damaged |
| 70 | a defect of the program: an incident id is printed, the log (`KPI_LOG`, else `data/local/kpi.log`) has a line |
| 130 | interrupted |
"""


def command_line() -> str:
    sections = [INTRODUCTION, *(_section(words, command) for words, command in _commands())]
    return "\n".join(sections)


def indicator_dictionary() -> str:
    from kpi.catalog import load_catalog
    from kpi.cli.dictionary import as_markdown

    return as_markdown(load_catalog())


def input_dictionary() -> str:
    from kpi.intake.dictionary import as_markdown

    return as_markdown()


def compiled_sql() -> str:
    from kpi.catalog import load_catalog
    from kpi.marts.print_sql import all_statements

    return all_statements(load_catalog())


PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_line,
    "indicators.md": indicator_dictionary,
    "inputs.md": input_dictionary,
    "compiled.sql": compiled_sql,
    "access.md": access_page,
}


def _commands(words: str = PROGRAM, command: click.Command = cli) -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that run it; those of a group after the group."""
    yield words, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(f"{words} {name}", inner)


def _section(words: str, command: click.Command) -> str:
    context = click.Context(
        command,
        info_name=words,
        terminal_width=HELP_WIDTH,
        max_content_width=HELP_WIDTH,
        help_option_names=["-h", "--help"],  # as the program has it: click remembers a command's help option
    )
    return f"## {words}\n\n```text\n{command.get_help(context)}\n```\n"


def write_pages(folder: Path) -> None:
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
