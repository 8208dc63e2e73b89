"""Targets agreed with partners, each valid from a day on."""

from __future__ import annotations

import polars as pl

from kpi.intake.contracts.fields import Contract, dataset_of, date_field, id_field, quantity_field, text_field

EVERY_PARTNER = "*"
AS_SHOWN = "the indicator's own: a proportion as 0.95, days, a count, a rate per 100"


class Targets(Contract):
    partner_id: pl.String = id_field(
        "Partner",
        "The partner as in the register, or * for every partner without a target of its own.",
        required=True,
        example="HELIX",
    )
    kpi_id: pl.String = id_field(
        "Indicator",
        "The indicator's id, as in the KPI dictionary.",
        required=True,
        example="on_time_delivery",
    )
    effective_from: pl.Date = date_field(
        "Effective from",
        "First day of validity; months before it keep their earlier target. May lie in the future.",
        required=True,
        example="2024-01-01",
        future=True,
    )
    target: pl.Float64 = quantity_field(
        "Target", "The agreed value; 95 % is written 0.95.", required=True, unit=AS_SHOWN, example="0.95"
    )
    limit: pl.Float64 = quantity_field(
        "Limit", "The red line, on the worse side of the target.", unit=AS_SHOWN, example="0.85"
    )
    source: pl.String = text_field(
        "Source", "Where it was agreed: the quality agreement's clause.", example="QAG-3, clause 7.2"
    )


DATASET = dataset_of(
    Targets,
    name="targets",
    title="Targets",
    one_row_is="one agreed target",
    key=("partner_id", "kpi_id", "effective_from"),
)
