"""Why a file could not be read, as data: one problem per line, each with its place and its remedy."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.errors import InputRefused

SHOWN_PROBLEMS = 20


@dataclass(frozen=True)
class Problem:
    """One reason to refuse a file. ``row`` is None where it concerns the file as a whole.

    The fields are those of a finding; severity is always "error".
    """

    code: str
    problem: str
    allowed: str
    action: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def line(self, file_name: str) -> str:
        """For example: deliveries.csv, row 17: 9 cells where the header has 8. Allowed: … Correct …"""
        place = file_name
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f', column "{self.column}"'
        said = [f"{place}: {self.problem}."]
        if self.allowed:
            said.append(f"Allowed: {self.allowed}.")
        if self.action:
            said.append(f"{self.action}.")
        return " ".join(said)


class FileRefused(InputRefused):
    """The file could not be read as a table. ``problems`` has every reason found; the message is a line for each."""

    def __init__(self, file_name: str, *problems: Problem) -> None:
        self.file_name = file_name
        self.problems = problems
        lines = [problem.line(file_name) for problem in problems[:SHOWN_PROBLEMS]]
        if len(problems) > SHOWN_PROBLEMS:
            lines.append(f"And {len(problems) - SHOWN_PROBLEMS} more.")
        super().__init__("\n".join(lines))
