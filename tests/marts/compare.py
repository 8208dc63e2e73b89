"""The product's figures beside the oracle's, cell by cell."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kpi.catalog import Catalog
from kpi.ledger.store import Store
from kpi.marts import Marts
from kpi.marts.select import figures as select_figures
from tests.marts.oracle import RULES, Figure, Key, figures
from tests.marts.oracle_calendar import WINDOWS
from tests.marts.oracle_judgement import InForce, Policy, status, target_in_force
from tests.marts.oracle_ledger import KEYS, Submission, coverage_at, current_records

GRAINS = ("partner", "site", "product")
COUNTS = ("n", "numerator", "denominator")
EXACT, INTERVAL = 1e-9, 1e-6


@dataclass(frozen=True)
class Shown:
    """One cell as the product shows it."""

    figure: Figure
    status: str
    in_force: InForce


def shown_by_product(marts: Marts, window: int) -> dict[Key, Shown]:
    shown: dict[Key, Shown] = {}
    for grain in GRAINS:
        frame = select_figures(marts, grain=grain, window=window)
        for row in frame.to_dict("records"):
            place = (row["partner_id"], row["site_id"], row["product"], row["currency"])
            key = (row["kpi_id"], grain, *place, _day(row["month"]))
            assert key not in shown, f"twice in the product: {key}"
            cell = {name: _number(row[name]) for name in (*COUNTS, "value", "lower", "upper")}
            in_force = InForce(_number(row["target"]), _number(row["limit"]))
            shown[key] = Shown(Figure(**cell, reported=row["status"] != "no data"), row["status"], in_force)
    return shown


def differences(
    records: dict[str, list[dict]], coverage: list[dict], catalog: Catalog, marts: Marts, window: int
) -> list[str]:
    """One line for every cell that is not what the oracle counts; empty when all agree."""
    expected = figures(
        records,
        coverage,
        window=window,
        reporting_day=catalog.calendar.reporting_day,
        timeliness_datasets=catalog.calendar.datasets,
        known_on=marts.at.date() if marts.at else None,
    )
    shown = shown_by_product(marts, window)
    lines = [f"window {window}: the product lacks {_name(key)}" for key in sorted(expected.keys() - shown.keys())]
    lines += [f"window {window}: only the product has {_name(key)}" for key in sorted(shown.keys() - expected.keys())]
    policies = {kpi_id: policy_of(catalog, kpi_id) for kpi_id in RULES}
    for key in sorted(expected.keys() & shown.keys()):
        kpi_id, partner_id, month = key[0], key[2], key[-1]
        in_force = target_in_force(records.get("targets", []), policies[kpi_id], kpi_id, partner_id, month)
        for what in _unequal(key, expected[key], shown[key], policies[kpi_id], in_force):
            lines.append(f"window {window}: {_name(key)}: {what}")
    return lines


def _unequal(key: Key, ours: Figure, shown: Shown, policy: Policy, in_force: InForce) -> Iterator[str]:
    theirs = shown.figure
    for name in (*COUNTS, "value", "lower", "upper"):
        tolerance = INTERVAL if name in ("lower", "upper") else EXACT
        if not _same(getattr(ours, name), getattr(theirs, name), tolerance):
            yield f"{name} is {getattr(theirs, name)}, counted {getattr(ours, name)}"
    judged = status(
        reported=ours.reported,
        snapshot=RULES[key[0]].kind == "snapshot",
        n=ours.n,
        value=ours.value,
        policy=policy,
        in_force=in_force,
    )
    if judged != shown.status:
        yield f"status is {shown.status}, judged {judged}"
    if shown.in_force != in_force:
        yield f"target and limit are {shown.in_force}, in force are {in_force}"


def _same(ours: float | None, theirs: float | None, tolerance: float) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    return math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=tolerance)


def policy_of(catalog: Catalog, kpi_id: str) -> Policy:
    indicator = catalog.indicators[kpi_id]
    return Policy(indicator.better, indicator.minimum_n, indicator.target, indicator.limit, indicator.centre)


def all_differences(store: Store, catalog: Catalog, marts: Marts) -> list[str]:
    """The product's figures of the store at the marts' version against a count over everything appended until then."""
    submissions = submissions_in(store)
    records = current_records(submissions, marts.version)
    coverage = coverage_at(submissions, marts.version)
    return [line for window in WINDOWS for line in differences(records, coverage, catalog, marts, window)]


def submissions_in(store: Store) -> list[Submission]:
    """Every submission with its rows as appended, read from the ledger's tables row by row."""
    with store.connect() as connection:
        withdrawn = dict(connection.execute("SELECT submission_version, version FROM withdrawals").fetchall())
        rows: dict[int, list[dict]] = {}
        for dataset in KEYS:
            found = connection.execute(f"SELECT * FROM {dataset} ORDER BY version, row_number")
            names = [column[0] for column in found.description]
            for values in found.fetchall():
                row = dict(zip(names, values, strict=True))
                rows.setdefault(row["version"], []).append(row)
        found = connection.execute("SELECT version, dataset, month_from, month_to, recorded_at FROM submissions")
        return [
            Submission(version, dataset, rows[version], first, last, received.date(), withdrawn.get(version))
            for version, dataset, first, last, received in sorted(found.fetchall())
        ]


def _number(value: Any) -> float | None:
    """The value as a float; a missing one, in whatever way a frame says so, as None."""
    if value is None or value != value or str(value) == "<NA>":
        return None
    return float(value)


def _day(value: datetime | date) -> date:
    return date(value.year, value.month, value.day)


def _name(key: Key) -> str:
    return " ".join([*(part for part in key[:-1] if part), f"{key[-1]:%Y-%m}"])
