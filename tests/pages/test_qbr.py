"""The QBR screen, started from dashboard.py, over the sample, an empty store and a reader who sees one partner."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.meetings import meetings, open_meeting
from kpi.ledger.store import Store, open_store
from kpi.qbr.choices import LONGEST_COMMENT
from kpi.qbr.page_list import PageList
from pages.shared import session
from pages.shared.jobs import Jobs
from pages.shared.navigation import LOOK_AHEAD, QBR_PACK
from tests.pages.test_review import opened, texts
from tests.support import somebody_for, submit_rows


@pytest.fixture
def store(sample_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    copy = open_store(f"duckdb:///{shutil.copy(sample_store.path, tmp_path / 'own.duckdb')}")
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{copy.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    return copy


@pytest.fixture(autouse=True)
def jobs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Jobs:
    (tmp_path / "jobs").mkdir()
    own = Jobs(tmp_path / "jobs")
    monkeypatch.setattr("pages.shared.jobs._jobs", own)
    return own


def screen(partner: str = "VESS", **query: str) -> AppTest:
    app = opened(QBR_PACK, partner=partner, month="2026-10", **query)
    assert not app.error
    return app


def pages_of(app: AppTest) -> pd.DataFrame:
    """The table of pages: index is the page's key."""
    (editor,) = app.data_editor
    found: pd.DataFrame = editor.value
    return found


def edit(app: AppTest, rows: dict[int, dict[str, Any]]) -> AppTest:
    (editor,) = app.data_editor
    app.session_state[editor.key] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def field(app: AppTest, kind: str, label: str) -> Any:
    return next(element for element in getattr(app, kind) if element.label == label)


def test_every_page_is_shown_with_what_it_holds(store: Store) -> None:
    app = screen()
    table = pages_of(app)
    assert list(table.index[:4]) == ["title", "scorecard", "changed", "indicator:lot_acceptance_rate"]
    assert list(table["Place"]) == list(range(1, len(table) + 1))
    assert table["In"].all()
    assert table.loc["indicator:right_first_time", "Page"] == "● Right first time: 90.9 %, target met"
    assert table.loc["indicator:right_first_time", "Holds"].startswith("p chart of 36 months")
    assert "nothing that counts happened" in table.loc["indicator:audit_response_on_time", "Remark"]
    said = texts(app)
    assert "Vessandra Biologics, October 2026" in said
    assert f"{len(table)} of {len(table)} pages go into the pack" in said
    assert "judged on 16 November 2026" in said


def test_a_box_leaves_a_page_out_and_a_place_moves_one(store: Store) -> None:
    app = screen()
    first = list(pages_of(app).index)
    edit(app, {1: {"In": False}})
    assert not app.exception
    assert list(pages_of(app).index) == first
    assert "40 of 41 pages" in texts(app)
    edit(app, {10: {"Place": 1}})
    assert pages_of(app).index[0] == first[10]
    assert not pages_of(app).loc["scorecard", "In"]
    press(app, "Reset")
    assert list(pages_of(app).index) == first
    assert pages_of(app)["In"].all()


def test_quick_choices_and_a_pack_without_pages(store: Store) -> None:
    app = press(screen(), "With a figure")
    table = pages_of(app)
    empty = table["Remark"].str.contains("No figure for the period") & table.index.str.startswith("indicator:")
    assert empty.any()
    assert (table["In"] | empty).all()
    assert not table.loc[empty, "In"].any()
    app.session_state[session.QBR_PAGES] = PageList((), frozenset(table.index))
    app.run()
    assert "No page is chosen" in texts(app)
    assert field(app, "button", "Make the pack").disabled


def test_one_page_is_moved_left_out_and_commented_by_buttons(store: Store) -> None:
    app = screen()
    field(app, "selectbox", "Page").select("indicator:right_first_time").run()
    press(app, "Up")
    assert list(pages_of(app).index).index("indicator:right_first_time") == 3
    press(app, "Leave out")
    assert not pages_of(app).loc["indicator:right_first_time", "In"]
    press(app, "Take in")
    box = field(app, "text_area", "Comment on this page")
    assert box.proto.max_chars == LONGEST_COMMENT
    box.input("Plan *agreed* $5$").run()
    assert pages_of(app).loc["indicator:right_first_time", "Comment"] == "Plan *agreed* $5$"


