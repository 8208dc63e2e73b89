"""Rules that need more than one row: dates against today, duplicate keys, and what other datasets say."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches

import polars as pl

from kpi.intake.contracts.base import FIRST_PLAUSIBLE_YEAR, PLAUSIBLE_YEARS_AHEAD, Column, Dataset
from kpi.intake.findings import Findings
from kpi.intake.known import KnownRecords
from kpi.intake.places import Places
from kpi.intake.template import EXAMPLE_ID

EVERY_PARTNER = "*"
ROWS_NAMED = 5
IDS_NAMED = 20


def implausible(values: pl.Series, today: date) -> pl.Series:
    """Which dates lie outside 1990-01-01 … today + 20 years: a slip of the keyboard or of the century."""
    first, last = date(FIRST_PLAUSIBLE_YEAR, 1, 1), _last_plausible(today)
    return ((values < first) | (values > last)).fill_null(False)


def implausible_dates(column: Column, values: pl.Series, today: date, places: Places) -> pl.DataFrame:
    last = _last_plausible(today)
    return places.where(
        implausible(values, today),
        column.name,
        "implausible_date",
        pl.format("is {}, which can't be right", pl.col("v").dt.strftime("%Y-%m-%d")),
        f"dates from {FIRST_PLAUSIBLE_YEAR}-01-01 to {last:%Y-%m-%d}",
        "correct the year, or the date_format of the mapping",
        frame=pl.DataFrame({"v": values}),
    )


def future_dates(column: Column, values: pl.Series, today: date, places: Places) -> pl.DataFrame:
    """What has happened can't have happened after today; due and planned dates may lie ahead."""
    if column.future_allowed or not (values > today).any():
        return places.where(pl.Series([False]).new_from_index(0, len(values)), column.name, "", "", "", "")
    return places.where(
        ((values > today) & ~implausible(values, today)).fill_null(False),
        column.name,
        "future_date",
        "is later than today",
        f"dates up to {today:%Y-%m-%d}",
        "correct the date; leave the cell empty until it has happened",
        frame=pl.DataFrame({"v": values}),
    )


def _last_plausible(today: date) -> date:
    return date(today.year + PLAUSIBLE_YEARS_AHEAD, 12, 31)


