"""What a file has to be before the ledger takes it, and how each thing that is missing is said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from kpi.access import Scope
from kpi.errors import InputRefused, UsageError
from kpi.intake.contracts.base import FIRST_PLAUSIBLE_YEAR
from kpi.ledger.chain import utc
from kpi.ledger.tables import key_of

if TYPE_CHECKING:
    import polars as pl

    from kpi.intake.findings import Findings


class ReadingFacts(Protocol):
    """How a file was read, as plain data."""

    def to_dict(self) -> dict[str, Any]: ...


class CheckedFile(Protocol):
    """What the ledger needs to know of a validated file. ``records``: row_number, then the contract's columns."""

    @property
    def dataset(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def records(self) -> pl.DataFrame | None: ...
    @property
    def findings(self) -> Findings: ...
    @property
    def reading(self) -> ReadingFacts | None: ...
    @property
    def mapping_text(self) -> str: ...
    @property
    def partners(self) -> tuple[str, ...]: ...


def accepted_records(checked: CheckedFile) -> pl.DataFrame:
    """The records of a file without errors. Raises InputRefused, with all findings, for one that has any."""
    if checked.records is None or checked.findings.errors:
        raise InputRefused(
            f"{checked.file_name} was refused: it has {_counted(checked.findings.errors, 'error')}. "
            "Nothing was written.",
            checked.findings,
        )
    key = key_of(checked.dataset)
    if not checked.records.height or _twice(checked.records.select(key)):
        raise ValueError("Records reached the ledger that validation should have refused: none, or a key twice.")
    return checked.records


def _twice(keys: pl.DataFrame) -> bool:
    """Whether a key stands there twice; only keys whose hashes are alike are compared in full."""
    hashes = keys.hash_rows()
    if hashes.n_unique() == len(hashes):
        return False
    return bool(keys.filter(hashes.is_duplicated()).is_duplicated().any())


def require_partners(partners: tuple[str, ...], scope: Scope) -> None:
    """Raises InputRefused when the file speaks for a partner that the submitter may not speak for."""
    foreign = sorted(partner for partner in partners if not scope.allows(partner))
    if foreign:
        raise InputRefused(
            f"You may not submit records of {', '.join(foreign)}. Allowed: your own partners. "
            "Take these rows out of the file, or ask somebody who may. Nothing was written."
        )


def require_months(month_from: date, month_to: date, now: datetime) -> None:
    """A slip in the year would stretch every table of figures by centuries, so months must be plausible."""
    latest = (utc(now) + timedelta(days=1)).date().replace(day=1)  # it may be tomorrow already where the partner is
    earliest = date(FIRST_PLAUSIBLE_YEAR, 1, 1)
    if month_from.day != 1 or month_to.day != 1:
        raise UsageError("Months are given by their first day, for example 2026-03-01.")
    if not earliest <= month_from <= month_to <= latest:
        asked, allowed = ((_month(a), _month(b)) for a, b in ((month_from, month_to), (earliest, latest)))
        raise UsageError(
            f"{' to '.join(dict.fromkeys(asked))} cannot be covered. Allowed: months from {' to '.join(allowed)}, the "
            "first not after the last. Nothing was written."
        )


def _month(day: date) -> str:
    return day.isoformat()[:7]  # strftime would write the year 1 as 1


def require_consent(checked: CheckedFile, accept_warnings: bool) -> None:
    """Raises InputRefused for a file whose warnings nobody has accepted."""
    if checked.findings.warnings and not accept_warnings:
        raise InputRefused(
            f"{checked.file_name} has {_counted(checked.findings.warnings, 'warning')}. Read them, then accept them or "
            "correct the file. Nothing was written.",
            checked.findings,
        )


def accepted_warnings(checked: CheckedFile) -> list[dict[str, Any]]:
    """The warnings of a file by kind, a dict each as in ``Findings.grouped``, as they are kept on record."""
    if not checked.findings.warnings:
        return []
    return [group for group in checked.findings.grouped().to_dicts() if group["severity"] == "warning"]


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
