"""One upload of the sample, as a partner would have sent it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from kpi.sample.dice import Dice

ACTOR = "sample generator"
OFFICE_HOURS = (7, 15)  # UTC


@dataclass(frozen=True)
class Withdrawal:
    at: datetime
    reason: str


@dataclass(frozen=True)
class SampleFile:
    """Months are first days, both included; ``received_at`` is UTC; ``mapping_text`` is TOML, "" where not needed."""

    dataset: str
    file_name: str
    month_from: date
    month_to: date
    received_at: datetime
    actor: str
    reason: str
    content: bytes
    mapping_text: str
    withdrawal: Withdrawal | None = None


def office_time(dice: Dice, day: date) -> datetime:
    """Some minute of a working day."""
    return datetime.combine(day, time(dice.between(*OFFICE_HOURS), dice.between(0, 59)), UTC)