def duplicate_keys(dataset: Dataset, records: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Every row whose key stands more than once in the file."""
    key = list(dataset.key)
    complete = pl.all_horizontal(pl.col(name).is_not_null() for name in key)
    hashes = records.select(key).hash_rows()
    alike = pl.repeat(False, records.height, eager=True)
    if hashes.n_unique() < len(hashes):  # comparing the keys themselves takes much more memory: only those
        alike = hashes.is_duplicated()
    if not alike.any():
        return Findings.none().frame
    keyed = records.select(*key).with_columns(places.rows.alias("row"), complete.alias("complete"))
    again = keyed.filter(alike).select(pl.struct(key).is_duplicated() & pl.col("complete")).to_series()
    mask = alike.scatter(alike.arg_true(), again)
    if not mask.any():
        return Findings.none().frame
    rows = keyed.filter(mask).group_by(key).agg(pl.col("row").sort()).rename({"row": "rows"})
    named = pl.col("rows").list.head(ROWS_NAMED).cast(pl.List(pl.String)).list.join(", ")
    more = pl.when(pl.col("rows").list.len() > ROWS_NAMED).then(pl.lit(" …")).otherwise(pl.lit(""))
    frame = keyed.join(rows, on=key, how="left", maintain_order="left").with_columns((named + more).alias("named"))
    return places.where(
        mask,
        key[1],
        "duplicate_key",
        pl.format(f"stands more than once with the same {' and '.join(key)}: rows {{}}", pl.col("named")),
        "each key once in a file",
        "keep one of these rows; a correction of a record sent earlier goes into a later file",
        frame=frame,
    )


def example_rows(dataset: Dataset, records: pl.DataFrame) -> pl.Series:
    """Which rows are the template's example row, left in."""
    return records.select(pl.any_horizontal(pl.col(name) == EXAMPLE_ID for name in _key_ids(dataset))).to_series()


def example_row_findings(dataset: Dataset, records: pl.DataFrame, places: Places) -> list[pl.DataFrame]:
    """One finding per example row, in the first cell that says so."""
    said = []
    found = pl.Series([False]).new_from_index(0, records.height)
    for name in _key_ids(dataset):
        here = (records[name] == EXAMPLE_ID).fill_null(False)
        said.append(
            places.where(
                here & ~found,
                name,
                "example_row",
                "is the template's example row",
                "your own records only",
                "delete the row and upload the file again",
            )
        )
        found = found | here
    return said


def _key_ids(dataset: Dataset) -> list[str]:
    return [name for name in dataset.key if dataset.column(name).kind == "id"]


def partner_names(records: pl.DataFrame, places: Places) -> pl.DataFrame:
    """partners only: a partner under two names would change its name from screen to screen."""
    named = records.select("partner_id", "partner_name").drop_nulls().unique().sort("partner_name")
    names = named.group_by("partner_id").agg(pl.col("partner_name").head(IDS_NAMED).alias("names"))
    frame = records.select("partner_id", "partner_name").join(names, on="partner_id", how="left", maintain_order="left")
    return places.where(
        frame.select(pl.col("names").list.len() > 1).to_series() & frame["partner_name"].is_not_null(),
        "partner_name",
        "partner_name_differs",
        pl.format("is one of several names of partner {}: {}", "partner_id", pl.col("names").list.join(", ")),
        "one name for each partner",
        "use one name; accept the warning if the difference is meant",
        frame=frame,
        severity="warning",
    )


def partner_named(records: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Not for targets: every other record is about one partner."""
    return places.where(
        (records["partner_id"] == EVERY_PARTNER).fill_null(False),
        "partner_id",
        "partner_not_named",
        "stands for every partner, which only a target may",
        "the identifier of one partner",
        "name the partner and upload the file again",
    )


def register(dataset: Dataset, records: pl.DataFrame, known: KnownRecords, places: Places) -> list[pl.DataFrame]:
    """Partner and site must stand in the partner register, once there is one."""
    if not known.sites.height:
        notice = {
            "severity": "notice",
            "code": "register_empty",
            "problem": "the partner register is empty; partners and sites could not be checked",
            "action": "upload the partners file when there is one",
        }
        return [Findings.of([notice]).frame]
    partners = known.sites["partner_id"].unique().sort().to_list()
    sought = pl.col("partner_id")
    unregistered = records.select(sought.is_not_null() & ~sought.is_in(partners)).to_series()
    unknown_partner = unregistered & (records["partner_id"] != EVERY_PARTNER)
    said = [
        places.where(
            unknown_partner,
            "partner_id",
            "unknown_partner",
            "is not in the partner register",
            listed(partners),
            did_you_mean("partner_id", records, unknown_partner, partners, "add the partner to the partners file"),
            frame=records,
        )
    ]
    if "site_id" in dataset.names:
        said.append(_unknown_sites(records, unregistered, known, places))
    return said


def _unknown_sites(records: pl.DataFrame, unregistered: pl.Series, known: KnownRecords, places: Places) -> pl.DataFrame:
    register_rows = known.sites.select("partner_id", "site_id").unique().sort("partner_id", "site_id")
    left = pl.len().cast(pl.Int64) - IDS_NAMED
    more = pl.when(left > 0).then(pl.format(" and {} more", left)).otherwise(pl.lit(""))
    named = pl.col("site_id").sort().head(IDS_NAMED).str.join(", ")
    sites = register_rows.group_by("partner_id").agg((named + more).alias("sites"))
    pairs = register_rows.with_columns(pl.lit(True).alias("there"))
    frame = (
        records.select("partner_id", "site_id")
        .join(pairs, on=["partner_id", "site_id"], how="left", maintain_order="left")
        .join(sites, on="partner_id", how="left", maintain_order="left")
    )
    both = frame["partner_id"].is_not_null() & frame["site_id"].is_not_null()
    return places.where(
        both & frame["there"].is_null() & ~unregistered,
        "site_id",
        "unknown_site",
        pl.format("is not a site of partner {} in the register", "partner_id"),
        pl.col("sites"),
        "correct the site, or add it to the partners file first",
        frame=frame,
    )


def known_batches(records: pl.DataFrame, known: KnownRecords, places: Places) -> pl.DataFrame:
    """deviations only: a warning, because partners send their files in any order."""
    return places.where(
        _not_among(records, "batch_id", known.batches, "batch_id"),
        "batch_id",
        "unknown_batch",
        "is not among the batches sent so far",
        "the number of a batch of this partner",
        "check the number; accept the warning if the batch records follow",
        severity="warning",
    )


def known_findings(records: pl.DataFrame, known: KnownRecords, places: Places) -> pl.DataFrame:
    """audit_findings only: the earlier finding may stand in the ledger or in the same file."""
    here = records.select("partner_id", "finding_id").drop_nulls()
    sent = pl.concat([known.findings.select("partner_id", "finding_id").cast(pl.String), here])
    itself = (records["repeat_of"] == records["finding_id"]).fill_null(False)
    return places.where(
        _not_among(records, "repeat_of", sent, "finding_id") & ~itself,
        "repeat_of",
        "unknown_finding",
        "is not among the findings sent so far",
        "the number of an earlier finding of this partner",
        "check the number; accept the warning if the finding follows",
        severity="warning",
    )


def _not_among(records: pl.DataFrame, column: str, sent: pl.DataFrame, name: str) -> pl.Series:
    there = sent.select("partner_id", pl.col(name).alias(column)).unique().with_columns(pl.lit(True).alias("there"))
    joined = records.select("partner_id", column).join(
        there, on=["partner_id", column], how="left", maintain_order="left"
    )
    return joined["there"].is_null() & joined[column].is_not_null() & joined["partner_id"].is_not_null()


def did_you_mean(column: str, records: pl.DataFrame, mask: pl.Series, allowed: list[str], otherwise: str) -> pl.Expr:
    """An action per different unknown id; only the first few are compared with all known ones."""
    unknown = records[column].filter(mask).unique().sort().head(IDS_NAMED).to_list()
    near = {name: get_close_matches(name, allowed, n=1, cutoff=0.75) for name in unknown}
    hints = {name: f"write {found[0]} if that is meant, or {otherwise} first" for name, found in near.items() if found}
    default = f"correct it, or {otherwise} first"
    return pl.col(column).replace_strict(list(hints), list(hints.values()), default=default, return_dtype=pl.String)


def listed(ids: list[str]) -> str:
    left = len(ids) - IDS_NAMED
    return ", ".join(ids[:IDS_NAMED]) + (f" and {left} more" if left > 0 else "")
