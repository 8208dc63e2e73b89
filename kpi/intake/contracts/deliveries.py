"""Deliveries: what was promised, what came, and when."""

from __future__ import annotations

import polars as pl

from kpi.intake.contracts.fields import (
    Contract,
    dataset_of,
    date_field,
    id_field,
    quantity_field,
    rule,
    text_field,
    yes_no_field,
)


class Deliveries(Contract):
    partner_id: pl.String = id_field("Partner", "The partner as in the register.", required=True, example="HELIX")
    site_id: pl.String = id_field(
        "Site", "The delivering site as in the register.", required=True, example="HELIX-BASEL"
    )
    delivery_id: pl.String = id_field(
        "Delivery", "The order line, unique within the partner.", required=True, example="PO-4711-10"
    )
    product: pl.String = text_field(
        "Product", "What was ordered, by one name in all files.", required=True, example="AX-101"
    )
    promised_date: pl.Date = date_field(
        "Promised",
        "The ORIGINAL commitment: lateness is judged against it.",
        required=True,
        example="2024-03-15",
        future=True,
    )
    order_date: pl.Date = date_field("Ordered", "The day of the order.", example="2024-01-08")
    requested_date: pl.Date = date_field(
        "Requested",
        "The day asked for by the sponsor; shown, never used to judge.",
        example="2024-03-10",
        future=True,
    )
    delivered_date: pl.Date = date_field(
        "Delivered", "The day the goods arrived; empty until then.", example="2024-03-14"
    )
    ordered_quantity: pl.Float64 = quantity_field(
        "Ordered quantity", "How much was ordered.", required=True, unit="that of unit", example="12000"
    )
    delivered_quantity: pl.Float64 = quantity_field(
        "Delivered quantity", "How much arrived; empty until then.", unit="that of unit", example="12000"
    )
    unit: pl.String = text_field("Unit", "Unit of both quantities.", example="vial")
    documents_ok: pl.Boolean = yes_no_field(
        "Documents right", "Whether the papers were complete and right.", example="yes"
    )
    condition_ok: pl.Boolean = yes_no_field(
        "Condition right", "Whether the goods arrived intact and within temperature.", example="yes"
    )

    @rule(
        "delivered_date",
        "order_date",
        problem="is before the order ({order_date})",
        allowed="the day of order_date or later",
        action="Correct one of the two dates",
    )
    def delivered_not_before_order(self) -> pl.Expr:
        return pl.col("delivered_date") >= pl.col("order_date")

    @rule(
        "delivered_date",
        "delivered_quantity",
        problem="is empty although {delivered_quantity} were delivered: the line counts as not delivered",
        allowed="a date wherever something was delivered",
        action="Fill in the day of delivery",
        severity="warning",
    )
    def delivered_quantity_has_a_date(self) -> pl.Expr:
        return pl.col("delivered_date").is_not_null() | ~(pl.col("delivered_quantity") > 0)


DATASET = dataset_of(
    Deliveries,
    name="deliveries",
    title="Deliveries",
    one_row_is="one order line",
    key=("partner_id", "delivery_id"),
)
