"""Findings of audits and inspections at the partners' sites."""

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
)

NOT_BEFORE_AUDIT = "is before the audit ({audit_date})"
AUDIT_OR_LATER = "the day of audit_date or later"
CORRECT_A_DATE = "Correct one of the two dates"


class AuditFindings(Contract):
    partner_id: pl.String = id_field("Partner", "The partner as in the register.", required=True, example="HELIX")
    site_id: pl.String = id_field("Site", "The audited site as in the register.", required=True, example="HELIX-BASEL")
    audit_id: pl.String = id_field(
        "Audit",
        "The audit's number; all findings of one audit share it.",
        required=True,
        example="AUD-2024-03",
    )
    finding_id: pl.String = id_field(
        "Finding", "The finding's number, unique within the partner.", required=True, example="AUD-2024-03-F1"
    )
    audit_date: pl.Date = date_field("Audit date", "Last day of the audit.", required=True, example="2024-03-14")
    audit_type: pl.String = choice_field(
        "Audit type",
        "Why it was held; regulatory is an inspection by an authority.",
        ("routine", "for_cause", "qualification", "regulatory"),
        required=True,
        example="routine",
    )
    authority: pl.String = text_field("Authority", "For regulatory inspections: who inspected.")
    severity: pl.String = choice_field(
        "Severity",
        "As classified by the auditor.",
        ("critical", "major", "minor"),
        required=True,
        example="major",
    )
    area: pl.String = text_field(
        "Area", "The part of the quality system concerned.", required=True, example="Data integrity"
    )
    clause: pl.String = text_field("Clause", "The requirement that was not met.", example="EU GMP 4.8")
    response_due_date: pl.Date = date_field(
        "Response due", "The date by which the partner is to answer.", example="2024-04-13", future=True
    )
    response_date: pl.Date = date_field("Response", "The day the partner answered.", example="2024-04-10")
    due_date: pl.Date = date_field(
        "Due",
        "The ORIGINAL date by which the finding is to be closed.",
        required=True,
        example="2024-09-30",
        future=True,
    )
    closed_date: pl.Date = date_field("Closed", "The day it was closed; empty while open.", example="2024-09-12")
    repeat_of: pl.String = id_field("Repeat of", "The earlier finding that this one repeats.", example="AUD-2022-05-F3")

    @rule(
        "response_date",
        "audit_date",
        problem=NOT_BEFORE_AUDIT,
        allowed=AUDIT_OR_LATER,
        action=CORRECT_A_DATE,
    )
    def response_not_before_audit(self) -> pl.Expr:
        return pl.col("response_date") >= pl.col("audit_date")

    @rule(
        "closed_date",
        "audit_date",
        problem=NOT_BEFORE_AUDIT,
        allowed=AUDIT_OR_LATER,
        action=CORRECT_A_DATE,
    )
    def closed_not_before_audit(self) -> pl.Expr:
        return pl.col("closed_date") >= pl.col("audit_date")

    @rule(
        "due_date",
        "audit_date",
        problem=NOT_BEFORE_AUDIT,
        allowed=AUDIT_OR_LATER,
        action="Check the date; accept the warning if it is right",
        severity="warning",
    )
    def due_not_before_audit(self) -> pl.Expr:
        return pl.col("due_date") >= pl.col("audit_date")

    @rule(
        "repeat_of",
        "finding_id",
        problem="is the finding itself",
        allowed="the number of an earlier finding",
        action="Name the earlier finding, or leave the cell empty",
    )
    def repeats_another_finding(self) -> pl.Expr:
        return pl.col("repeat_of") != pl.col("finding_id")


DATASET = dataset_of(
    AuditFindings,
    name="audit_findings",
    title="Audit findings",
    one_row_is="one finding",
    key=("partner_id", "finding_id"),
)
