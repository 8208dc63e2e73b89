"""The partner register: which sites belong to which partner."""

from __future__ import annotations

import polars as pl

from kpi.intake.contracts.codes import COUNTRIES
from kpi.intake.contracts.fields import (
    Contract,
    choice_field,
    dataset_of,
    date_field,
    id_field,
    list_field,
    rule,
    text_field,
)

FUNCTIONS = ("drug_substance", "drug_product", "packaging", "testing")


class Partners(Contract):
    partner_id: pl.String = id_field(
        "Partner", "Identifies the partner in every file. Never reuse one.", required=True, example="HELIX"
    )
    partner_name: pl.String = text_field(
        "Partner name", "The name shown on screens and slides.", required=True, example="Helix Biologics"
    )
    site_id: pl.String = id_field(
        "Site", "Identifies the site within the partner.", required=True, example="HELIX-BASEL"
    )
    site_name: pl.String = text_field("Site name", "The site's name as shown.", required=True, example="Basel")
    country: pl.String = choice_field(
        "Country",
        "Country of the site, ISO 3166-1 alpha-2.",
        COUNTRIES,
        allowed_text="a two-letter country code (ISO 3166-1) such as CH, DE or US",
        example="CH",
    )
    functions: pl.String = list_field(
        "Functions",
        "What the site does for the sponsor; several are separated by semicolons.",
        FUNCTIONS,
        example="drug_substance;testing",
    )
    operating_model: pl.String = choice_field(
        "Operating model",
        "How broad the partner's offer is.",
        ("integrated", "specialized", "hybrid"),
        example="integrated",
    )
    engagement: pl.String = choice_field(
        "Engagement", "The kind of relationship.", ("strategic", "transactional"), example="strategic"
    )
    pricing_model: pl.String = choice_field(
        "Pricing model",
        "How the work is paid.",
        ("fee_for_service", "time_and_materials", "risk_sharing"),
        example="fee_for_service",
    )
    capacity_model: pl.String = choice_field(
        "Capacity model", "Whether capacity is reserved.", ("dedicated", "flexible"), example="flexible"
    )
    qms_id: pl.String = id_field(
        "Quality system", "Sites that share a quality system share this identifier.", example="QMS-1"
    )
    active_from: pl.Date = date_field(
        "Active from",
        "First day of the cooperation; may lie in the future where it is agreed already.",
        example="2021-01-01",
        future=True,
    )
    active_to: pl.Date = date_field(
        "Active to",
        "Last day of the cooperation; empty while it goes on. May lie in the future.",
        example="2030-12-31",
        future=True,
    )

    @rule(
        "active_to",
        "active_from",
        problem="is before the first active day ({active_from})",
        allowed="the day of active_from or later",
        action="Correct one of the two dates",
    )
    def active_to_not_before_active_from(self) -> pl.Expr:
        return pl.col("active_to") >= pl.col("active_from")


DATASET = dataset_of(
    Partners,
    name="partners",
    title="Partner register",
    one_row_is="one site of a partner",
    key=("partner_id", "site_id"),
)
