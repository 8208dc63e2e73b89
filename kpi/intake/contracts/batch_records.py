"""Batch records: from planned start to disposition."""

from __future__ import annotations

import polars as pl

from kpi.intake.contracts.codes import CURRENCIES
from kpi.intake.contracts.fields import (
    Contract,
    choice_field,
    dataset_of,
    date_field,
    id_field,
    integer_field,
    positive_field,
    quantity_field,
    rule,
    text_field,
    yes_no_field,
)

FINAL = ("released", "rejected")


class BatchRecords(Contract):
    partner_id: pl.String = id_field("Partner", "The partner as in the register.", required=True, example="HELIX")
    site_id: pl.String = id_field(
        "Site", "The manufacturing site as in the register.", required=True, example="HELIX-BASEL"
    )
    batch_id: pl.String = id_field(
        "Batch",
        "The batch (lot) number, kept exactly as text: 01234 is not 1234.",
        required=True,
        example="B-2024-0117",
    )
    product: pl.String = text_field(
        "Product", "What is made, by one name in all files.", required=True, example="AX-101"
    )
    stage: pl.String = choice_field(
        "Stage",
        "What the batch is a batch of.",
        ("drug_substance", "drug_product", "packaging"),
        required=True,
        example="drug_product",
    )
    planned_start_date: pl.Date = date_field(
        "Planned start",
        "The agreed first day of manufacture.",
        required=True,
        example="2024-03-01",
        future=True,
    )
    actual_start_date: pl.Date = date_field(
        "Actual start", "The day manufacture began; empty until then.", example="2024-03-02"
    )
    completed_date: pl.Date = date_field("Completed", "End of manufacture; empty until then.", example="2024-03-09")
    record_received_date: pl.Date = date_field(
        "Record received", "The day the sponsor received the executed batch record.", example="2024-03-20"
    )
    disposition: pl.String = choice_field(
        "Disposition",
        "The decision on the batch; pending or empty until it is made.",
        ("pending", *FINAL),
        example="released",
    )
    disposition_date: pl.Date = date_field(
        "Disposition date", "The day of the decision; empty while it is pending.", example="2024-04-02"
    )
    reworked: pl.Boolean = yes_no_field(
        "Reworked", "Whether the batch was reworked or reprocessed; empty counts as no.", example="no"
    )
    actual_yield: pl.Float64 = positive_field(
        "Actual yield",
        "What came out. More than the theoretical yield is possible and kept as it is.",
        unit="that of the theoretical yield",
        example="97.4",
    )
    theoretical_yield: pl.Float64 = positive_field(
        "Theoretical yield",
        "What would come out without any loss; 100 where the actual yield is a percentage.",
        unit="that of the actual yield",
        example="100",
    )
    release_tests: pl.Int64 = integer_field(
        "Release tests", "Number of release tests performed on the batch.", unit="tests", example="14"
    )
    batch_cost: pl.Float64 = quantity_field(
        "Batch cost", "What the partner charged for the batch.", unit="that of currency", example="84000"
    )
    currency: pl.String = choice_field(
        "Currency",
        "Currency of the batch cost, ISO 4217.",
        CURRENCIES,
        allowed_text="a three-letter currency code (ISO 4217) such as EUR, CHF or USD",
        example="CHF",
    )

    @rule(
        "completed_date",
        "actual_start_date",
        problem="is before the actual start ({actual_start_date})",
        allowed="the day of actual_start_date or later",
        action="Correct one of the two dates",
    )
    def completed_not_before_start(self) -> pl.Expr:
        return pl.col("completed_date") >= pl.col("actual_start_date")

    @rule(
        "record_received_date",
        "completed_date",
        problem="is before the end of manufacture ({completed_date})",
        allowed="the day of completed_date or later",
        action="Correct one of the two dates",
    )
    def record_received_not_before_completed(self) -> pl.Expr:
        return pl.col("record_received_date") >= pl.col("completed_date")

    @rule(
        "disposition_date",
        "completed_date",
        problem="is before the end of manufacture ({completed_date})",
        allowed="the day of completed_date or later",
        action="Correct one of the two dates",
    )
    def disposition_not_before_completed(self) -> pl.Expr:
        return pl.col("disposition_date") >= pl.col("completed_date")

    @rule(
        "disposition_date",
        "actual_start_date",
        "completed_date",
        problem="is before the actual start ({actual_start_date})",
        allowed="the day of actual_start_date or later",
        action="Correct one of the two dates",
    )
    def disposition_not_before_start(self) -> pl.Expr:
        """Only where there is no end of manufacture to compare with, so that one mistake is told once."""
        later = pl.col("disposition_date") >= pl.col("actual_start_date")
        return later | pl.col("completed_date").is_not_null()

    @rule(
        "disposition_date",
        "disposition",
        problem="is empty although the disposition is {disposition}",
        allowed="a date for every batch released or rejected",
        action="Fill in the day of the decision, or make the disposition pending",
    )
    def disposition_has_a_date(self) -> pl.Expr:
        return pl.col("disposition_date").is_not_null() | ~pl.col("disposition").is_in(FINAL)

    @rule(
        "disposition",
        "disposition_date",
        problem="is not a decision although there is a disposition date ({disposition_date})",
        allowed="released or rejected where there is a disposition date",
        action="Fill in the decision, or empty the date",
    )
    def disposition_date_has_a_decision(self) -> pl.Expr:
        decided = pl.col("disposition").is_in(FINAL).fill_null(False)
        return pl.col("disposition_date").is_null() | decided

    @rule(
        "currency",
        "batch_cost",
        problem="is empty although there is a batch cost: the cost will not be counted",
        allowed="a currency wherever there is a batch cost",
        action="Fill in the currency",
        severity="warning",
    )
    def cost_has_a_currency(self) -> pl.Expr:
        return pl.col("batch_cost").is_null() | pl.col("currency").is_not_null()


DATASET = dataset_of(
    BatchRecords,
    name="batch_records",
    title="Batch records",
    one_row_is="one batch (lot)",
    key=("partner_id", "batch_id"),
)
