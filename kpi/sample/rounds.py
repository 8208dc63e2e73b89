"""Month by month: what each partner sends, when, and what goes wrong on the way.

A monthly file holds what was new or had changed since the partner's last file of that dataset. A month without any
change still needs a file, and a file with only headers is refused: the partner then sends what is still open and its
most recent records again, unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kpi.sample.batches import Record
from kpi.sample.dates import month_end, month_of, months_between, next_month, workday
from kpi.sample.dice import Dice
from kpi.sample.knowledge import KEYS, is_open, known_at
from kpi.sample.portfolio import Partner, Portfolio
from kpi.sample.shapes import write
from kpi.sample.upload import ACTOR, SampleFile, Withdrawal, office_time

RECORD_DATASETS = ("batch_records", "deviations", "audit_findings", "deliveries")
RECEIVED_DAYS = (4, 9)  # of the following month, when a partner is on time
MINUTES_BETWEEN_FILES = 7
LEAST_SENT_AGAIN = 3  # records in the file of a month without any change


class SentRecords:
    """What every partner has told so far; asking for the changes counts them as told."""

    def __init__(self, portfolio: Portfolio, records: dict[str, list[Record]]) -> None:
        self._own: dict[tuple[str, str], list[Record]] = {
            (partner.partner_id, dataset): [r for r in found if r["partner_id"] == partner.partner_id]
            for partner in portfolio.partners
            for dataset, found in records.items()
        }
        self._told: dict[tuple[str, str], dict[str, Record]] = {place: {} for place in self._own}
        self._mistake = portfolio.restatement
        self._corrected_at = datetime.fromisoformat(self._mistake["received"]).replace(tzinfo=UTC)

    def changes(self, partner_id: str, dataset: str, day: date, at: datetime) -> list[Record]:
        """What is new or changed at the end of ``day`` in a file received ``at``, in the order of the records."""
        told = self._told[partner_id, dataset]
        key = KEYS[dataset][1]
        changed = []
        for record in self._known(partner_id, dataset, day, at):
            if told.get(record[key]) != record:
                told[record[key]] = record
                changed.append(record)
        return changed

    def again(self, partner_id: str, dataset: str) -> list[Record]:
        """For a month without any change: what is still open, filled up with the most recent that are over."""
        told = list(self._told[partner_id, dataset].values())
        still_open = [record for record in told if is_open(dataset, record)]
        over = [record for record in told if not is_open(dataset, record)]
        wanted = max(0, LEAST_SENT_AGAIN - len(still_open))
        return still_open + over[len(over) - wanted :]

    def _known(self, partner_id: str, dataset: str, day: date, at: datetime) -> Iterator[Record]:
        for record in self._own[partner_id, dataset]:
            known = known_at(dataset, record, day)
            if known is not None:
                if at < self._corrected_at and self._is_mistaken(dataset, known):
                    column = self._mistake["column"]
                    known[column] = round(known[column] * self._mistake["factor"], 0)
                yield known

    def _is_mistaken(self, dataset: str, known: Record) -> bool:
        mistake = self._mistake
        if (dataset, known["partner_id"], known["site_id"]) != (
            mistake["dataset"],
            mistake["partner_id"],
            mistake["site_id"],
        ):
            return False
        day = known[mistake["month_column"]]
        return day is not None and f"{day:%Y-%m}" == mistake["month"]


def monthly_files(portfolio: Portfolio, sent: SentRecords) -> list[SampleFile]:
    """Every file after the history load, in the order of months, partners and datasets."""
    files: list[SampleFile] = []
    restated_at = datetime.fromisoformat(portfolio.restatement["received"]).replace(tzinfo=UTC)
    for month in months_between(next_month(portfolio.history_until), portfolio.last):
        for partner in portfolio.partners:
            dice = Dice(portfolio.seed, "received", partner.partner_id, f"{month:%Y-%m}")
            at = office_time(dice, _received_on(dice, partner, month))
            for dataset in RECORD_DATASETS:
                if not _skipped(partner, dataset, month):
                    files.extend(_monthly_file(portfolio, sent, partner, dataset, month, at))
                    at += timedelta(minutes=MINUTES_BETWEEN_FILES)
        if f"{next_month(month):%Y-%m}" == f"{restated_at:%Y-%m}":
            files.append(_restated_file(portfolio.restatement, sent, month_end(month), restated_at))
    return files


def _received_on(dice: Dice, partner: Partner, month: date) -> date:
    late = next((story.received_days for story in partner.stories if story.received_days), None)
    first, last = late or RECEIVED_DAYS
    start = next_month(month)
    day = workday(dice.day_of(start.replace(day=first), start.replace(day=last)))
    # a weekend at the end of an on-time range must not make the partner late
    return day if day.day <= last or late else day - timedelta(days=3)


def _skipped(partner: Partner, dataset: str, month: date) -> bool:
    return any(
        name == dataset and first <= month <= last for story in partner.stories for name, first, last in story.skipped
    )


def _monthly_file(
    portfolio: Portfolio, sent: SentRecords, partner: Partner, dataset: str, month: date, at: datetime
) -> list[SampleFile]:
    """The file of one partner, dataset and month; two files where the first is withdrawn."""
    records = sent.changes(partner.partner_id, dataset, month_end(month), at)
    records = records or sent.again(partner.partner_id, dataset)
    content, mapping = write(dataset, partner.shape, records)
    file = SampleFile(
        dataset=dataset,
        file_name=f"{partner.partner_id}_{dataset}_{month:%Y-%m}.csv",
        month_from=month,
        month_to=month,
        received_at=at,
        actor=ACTOR,
        reason=f"Monthly report, {month:%Y-%m}",
        content=content,
        mapping_text=mapping,
    )
    wrong = portfolio.withdrawal
    if (wrong["partner_id"], wrong["dataset"], month_of(wrong["month"])) != (partner.partner_id, dataset, month):
        return [file]
    return _withdrawn_and_right(file, records, partner, wrong)


def _withdrawn_and_right(
    file: SampleFile, records: list[Record], partner: Partner, wrong: Mapping[str, Any]
) -> list[SampleFile]:
    column, factor = wrong["column"], wrong["factor"]
    mistaken = [
        record | {column: round(record[column] * factor, 1) if record[column] is not None else None}
        for record in records
    ]
    content, mapping = write(file.dataset, partner.shape, mistaken)
    withdrawn = Withdrawal(file.received_at + timedelta(hours=wrong["hours_until_withdrawn"]), wrong["reason"])
    return [
        replace(file, content=content, mapping_text=mapping, withdrawal=withdrawn),
        replace(
            file,
            file_name=file.file_name.replace(".csv", "_v2.csv"),
            received_at=file.received_at + timedelta(hours=wrong["hours_until_right_file"]),
            reason=wrong["right_reason"],
        ),
    ]


def _restated_file(mistake: Mapping[str, Any], sent: SentRecords, day: date, at: datetime) -> SampleFile:
    """The corrected records of a closed month, and only those: nothing else has changed since the last file."""
    content, mapping = write(
        mistake["dataset"], "ours", sent.changes(mistake["partner_id"], mistake["dataset"], day, at)
    )
    month = month_of(mistake["month"])
    return SampleFile(
        dataset=mistake["dataset"],
        file_name=f"{mistake['partner_id']}_{mistake['dataset']}_{month:%Y-%m}_restated.csv",
        month_from=month,
        month_to=month,
        received_at=at,
        actor=ACTOR,
        reason=mistake["reason"],
        content=content,
        mapping_text=mapping,
    )