def test_comments_survive_other_pages_other_partners_and_other_screens(store: Store) -> None:
    app = screen()
    field(app, "text_area", "Comment on this page").input("For the title").run()
    field(app, "selectbox", "Page").select("scorecard").run()
    assert field(app, "text_area", "Comment on this page").value == ""
    app.switch_page(LOOK_AHEAD).run()
    app.switch_page(QBR_PACK).run()
    assert field(app, "selectbox", "Page").value == "scorecard"
    field(app, "selectbox", "Page").select("title").run()
    assert field(app, "text_area", "Comment on this page").value == "For the title"
    field(app, "selectbox", "Partner").select("TARN").run()
    assert field(app, "text_area", "Comment on this page").value == ""
    field(app, "selectbox", "Partner").select("VESS").run()
    assert field(app, "text_area", "Comment on this page").value == "For the title"


def test_files_are_offered_until_something_changes(store: Store) -> None:
    app = press(screen(), "Headline")
    field(app, "button_group", "Files").set_value(["xlsx"]).run()
    press(app, "Make the pack")
    assert not app.error
    labels = [button.label for button in app.download_button]
    assert [label.split(",")[0] for label in labels] == ["Save choices", "Workbook"]
    field(app, "text_input", "Title").input("Annual review").run()
    assert len(app.download_button) == 1
    assert "Something was changed since" in texts(app)
    field(app, "text_input", "Title").input("").run()
    assert len(app.download_button) == 2  # the same choices as before: the same files


def test_a_meetings_pack_shows_its_frozen_figures(store: Store) -> None:
    every = meetings(store, scope=EVERYTHING)
    without = [partner for partner in ("ORRI", "SERI", "0042", "BRAM") if partner not in {m.partner_id for m in every}]
    assert not [box for box in screen(without[0]).selectbox if box.label == "Figures"]
    meeting = open_meeting(
        store,
        partner_id=without[0],
        day=date(2026, 12, 3),
        title="Steering committee",
        month=date(2026, 7, 1),
        window=3,
        frozen_version=300,
        definitions=load_catalog().digest,
        actor="qa.lead",
        now=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        scope=EVERYTHING,
    )
    app = screen(without[0])
    field(app, "selectbox", "Figures").select(meeting.id).run()
    assert not app.exception
    said = texts(app)
    assert "the 3 months to July 2026" in said
    assert "Ledger version 300" in said
    assert f"frozen for the meeting of 3 December 2026 ({meeting.id})" in said.replace("\\", "")
    field(app, "selectbox", "Partner").select(without[1]).run()
    assert not [box for box in app.selectbox if box.label == "Figures"]
    assert "Ledger version 300" not in texts(app)


def test_without_a_partner_the_screen_asks_for_one(store: Store) -> None:
    app = screen(partner="")
    assert not app.data_editor
    asked = app.selectbox(key=session.QBR_PARTNER)
    asked.select("TARN").run()
    assert app.session_state["partner"] == "TARN"
    assert "Tarnwick Sterile Services Ltd, October 2026" in texts(app)


def test_a_reader_sees_and_exports_only_their_partners(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "person_of_reader", lambda store: somebody_for("ORRI", "VESS"))
    app = screen(partner="")
    asked = app.selectbox(key=session.QBR_PARTNER)
    assert len(asked.options) == 2
    assert "Orrinmoor Peptides Pte" in asked.options
    field(app, "button_group", "For").set_value("Several partners").run()
    assert field(app, "multiselect", "Partners").options == asked.options
    assert field(app, "button", "Make 2 packs in the background")


def test_a_reader_of_one_partner_is_asked_for_none(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "person_of_reader", lambda store: somebody_for("ORRI"))
    app = screen(partner="")
    assert [one.label for one in app.selectbox if one.label == "Partner"] == ["Partner"], "the sidebar's"
    assert app.sidebar.selectbox[0].options == ["Orrinmoor Peptides Pte"]
    assert "For" not in [one.label for one in app.get("button_group")]
    assert "Orrinmoor Peptides Pte, October 2026" in texts(app)
    assert field(app, "button", "Make the pack")


