"""Deviations with their out-of-specification outcome and their CAPA."""

from __future__ import annotations

import polars as pl

from kpi.intake.contracts.fields import (
    Contract,
    choice_field,
    dataset_of,
    date_field,
    id_field,
    rule,
    text_field,
    yes_no_field,
)

SEVERITIES = ("critical", "major", "minor")
TYPES = (
    "process",
    "equipment",
    "material",
    "laboratory_oos",
    "environment",
    "documentation",
    "facility",
    "other",
)
NOT_BEFORE_OPENED = "is before the deviation was opened ({opened_date})"
OPENED_OR_LATER = "the day of opened_date or later"
CORRECT_A_DATE = "Correct one of the two dates"


class Deviations(Contract):
    partner_id: pl.String = id_field("Partner", "The partner as in the register.", required=True, example="HELIX")
    site_id: pl.String = id_field("Site", "The site as in the register.", required=True, example="HELIX-BASEL")
    deviation_id: pl.String = id_field(
        "Deviation", "The partner's own deviation number.", required=True, example="DEV-0042"
    )
    opened_date: pl.Date = date_field(
        "Opened", "The day the deviation was opened.", required=True, example="2024-03-04"
    )
    severity: pl.String = choice_field(
        "Severity", "As classified by the partner.", SEVERITIES, required=True, example="minor"
    )
    type: pl.String = choice_field(
        "Type",
        "What the deviation is about; laboratory_oos is an out-of-specification result in the laboratory.",
        TYPES,
        required=True,
        example="equipment",
    )
    batch_id: pl.String = id_field(
        "Batch",
        "The batch concerned, as in the batch records; empty where there is none.",
        example="B-2024-0117",
    )
    product: pl.String = text_field("Product", "The product concerned.", example="AX-101")
    area: pl.String = text_field("Area", "Where in the site it happened, by one name in all files.", example="Filling")
    root_cause: pl.String = text_field(
        "Root cause",
        "The cause found, by one name in all files: repeats are found by it.",
        example="Seal wear",
    )
    due_date: pl.Date = date_field(
        "Due",
        "The ORIGINAL date by which it was to be closed. Extensions go into their own column.",
        required=True,
        example="2024-04-03",
        future=True,
    )
    extended_due_date: pl.Date = date_field(
        "Extended due",
        "The date after extension; shown, never used to judge.",
        example="2024-04-17",
        future=True,
    )
    closed_date: pl.Date = date_field("Closed", "The day it was closed; empty while open.", example="2024-03-28")
    oos_outcome: pl.String = choice_field(
        "OOS outcome",
        "For laboratory_oos only: what the investigation found.",
        ("confirmed", "invalidated"),
    )
    capa_id: pl.String = id_field("CAPA", "The number of the corrective and preventive action.", example="CAPA-0017")
    capa_due_date: pl.Date = date_field(
        "CAPA due", "The original date by which the CAPA is to be closed.", example="2024-06-30", future=True
    )
    capa_closed_date: pl.Date = date_field("CAPA closed", "The day the CAPA was closed.", example="2024-06-12")
    capa_effective: pl.Boolean = yes_no_field(
        "CAPA effective", "The result of the effectiveness check; empty until it is made.", example="yes"
    )
    capa_evaluated_date: pl.Date = date_field(
        "CAPA evaluated", "The day of the effectiveness check.", example="2024-09-16"
    )

    @rule(
        "closed_date",
        "opened_date",
        problem=NOT_BEFORE_OPENED,
        allowed=OPENED_OR_LATER,
        action=CORRECT_A_DATE,
    )
    def closed_not_before_opened(self) -> pl.Expr:
        return pl.col("closed_date") >= pl.col("opened_date")

    @rule(
        "capa_closed_date",
        "opened_date",
        problem=NOT_BEFORE_OPENED,
        allowed=OPENED_OR_LATER,
        action=CORRECT_A_DATE,
    )
    def capa_closed_not_before_opened(self) -> pl.Expr:
        return pl.col("capa_closed_date") >= pl.col("opened_date")

    @rule(
        "capa_evaluated_date",
        "opened_date",
        problem=NOT_BEFORE_OPENED,
        allowed=OPENED_OR_LATER,
        action=CORRECT_A_DATE,
    )
    def capa_evaluated_not_before_opened(self) -> pl.Expr:
        return pl.col("capa_evaluated_date") >= pl.col("opened_date")

    @rule(
        "due_date",
        "opened_date",
        problem=NOT_BEFORE_OPENED,
        allowed=OPENED_OR_LATER,
        action="Check the date; accept the warning if it is right",
        severity="warning",
    )
    def due_not_before_opened(self) -> pl.Expr:
        return pl.col("due_date") >= pl.col("opened_date")

    @rule(
        "oos_outcome",
        "type",
        problem="is filled in although the type is {type}: it will not be counted",
        allowed="an outcome for laboratory_oos only",
        action="Empty the outcome, or correct the type",
        severity="warning",
    )
    def outcome_only_for_oos(self) -> pl.Expr:
        return pl.col("oos_outcome").is_null() | (pl.col("type") == "laboratory_oos")

    @rule(
        "capa_evaluated_date",
        "capa_effective",
        problem="is empty although the CAPA was judged: the judgement will not be counted",
        allowed="a date for every judged CAPA",
        action="Fill in the day of the effectiveness check",
        severity="warning",
    )
    def judged_capa_has_a_date(self) -> pl.Expr:
        return pl.col("capa_effective").is_null() | pl.col("capa_evaluated_date").is_not_null()


DATASET = dataset_of(
    Deviations,
    name="deviations",
    title="Deviations",
    one_row_is="one deviation",
    key=("partner_id", "deviation_id"),
)
