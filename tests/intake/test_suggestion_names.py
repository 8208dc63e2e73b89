"""Files that call partners and sites by their names in the register, not by their ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from kpi.access import EVERYTHING
from kpi.intake.contracts import dataset
from kpi.intake.known import NAMES, KnownRecords, known_with
from kpi.intake.read import read_table
from kpi.intake.suggestion import Proposal, propose
from kpi.intake.table import FileHints
from kpi.intake.validate import check_file
from kpi.ledger.reads import known_records
from kpi.ledger.store import Store
from tests.intake.partner_files import register
from tests.support import csv_of, submit_rows

SITES = [
    ("0042", "Mühlenthal Arzneifertigung GmbH", "01", "Werk Halle"),
    ("HELIX", "Helix Biologics", "HX-1", "Basel"),
    ("NORD", "Nordwerk", "N-1", "Basel"),
]


def known(*sites: tuple[str, ...]) -> KnownRecords:
    pairs = register(*[(partner, site) for partner, _, site, _ in sites])
    return replace(pairs, names=pl.DataFrame(list(sites), schema=dict.fromkeys(NAMES, pl.String), orient="row"))


def proposed(partner: str, site: str) -> Proposal:
    text = f"Partner;Site;Delivery;Product;Promised;Quantity\n{partner};{site};D-1;A;2026-03-31;5\n"
    return propose(read_table(text.encode(), "a.csv", FileHints()), dataset("deliveries"), known=known(*SITES))


def questions(found: Proposal) -> dict[str, list[str]]:
    return {
        one.column: [value for value, _ in one.choices]
        for one in found.questions
        if one.kind == "value" and one.column in ("partner_id", "site_id")
    }


def test_the_registers_own_name_is_that_partner_and_nobody_is_asked() -> None:
    found = proposed("MÜHLENTHAL  Arzneifertigung GmbH", "Werk Halle")
    assert questions(found) == {}
    assert found.mapping.values["partner_id"] == {"MÜHLENTHAL  Arzneifertigung GmbH": "0042"}
    assert found.mapping.values["site_id"] == {"Werk Halle": "01"}


def test_a_name_that_is_nearly_one_is_asked_with_the_likeliest_first() -> None:
    assert questions(proposed("Muehlenthal Arzneifertigung", "01"))["partner_id"][0] == "0042"


def test_a_name_of_two_sites_is_asked() -> None:
    assert set(questions(proposed("HELIX", "Basel"))["site_id"]) == {"01", "HX-1", "N-1", "Basel"}


def test_the_names_come_from_the_register_and_from_a_register_in_the_same_upload(empty_store: Store) -> None:
    rows = [dict(zip(NAMES, site, strict=True)) for site in SITES]
    submit_rows(empty_store, "partners", rows[:2], date(2025, 3, 1))
    found = known_records(empty_store, {}, scope=EVERYTHING)
    assert set(found.names.rows()) == set(SITES[:2])
    only = known_records(empty_store, {}, scope=replace(EVERYTHING, partners=frozenset({"HELIX"})))
    assert only.names.rows() == [SITES[1]], "names of others are kept from who may not see them"
    checked = check_file("partners", csv_of(rows[2:]), "partners.csv", known=found, today=date(2026, 3, 9))
    assert set(known_with(found, [checked]).names.rows()) == set(SITES)
