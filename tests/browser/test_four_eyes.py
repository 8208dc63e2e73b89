"""The whole way of a file under four eyes: the partner offers it, no figure moves, the sponsor accepts it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
from playwright.sync_api import Browser, Page, expect

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE
from kpi.catalog import load_catalog
from kpi.ledger.access import grant_access
from kpi.ledger.four_eyes import set_four_eyes
from kpi.ledger.reads import history
from kpi.ledger.store import Store, open_store
from kpi.ledger.verify import verify
from kpi.marts import load_marts
from tests.browser.conftest import serving
from tests.browser.test_main_ways import upload
from tests.browser.waiting import opened, say_nothing_of_incidents, settled
from tests.support import csv_of, order_lines, submit_rows

FEBRUARY, MARCH = date(2025, 2, 1), date(2025, 3, 1)
PEOPLE = [
    ("ada", "administrator", SPONSOR_SIDE, None),
    ("sam", "quality_lead", SPONSOR_SIDE, None),
    ("hel", "quality_lead", PARTNER_SIDE, ["HELIX"]),
]


def figures(store: Store) -> pd.DataFrame:
    return load_marts(store, load_catalog(), scope=EVERYTHING, day=date(2026, 2, 1)).kpi_monthly


def governed(store: Store) -> Store:
    """HELIX reported February; people on both sides; four eyes are on for HELIX."""
    submit_rows(store, "deliveries", order_lines("HELIX", FEBRUARY, late=1), FEBRUARY)
    now = datetime.now(UTC)
    for holder, role, side, partners in PEOPLE:
        grant_access(
            store, holder=holder, role=role, side=side, partners=partners, reason="test", actor="ada", now=now,
            scope=EVERYTHING,
        )  # fmt: skip
    set_four_eyes(store, partner_id="HELIX", on=True, reason="agreed", actor="ada", now=now, scope=EVERYTHING)
    return store


def test_offered_by_the_partner_and_accepted_by_the_sponsor(
    browser: Browser, page: Page, empty_store: Store, tmp_path: Path
) -> None:
    before = figures(governed(empty_store))
    partners, sponsors = tmp_path / "partner", tmp_path / "sponsor"
    partners.mkdir()
    sponsors.mkdir()
    with serving(browser, empty_store, partners, actor="hel") as dashboard:
        upload(page, dashboard, "march 2025.csv", csv_of(order_lines("HELIX", MARCH, late=2)))
        expect(page.get_by_text("Files of HELIX wait for acceptance by somebody else")).to_be_visible()
        page.get_by_role("button", name=re.compile("^Offer 10 records")).click()
        expect(page.get_by_text("Nothing of it is in the figures yet")).to_be_visible()
        page.get_by_role("link", name=re.compile("^Offer")).click()
        expect(page.get_by_text("You offered this file, so somebody else decides about it")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^Accept"))).to_have_count(0)
        say_nothing_of_incidents(page)
        offering = open_store(dashboard.store_url)
    pd.testing.assert_frame_equal(figures(offering), before)
    assert len(history(offering, scope=EVERYTHING)) == 1

    with serving(browser, offering, sponsors, actor="sam") as dashboard:
        opened(page, dashboard.url("monthly_upload"), "1. Choose the month and the files")
        page.get_by_role("link", name="1 file waits for acceptance").click()
        page.get_by_role("combobox", name="Details of offer").click()
        page.get_by_role("option").first.click()
        expect(page.get_by_text("Checked again beside the ledger as it is now")).to_be_visible()
        expect(page.get_by_text(re.compile("10 new, 0 changed, 0 unchanged"))).to_be_visible()
        expect(page.get_by_text(re.compile("figures? moves?"))).to_be_visible()
        page.get_by_role("textbox", name=re.compile("What you looked at")).fill("compared with the orders")
        settled(page)
        page.get_by_role("button", name=re.compile("^Accept 10 records")).click()
        expect(page.get_by_text(re.compile("is accepted as S000002"))).to_be_visible()
        expect(page.get_by_text("No file waits for acceptance.")).to_be_visible()
        say_nothing_of_incidents(page)
        accepted = open_store(dashboard.store_url)
    newest = history(accepted, scope=EVERYTHING).iloc[0]
    assert (newest["submission_id"], newest["actor"], newest["offered_by"]) == ("S000002", "sam", "hel")
    after = figures(accepted)
    assert len(after[after["n"].notna()]) > len(before[before["n"].notna()])
    assert verify(accepted).problems == ()
