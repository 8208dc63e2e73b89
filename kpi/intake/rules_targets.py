"""Rules for agreed targets: they must fit the indicator that they are for."""

from __future__ import annotations

import polars as pl

from kpi.intake.findings import Findings
from kpi.intake.known import KnownRecords
from kpi.intake.places import Places, plain_number
from kpi.intake.rules import did_you_mean, listed


def target_rules(records: pl.DataFrame, known: KnownRecords, places: Places) -> list[pl.DataFrame]:
    """The indicator must be known, a proportion lie in 0..1, and the limit not lie on the better side."""
    if not known.kpi_ids:
        notice = {
            "severity": "notice",
            "code": "indicators_unknown",
            "problem": "no indicators were given; targets could not be compared with them",
        }
        return [Findings.of([notice]).frame]
    ids = sorted(known.kpi_ids)
    facts = pl.DataFrame(
        {
            "kpi_id": ids,
            "kind": [known.kpi_ids[name].kind for name in ids],
            "better": [known.kpi_ids[name].better for name in ids],
        }
    )
    frame = records.join(facts, on="kpi_id", how="left", maintain_order="left")
    unknown = frame["kpi_id"].is_not_null() & frame["kind"].is_null()
    return [
        places.where(
            unknown,
            "kpi_id",
            "unknown_indicator",
            "is not an indicator",
            listed(ids),
            did_you_mean("kpi_id", records, unknown, ids, "look it up in the KPI dictionary"),
            frame=frame,
        ),
        *(_proportion(name, frame, places) for name in ("target", "limit")),
        _limit_side(frame, places),
    ]


def _proportion(column: str, frame: pl.DataFrame, places: Places) -> pl.DataFrame:
    outside = (pl.col("kind") == "proportion") & (pl.col(column) > 1)
    return places.where(
        frame.select(outside.fill_null(False)).to_series(),
        column,
        "proportion_outside",
        pl.format("is more than 1, but {} is a proportion", "kpi_id"),
        "numbers from 0 to 1",
        "write 95 % as 0.95",
        frame=frame,
    )


def _limit_side(frame: pl.DataFrame, places: Places) -> pl.DataFrame:
    """For a band, target and limit are lower edges: the limit is the lower one, as where higher is better."""
    lower_better = pl.col("better") == "lower"
    wrong = pl.when(lower_better).then(pl.col("limit") < pl.col("target")).otherwise(pl.col("limit") > pl.col("target"))
    target = plain_number(pl.col("target"))
    side = pl.when(lower_better).then(pl.lit("or more")).otherwise(pl.lit("or less"))
    said = pl.when(lower_better).then(pl.lit("lower")).otherwise(pl.lit("higher"))
    return places.where(
        frame.select((wrong & pl.col("better").is_not_null()).fill_null(False)).to_series(),
        "limit",
        "limit_on_better_side",
        pl.format("is {} than the target {}, on the better side of it", said, target),
        pl.format("{} {}", target, side),
        "exchange target and limit, or correct one of them",
        frame=frame,
    )
