"""The documentation of every input, generated from the contracts."""

from __future__ import annotations

from collections.abc import Iterator

from kpi.intake.contracts import DATASET_NAMES, Column, Dataset, dataset
from kpi.intake.contracts.base import FIRST_PLAUSIBLE_YEAR, PLAUSIBLE_YEARS_AHEAD, TEXT_LIMIT, Rule

INTRODUCTION = f"""# Inputs

Generated from the contracts in `kpi/intake/contracts/`; change them there.

What holds for every dataset:

- Headers are the column names below, or their titles, in any case; columns may stand in any order. A mapping names
  other headers. Required columns are marked.
- The newest accepted row of a key is the current one. A key may stand only once in a file.
- Identifiers stay exactly as text: 01234 is not 1234. They hold no line breaks and no invisible characters. A cell that
  a spreadsheet has turned into a date, or shortened to 1.2E+11, is refused.
- Dates are yyyy-mm-dd, or the real dates of a workbook. Anything else is refused until a mapping names the form; the
  order of day and month is never guessed. Two-digit years (`%y`): 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068.
  Month names are English; a mapping's `[replace]` turns others into them. A form without a day (`%b.%y`) means the
  first day of the month. Dates lie between {FIRST_PLAUSIBLE_YEAR} and {PLAUSIBLE_YEARS_AHEAD} years from today.
- Dates of what has happened are not later than the day of the upload. Dates marked "may lie ahead" may.
- Numbers are plain, such as 1234.5. A mapping may say `decimal = ","`; then 1.234,5 is read too, but 1.234 alone only
  with `thousands = "."`, because it could be either.
- Yes and no are yes, no, true, false, 1, 0, y or n. Choices are read in any case, with spaces, hyphens or underscores.
- Texts have up to {TEXT_LIMIT} characters. Blanks around a cell do not count; an empty cell has no value.
- Errors refuse the file whole. Warnings are listed and must be accepted. Everything is found in one pass.

Rules that look beyond one row:

| rule | severity | datasets |
|---|---|---|
| no key twice in a file | error | all |
| the template's example row is gone | error | all |
| partner and site stand in the partner register (once there is one) | error | all but partners |
| a partner has one name | warning | partners |
| a deviation's batch is known | warning | deviations |
| a finding that is repeated is known, or in the same file | warning | audit_findings |
| the indicator is known; targets of proportions lie in 0 to 1; no limit on the better side | error | targets |
"""


def as_markdown() -> str:
    """The whole document, ending with one line break."""
    return "\n".join([INTRODUCTION, *(line for name in DATASET_NAMES for line in _section(dataset(name)))]) + "\n"


def _section(contract: Dataset) -> Iterator[str]:
    yield f"## {contract.name}"
    yield ""
    yield f"{contract.title}. One row is {contract.one_row_is}. Key: {', '.join(contract.key)}."
    yield ""
    yield "| column | required | what it is | allowed | example |"
    yield "|---|---|---|---|---|"
    yield from (_row(column) for column in contract.columns)
    yield ""
    if contract.rules:
        yield "| rule between columns | severity | the message |"
        yield "|---|---|---|"
        yield from (_rule(rule) for rule in contract.rules)
        yield ""


def _row(column: Column) -> str:
    required = "**yes**" if column.required else ""
    allowed = column.allows + ("; may lie ahead" if column.future_allowed else "")
    unit = f" Unit: {column.unit}." if column.unit else ""
    cells = (f"`{column.name}`", required, f"{column.title}. {column.help}{unit}", allowed, _code(column.example))
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _rule(rule: Rule) -> str:
    return f"| `{rule.code}` | {rule.severity} | {rule.columns[0]} {_cell(rule.problem)} |"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
