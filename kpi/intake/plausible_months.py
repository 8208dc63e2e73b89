"""What a file says about its months: how many records, which months, what was reported for them before."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from kpi.catalog.plausibility import Check, Plausibility
from kpi.intake.contracts.base import Dataset
from kpi.intake.past import Past
from kpi.intake.places import Places, plain_number

Months = tuple[date, date]
LARGEST_POISSON = 600.0  # above it exp(-mean) underflows; the factor is the wider of the two bounds there by far


def month_findings(
    contract: Dataset, records: pl.DataFrame, past: Past, months: Months, policy: Plausibility
) -> list[dict[str, Any]]:
    """Findings about the whole file, a partner at a time, as plain dicts."""
    return [
        *_reported_already(contract, records, past, months, policy.check("month_reported_already")),
        *_does_not_match(contract, records, past, months, policy.check("month_does_not_match")),
        *_volume(contract, records, past, months, policy.check("volume_unusual")),
        *_vanished(contract, past, months, policy.check("records_vanished")),
    ]


def _reported_already(
    contract: Dataset, records: pl.DataFrame, past: Past, months: Months, check: Check
) -> Iterable[dict[str, Any]]:
    if contract.name not in check.datasets:
        return
    first, last = months
    overlapping = past.submissions.filter((pl.col("month_from") <= last) & (pl.col("month_to") >= first))
    for partner in _partners(records):
        earlier = overlapping.filter(pl.col("partner_id") == partner)
        if not earlier.height:
            continue
        seen = earlier.filter(pl.col("submission_id").is_not_null())
        named = [
            f"{row['submission_id']} by {row['actor']} on {row['at']:%Y-%m-%d}"
            + ("" if (row["month_from"], row["month_to"]) == months else f" for {_months(row)}")
            for row in seen.head(check.whole("named")).iter_rows(named=True)
        ]
        left = earlier.height - len(named)
        if left:
            named.append(f"{left} more" if named else _counted(left, "file with other partners' records too"))
        yield _finding(
            check,
            f"{partner} already has {contract.title.lower()} for {month_text(months)}: {_joined(named)}",
            "this file adds to them; records that it names again take the place of the earlier ones",
        )


def _does_not_match(
    contract: Dataset, records: pl.DataFrame, past: Past, months: Months, check: Check
) -> Iterable[dict[str, Any]]:
    columns = (check.dates or {}).get(contract.name, ())
    if not columns or not records.height:
        return
    first, last = months
    # Comparing the months' days is much cheaper over a million rows than truncating every date.
    inside = pl.any_horizontal((pl.col(name) >= first) & (pl.col(name) <= _last_day(last)) for name in columns)
    if records.select(inside.fill_null(False).any()).item():
        return
    if past.standing.height:  # records that are known already may be sent each month, as long as they are open
        records = records.join(past.standing, on=list(contract.key), how="anti", maintain_order="left")
        if not records.height:
            return
    found = (
        records.select(pl.coalesce(columns).dt.truncate("1mo").alias("month"))
        .drop_nulls()
        .group_by("month")
        .len()
        .sort(["len", "month"], descending=True)
    )
    named = [f"{row[0]:%Y-%m} ({row[1]:,})" for row in found.head(check.whole("named")).iter_rows()]
    if found.height > len(named):
        named.append(_counted(found.height - len(named), "more month", "more months"))
    where = f"; its new records are in {_joined(named)}" if named else ""
    yield _finding(
        check,
        f"nothing in the file happened in {month_text(months)}{where}",
        "choose the month again if it is the wrong one; corrections of older records may stay as they are",
    )


def _volume(
    contract: Dataset, records: pl.DataFrame, past: Past, months: Months, check: Check
) -> Iterable[dict[str, Any]]:
    if contract.name not in check.datasets or months[0] != months[1]:
        return
    month = months[0]
    since = _months_before(month, check.whole("look_back_months"))
    single = past.submissions.filter(pl.col("month_from") == pl.col("month_to"))
    # Of several files for one month the largest: the others are corrections, or one site of several.
    by_month = single.group_by("partner_id", "month_from").agg(pl.col("records").max())
    counts = dict(records.group_by("partner_id").len().iter_rows())
    for partner in _partners(records):
        mine = by_month.filter(pl.col("partner_id") == partner)
        earlier = mine.filter(pl.col("month_from").is_between(since, month, closed="left"))["records"].to_list()
        reported = month in mine["month_from"].to_list()
        if len(earlier) < check.whole("least_months"):
            continue
        side = unusual_side(counts[partner], earlier, check)
        if side == "" or (side == "few" and reported):  # a correction of a month that is there may be short
            continue
        noun = "record is" if counts[partner] == 1 else "records are"
        usual = _span(min(earlier), max(earlier))
        yield _finding(
            check,
            f"{counts[partner]:,} {noun} unusually {side} for a month of {partner}: "
            f"so far {usual} a month, in {len(earlier)} earlier months",
            "check that the file is complete and holds one month only; accept the warning if it does",
            f"about {usual} records",
        )


def unusual_side(count: int, earlier: list[int], check: Check) -> str:
    """ "few", "many" or "": far off the median by factor and by chance, and further off than any earlier month."""
    ordered = sorted(earlier)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    factor, (low, high) = check.number("factor"), _poisson_interval(median, check.number("chance"))
    if count < min(median / factor, low, ordered[0]):
        return "few"
    if count > max(median * factor, high, ordered[-1]):
        return "many"
    return ""


def _poisson_interval(mean: float, chance: float) -> tuple[float, float]:
    """The numbers between which all but ``chance`` of the months lie, half of it left out on either side."""
    if mean > LARGEST_POISSON:
        return mean, mean
    share = math.exp(-mean)
    below, number = share, 0
    low = None
    while below < 1 - chance / 2:
        if low is None and below >= chance / 2:
            low = number
        number += 1
        share *= mean / number
        below += share
    return (0 if low is None else low), number


def _vanished(contract: Dataset, past: Past, months: Months, check: Check) -> Iterable[dict[str, Any]]:
    if contract.name not in check.datasets:
        return
    for partner, sent, left, ids, files in past.left_out.iter_rows():
        more = " …" if left > len(ids) else ""
        of = f" ({_joined(files)})" if files else ""
        verb, stay = ("is", "It stays") if left == 1 else ("are", "They stay")
        found = _finding(
            check,
            f"{_counted(left, 'record')} of {partner} sent before for {month_text(months)}{of} {verb} not in "
            f"this file: {', '.join(ids)}{more}. {stay} in force",
            "that is right for an addition or a correction; if the records should go, withdraw the earlier submission",
        )
        # Few of the earlier records, or none: a correction or an addition, which is told and needs no consent.
        whole = sent - left > sent * check.number("whole_share")
        yield found if whole else {**found, "severity": "notice"}


def back_dated_targets(
    contract: Dataset, records: pl.DataFrame, past: Past, places: Places, policy: Plausibility
) -> list[pl.DataFrame]:
    """targets only: new or changed ones that apply to months with figures."""
    if contract.name != "targets" or not past.judged_to:
        return []
    check = policy.check("back_dated_target")
    last = pl.DataFrame(
        {"partner_id": list(past.judged_to), "last": list(past.judged_to.values())},
        schema={"partner_id": pl.String, "last": pl.Date},
    )
    frame = records.join(last, on="partner_id", how="left", maintain_order="left")
    late = pl.col("effective_from") <= pl.col("last")  # a target is for months that begin on its day or later
    frame = frame.with_columns(late.fill_null(False).alias("late"))
    if past.standing.height:
        before = past.standing.select(
            *contract.key, pl.col("target").alias("_target"), pl.col("limit").alias("_limit"), there=True
        )
        frame = frame.join(before, on=list(contract.key), how="left", maintain_order="left")
        same = (
            pl.col("there").is_not_null()
            & pl.col("target").eq_missing(pl.col("_target"))
            & pl.col("limit").eq_missing(pl.col("_limit"))
        )
        frame = frame.with_columns(pl.col("late") & ~same)
    return [
        places.where(
            frame["late"],
            "effective_from",
            check.id,
            pl.format(
                "is in the past: months up to {} have figures already, and they will be judged by the target {}",
                pl.col("last").dt.strftime("%Y-%m"),
                plain_number(pl.col("target")),
            ),
            "a day from which the target was agreed",
            "correct the date, or say in the reason that it was agreed to apply from then on",
            frame=frame,
            severity=check.severity,
        )
    ]


def month_text(months: Months) -> str:
    """2026-03, or 2026-01 to 2026-03."""
    return " to ".join(dict.fromkeys(day.isoformat()[:7] for day in months))


def _months(row: dict[str, Any]) -> str:
    return month_text((row["month_from"], row["month_to"]))


def _finding(check: Check, problem: str, action: str, allowed: str = "") -> dict[str, Any]:
    return {"severity": check.severity, "code": check.id, "problem": problem, "action": action, "allowed": allowed}


def _partners(records: pl.DataFrame) -> list[str]:
    return records["partner_id"].drop_nulls().unique().sort().to_list()


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _months_before(month: date, number: int) -> date:
    years, place = divmod(month.year * 12 + month.month - 1 - number, 12)
    return date(max(years, 1), place + 1, 1)


def _counted(number: int, noun: str, nouns: str = "") -> str:
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _span(least: int, most: int) -> str:
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"