@pytest.fixture
def small(empty_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """One month of deliveries of a partner in no register, and a registered one that never sent anything."""
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    deliveries = [
        {
            "partner_id": "=cmd",
            "site_id": "S1",
            "delivery_id": f"D{i}",
            "product": "A",
            "promised_date": date(2025, 10, 10),
            "delivered_date": date(2025, 10, 9 if i < 5 else 12),
            "ordered_quantity": 10,
            "delivered_quantity": 10,
        }
        for i in range(6)
    ]
    submit_rows(empty_store, "deliveries", deliveries, date(2025, 10, 1))
    registered = {
        "partner_id": "SILENT",
        "partner_name": '"Quoted" & <Ampersand> *GmbH* $5$',
        "site_id": "Q1",
        "site_name": "Werk 1",
    }
    submit_rows(empty_store, "partners", [registered], date(2025, 10, 1))
    return empty_store


@pytest.mark.parametrize("partner", ["=cmd", "SILENT"])
def test_a_partner_with_little_or_nothing_gets_a_pack_that_says_so(small: Store, partner: str) -> None:
    app = opened(QBR_PACK, partner=partner, month="2025-10")
    table = pages_of(app)
    if partner == "SILENT":
        assert '"Quoted" & <Ampersand> *GmbH* $5$, October 2025' in texts(app).replace("\\", "")
        assert not table.index.str.startswith("indicator:").any()
        assert "No indicator has a figure for this period" in texts(app)
        assert table.loc["scorecard", "Remark"] == "This partner has no figure for the period."
    press(app, "Make the pack")
    assert not app.error
    assert [button.label.split(",")[0] for button in app.download_button] == [
        "Save choices",
        "Deck",
        "Workbook",
        "PDF",
    ]


def test_an_empty_store_says_what_to_do(empty_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_STORE", f"duckdb:///{empty_store.path}")
    app = opened(QBR_PACK)
    assert "No records yet" in texts(app)
    assert not app.button


def choices_given(app: AppTest, name: str, content: bytes) -> AppTest:
    field(app, "file_uploader", "Load choices (.toml)").upload(name, content, "application/toml").run()
    assert not app.exception
    return app


def test_saved_choices_come_back_with_partner_month_and_comments(store: Store) -> None:
    text = """
partner = "TARN"
month = "2026-08"
window = 3
title = "Annual review"
pages = ["scorecard", "title", "indicator:right_first_time"]

[comments]
"scorecard" = "Read this first."
"""
    app = choices_given(screen(), "mine.toml", text.encode())
    assert [message.value.replace("\\", "") for message in app.success] == ["Loaded mine.toml: 3 pages, 1 comment."]
    table = pages_of(app)
    assert list(table[table["In"]].index) == ["scorecard", "title", "indicator:right_first_time"]
    assert "Tarnwick Sterile Services Ltd, the 3 months to August 2026" in texts(app)
    assert table.loc["scorecard", "Comment"] == "Read this first."
    assert field(app, "text_input", "Title").value == "Annual review"
    app.run()
    assert not app.success


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'partner = "NOBODY"', "is for the partner NOBODY, of whom there are no figures here"),
        (b'month = "1999-01"', "is for 1999-01, for which there are no figures here"),
        (b'colour = "red"\nwindow = 2', "2 mistakes in the choices"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"pages = [", "this is not TOML"),
    ],
)
def test_choices_that_cannot_be_followed_change_nothing(store: Store, content: bytes, expected: str) -> None:
    app = screen()
    before = pages_of(app)
    choices_given(app, "theirs.toml", content)
    assert expected in app.error[0].value.replace("\\", "")
    pd.testing.assert_frame_equal(pages_of(app), before)


def test_a_file_that_is_no_template_is_refused_with_a_reason(store: Store) -> None:
    app = screen()
    mime = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    field(app, "file_uploader", "PowerPoint file (.pptx)").upload("brand.pptx", b"no deck", mime).run()
    assert not app.exception
    assert app.error[0].value.replace("\\", "").startswith("brand.pptx can't be used: ")
    assert session.QBR_TEMPLATE not in app.session_state
