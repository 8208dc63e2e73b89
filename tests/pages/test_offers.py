"""Four eyes on the screens: the partner offers and is told, the sponsor works the list off, both see what became."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING, PARTNER_SIDE, SPONSOR_SIDE
from kpi.ledger.access import ADMINISTRATOR, grant_access
from kpi.ledger.deciding import refuse_offer
from kpi.ledger.offers import offers
from kpi.ledger.reads import history, version_now
from kpi.ledger.store import Store
from pages.shared.navigation import MONTHLY_UPLOAD, REPORTING_CALENDAR, SECTIONS, SUBMISSIONS
from pages.shared.session import OFFER, SUBMISSIONS_SHOWN
from pages.upload.history_table import OFFERS
from tests.ledger.files import put
from tests.ledger.offer_acts import under_four_eyes
from tests.pages.test_upload import MARCH, SITE, delivery, said, upload
from tests.support import checked_rows, csv_of, submit_rows

ROOT = Path(__file__).resolve().parents[2]
NOVA = {"partner_id": "NOVA", "partner_name": "Nova Pharma", "site_id": "NOVA-1", "site_name": "Ulm"}
PEOPLE = [
    ("ada", "administrator", SPONSOR_SIDE, None),
    ("sam", "quality_lead", SPONSOR_SIDE, None),
    ("vic", "viewer", SPONSOR_SIDE, None),
    ("hel", "quality_lead", PARTNER_SIDE, ["HELIX"]),
    ("nina", "quality_lead", PARTNER_SIDE, ["NOVA"]),
]


@pytest.fixture
def store(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """Two partners in the register, people on both sides, four eyes on for HELIX."""
    submit_rows(empty_store, "partners", [SITE, NOVA], MARCH, received_on=date(2025, 3, 2))
    for holder, role, side, partners in PEOPLE:
        grant_access(
            empty_store, holder=holder, role=role, side=side, partners=partners, reason="test", actor="ada",
            now=datetime(2025, 3, 3), scope=EVERYTHING,
        )  # fmt: skip
    under_four_eyes(empty_store)
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    monkeypatch.delenv(ADMINISTRATOR, raising=False)
    return empty_store


@pytest.fixture
def see(store: Store, monkeypatch: pytest.MonkeyPatch) -> See:
    return See(monkeypatch)


class See:
    """The dashboard as somebody sees it."""

    def __init__(self, environment: pytest.MonkeyPatch) -> None:
        self._environment = environment

    def __call__(self, who: str, page: str, **query: str) -> AppTest:
        self._environment.setenv("KPI_ACTOR", who)
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
        app.switch_page(page)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    def offers(self, who: str, **query: str) -> AppTest:
        return self(who, SUBMISSIONS, **{SUBMISSIONS_SHOWN: OFFERS, **query})


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label.startswith(label)).click().run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def offered(see: See, who: str = "hel") -> AppTest:
    screen = see(who, MONTHLY_UPLOAD)
    screen.selectbox(key="upload_to").select(MARCH).run()
    upload(screen, csv_of([delivery(1), delivery(2)]))
    assert "Files of HELIX wait for acceptance by somebody else: a quality lead or an alliance manager" in said(screen)
    return press(screen, "Offer 2 records for March 2025")


def test_whoever_offers_is_told_that_it_waits_and_for_whom(see: See, store: Store) -> None:
    screen = offered(see)
    assert "Waits for acceptance" in said(screen)
    assert "2 new records, 0 changed, 0 unchanged, for March 2025" in said(screen)
    assert "Nothing of it is in the figures yet" in said(screen)
    assert list(history(store, scope=EVERYTHING)["dataset"]) == ["partners"]
    [one] = offers(store, scope=EVERYTHING)
    assert (one.actor, one.waits) == ("hel", True)
    mine = see.offers("hel", offer=str(one.version))
    assert "1 file waits for acceptance" in said(mine)
    assert "You offered this file, so somebody else decides about it" in said(mine)
    assert "Take back" in labels(mine)
    assert not [label for label in labels(mine) if label.startswith(("Accept", "Refuse"))]


def test_the_sponsor_sees_what_would_change_and_accepts(see: See, store: Store) -> None:
    offered(see)
    [one] = offers(store, scope=EVERYTHING)
    screen = see.offers("sam", offer=str(one.version))
    assert "Records: 2 new, 0 changed, 0 unchanged" in said(screen)
    assert "figure" in said(screen)
    screen.text_area[0].set_value("compared with the orders")
    press(screen, "Accept 2 records")
    assert f"Offer {one.version} is accepted as S000002" in said(screen).replace("\\", "")
    newest = history(store, scope=EVERYTHING).iloc[0]
    assert (newest["dataset"], newest["new"], newest["actor"], newest["offered_by"]) == ("deliveries", 2, "sam", "hel")
    assert "No file waits for acceptance." in said(screen)
    theirs = see.offers("hel", offer=str(one.version))
    assert not [label for label in labels(theirs) if label.startswith("Take")]
    told = see("hel", SUBMISSIONS, submission="S000002")
    facts = str(told.table[0].value.to_dict()).replace("\\", "")
    assert "by hel (ledger version" in facts
    assert "by sam" in facts


def test_a_refusal_reaches_whoever_offered_it(see: See, store: Store) -> None:
    offered(see)
    [one] = offers(store, scope=EVERYTHING)
    screen = see.offers("sam", offer=str(one.version))
    press(screen, "Refuse")
    assert "Write a reason" in said(screen)
    next(area for area in screen.text_area if area.label == "Reason").set_value("three lots are missing")
    press(screen, "Refuse")
    assert f"Offer {one.version} is refused" in said(screen)
    theirs = see.offers("hel", offer=str(one.version))
    assert "three lots are missing" in str(theirs.table[0].value)
    assert len(history(store, scope=EVERYTHING)) == 1


def test_it_is_taken_back(see: See, store: Store) -> None:
    offered(see)
    [one] = offers(store, scope=EVERYTHING)
    press(see.offers("hel", offer=str(one.version)), "Take back")
    assert [one.state for one in offers(store, scope=EVERYTHING)] == ["taken back"]


def test_who_comes_second_is_told(see: See, store: Store) -> None:
    offered(see)
    [one] = offers(store, scope=EVERYTHING)
    screen = see.offers("sam", offer=str(one.version))
    refuse_offer(store, one.version, reason="no", actor="mia", now=datetime(2026, 1, 1), scope=EVERYTHING)
    before = version_now(store)
    screen.run()
    assert "mia" in str(screen.table[0].value)
    assert not [label for label in labels(screen) if label.startswith("Accept")]
    assert version_now(store) == before


def test_a_ledger_that_moved_on_is_looked_at_again(see: See, store: Store) -> None:
    submit_rows(store, "deliveries", [delivery(9, partner_id="NOVA", site_id="NOVA-1")], MARCH)
    offered(see)
    [one] = offers(store, scope=EVERYTHING)
    screen = see.offers("sam", offer=str(one.version))
    submit_rows(store, "deliveries", [delivery(10, partner_id="NOVA", site_id="NOVA-1")], MARCH)
    press(screen, "Accept 2 records")
    assert "The ledger has changed since you looked" in said(screen)
    assert offers(store, scope=EVERYTHING)[0].waits
    press(screen, "Accept 2 records")
    assert not offers(store, scope=EVERYTHING)[0].waits


def test_others_see_nothing_and_a_viewer_decides_nothing(see: See, store: Store) -> None:
    offered(see)
    [one] = offers(store, scope=EVERYTHING)
    for query in ({}, {OFFER: str(one.version)}):
        stranger = see.offers("nina", **query)
        everything = said(stranger) + str([table.value for table in (*stranger.table, *stranger.dataframe)])
        assert "HELIX" not in everything
        assert "deliveries.csv" not in everything
        assert "No file was ever offered" in everything
    viewer = see.offers("vic", offer=str(one.version))
    assert "It waits for a quality lead or an alliance manager of the sponsor" in said(viewer)
    assert not [label for label in labels(viewer) if label.startswith(("Accept", "Refuse", "Take"))]


def test_the_upload_and_the_calendar_say_that_it_waits(see: See, store: Store) -> None:
    submit_rows(store, "deliveries", [delivery(9, partner_id="NOVA", site_id="NOVA-1")], MARCH)
    offered(see)
    for who in ("hel", "sam"):
        assert "1 file waits for acceptance" in [link.proto.label for link in see(who, MONTHLY_UPLOAD).get("page_link")]
    assert "1 file waits for acceptance" not in [
        link.proto.label for link in see("nina", MONTHLY_UPLOAD).get("page_link")
    ]
    assert not see("hel", REPORTING_CALENDAR, months="24 months").exception


def test_a_partners_file_with_rows_of_another_is_refused_alike_whether_it_exists(see: See, store: Store) -> None:
    submit_rows(store, "deliveries", [delivery(9, partner_id="NOVA", site_id="NOVA-1")], MARCH)
    before, told = version_now(store), []
    for foreign in ("NOVA", "ZZZZ"):
        screen = see("hel", MONTHLY_UPLOAD)
        screen.selectbox(key="upload_to").select(MARCH).run()
        upload(screen, csv_of([delivery(1), delivery(9, partner_id=foreign, site_id=f"{foreign}-1")]))
        told.append((said(screen) + str([t.value.to_dict() for t in screen.dataframe])).replace(foreign, "????"))
        assert not [label for label in labels(screen) if label.startswith(("Confirm", "Offer"))]
    assert told[0] == told[1]
    assert "Nova" not in told[0]
    assert version_now(store) == before


def test_empty_states(see: See, store: Store) -> None:
    assert "No file was ever offered for acceptance" in said(see.offers("sam"))
    assert "There is no offer 99" in said(see.offers("sam", offer="99")) or "No file was ever offered" in said(
        see.offers("sam", offer="99")
    )


@pytest.mark.parametrize("page", [page for section in SECTIONS.values() for page, *_ in section])
def test_a_partner_that_has_sent_nothing_sees_every_screen_while_others_have(see: See, store: Store, page: str) -> None:
    submit_rows(store, "deliveries", [delivery(9, partner_id="NOVA", site_id="NOVA-1")], MARCH)
    screen = see("hel", page)
    assert "quote incident" not in said(screen)
    assert "Nova" not in said(screen)


def test_an_original_that_is_held_back_has_no_button_but_a_reason(see: See, store: Store) -> None:
    """The sponsor's people see all partners, so a workbook of theirs may have a sheet of another's."""
    file = checked_rows("deliveries", [delivery(1)])
    book = replace(file, reading=replace(file.reading, format="xlsx", sheet="HELIX"))
    usual = {"month_from": MARCH, "month_to": MARCH, "now": datetime(2025, 4, 2), "accept_warnings": True}
    by_sponsor = put(store, book, actor="sam", **usual)
    by_partner = put(store, replace(book, content=b"own"), actor="hel", **usual)
    held, own, all_of_it = (
        see.offers(who, offer=str(receipt.version))
        for who, receipt in (("hel", by_sponsor), ("hel", by_partner), ("sam", by_sponsor))
    )
    assert "Original file" not in [one.label for one in held.get("download_button")]
    assert "it is not handed out. Ask whoever offered it" in said(held)
    for screen in (own, all_of_it):
        assert "Original file" in [one.label for one in screen.get("download_button")]
        assert "not handed out" not in said(screen)
