"""Why a file could not be read as a table: one problem per line, each with its place and its remedy."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from kpi.errors import InputRefused
from kpi.intake.findings import Findings

SHOWN_PROBLEMS = 20


@dataclass(frozen=True)
class Problem:
    """One reason to refuse a file: the fields of a finding. ``row`` is None where it concerns the whole file.

    ``problem`` continues ``value`` where there is one ("17b" is not …), and is a clause without a full stop.
    """

    code: str
    problem: str
    allowed: str
    action: str
    row: int | None = None
    column: str | None = None
    value: str | None = None


class FileRefused(InputRefused):
    """The file could not be read. ``findings`` has every reason found, all of them errors; nothing was written."""

    findings: Findings

    def __init__(self, file_name: str, *problems: Problem) -> None:
        findings = Findings.of((asdict(problem) for problem in problems), file_name)
        super().__init__("\n".join(findings.lines(SHOWN_PROBLEMS)), findings)
