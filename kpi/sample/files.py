"""The sample as the files that its partners would have sent, in the order in which they came in.

Two years come as one history load per dataset; a partner who keeps its own columns, or who started later, sends a file
of its own. Then every partner sends its months (``kpi.sample.rounds``). The sponsor keeps the register and the targets.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kpi.sample.audits import inspect
from kpi.sample.batches import Record, disposition, manufacture
from kpi.sample.dates import month_end, month_of, next_month
from kpi.sample.deliveries import ship
from kpi.sample.deviations import investigate
from kpi.sample.dice import Dice
from kpi.sample.knowledge import ENTERS
from kpi.sample.portfolio import Partner, Portfolio, load_portfolio
from kpi.sample.register import register, targets
from kpi.sample.rounds import RECORD_DATASETS, SentRecords, monthly_files
from kpi.sample.shapes import write
from kpi.sample.upload import ACTOR, SampleFile, office_time

REGISTER_DAY, HISTORY_DAY, CHANGE_DAY = 3, 5, 2  # of the month after
MINUTES_BETWEEN_FILES = 4


def generate(portfolio: Portfolio | None = None) -> list[SampleFile]:
    """Every file of the sample in the order received; the same bytes each time, on every platform."""
    portfolio = portfolio or load_portfolio()
    sent = SentRecords(portfolio, make_records(portfolio))
    files = [*_reference_files(portfolio), *_history_files(portfolio, sent), *monthly_files(portfolio, sent)]
    return sorted(files, key=lambda file: file.received_at)


def make_records(portfolio: Portfolio) -> dict[str, list[Record]]:
    """The four record datasets with their whole lives, also beyond the portfolio's last day."""
    batches = manufacture(portfolio)
    deviations = investigate(portfolio, batches)
    disposition(portfolio, batches, deviations)
    found = {
        "batch_records": batches,
        "deviations": deviations,
        "audit_findings": inspect(portfolio),
        "deliveries": ship(portfolio),
    }
    return {name: sorted(found[name], key=lambda record: record[ENTERS[name]]) for name in RECORD_DATASETS}


def _reference_files(portfolio: Portfolio) -> list[SampleFile]:
    """The register and the targets before anything else, and the register again when an agreement changes."""
    month = portfolio.history_until
    changed = month_of(portfolio.register_change["month"])
    start = datetime.combine(next_month(month).replace(day=REGISTER_DAY), datetime.min.time(), UTC) + timedelta(hours=8)
    later = start.replace(year=changed.year, month=changed.month, day=CHANGE_DAY)
    return [
        _reference_file("partners", register(portfolio, month), month, start, "Partner register at go-live"),
        _reference_file("targets", targets(portfolio), month, start + timedelta(minutes=20), "Targets as agreed"),
        _reference_file("partners", register(portfolio, changed), changed, later, portfolio.register_change["reason"]),
    ]


def _reference_file(dataset: str, records: list[Record], month: date, at: datetime, reason: str) -> SampleFile:
    content, mapping = write(dataset, "ours", records)
    return SampleFile(dataset, f"{dataset}_{month:%Y-%m}.csv", month, month, at, ACTOR, reason, content, mapping)


def _history_files(portfolio: Portfolio, sent: SentRecords) -> list[SampleFile]:
    """One file per dataset for the partners who send our columns from the first month on; the others send their own."""
    dice = Dice(portfolio.seed, "history")
    at = office_time(dice, next_month(portfolio.history_until).replace(day=HISTORY_DAY))
    files = []
    for dataset in RECORD_DATASETS:
        for partners in _history_groups(portfolio, dataset):
            first, until = max(portfolio.first, partners[0].active_from), portfolio.history_until
            records = [
                record
                for partner in partners
                for record in sent.changes(partner.partner_id, dataset, month_end(until), at)
            ]
            name = partners[0].partner_id if len(partners) == 1 else "all"
            content, mapping = write(dataset, partners[0].shape, records)
            files.append(
                SampleFile(
                    dataset=dataset,
                    file_name=f"history_{name}_{dataset}_{first:%Y-%m}_{until:%Y-%m}.csv",
                    month_from=first,
                    month_to=until,
                    received_at=at,
                    actor=ACTOR,
                    reason="History load",
                    content=content,
                    mapping_text=mapping,
                )
            )
            at += timedelta(minutes=MINUTES_BETWEEN_FILES)
    return files


def _history_groups(portfolio: Portfolio, dataset: str) -> list[list[Partner]]:
    together, alone = [], []
    for partner in portfolio.partners:
        own_shape = partner.shape != "ours" and dataset == "batch_records"
        if own_shape or partner.active_from > portfolio.first:
            alone.append([partner])
        else:
            together.append(partner)
    return [together, *alone]
