"""An objection to a figure stands in every file of a pack as it stands on the screen, at the pack's own version."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from kpi.access import EVERYTHING, Scope
from kpi.catalog import load_catalog
from kpi.ledger.figure_names import COMMENT, OBJECT, TURN_DOWN, WITHDRAW
from kpi.ledger.figure_notes import figure_notes, record_figure_note
from kpi.ledger.reads import version_now
from kpi.ledger.store import Store
from kpi.present.frozen_board import frozen_board
from kpi.present.objections import objected
from kpi.present.scorecard import contributions_board, objected_sentence
from kpi.qbr.choices import Choices
from kpi.qbr.files import KINDS, write_pack
from kpi.qbr.gather import load_source, pack_of
from kpi.qbr.pack import Figure, Pack
from kpi.qbr.source import Source
from tests.qbr.deck.reading import notes_of, opened, text_of_slide
from tests.qbr.document.reading import sections, squeezed
from tests.qbr.stores import FEBRUARY, JANUARY, TODAY, filled
from tests.qbr.workbook.books import read, table_of

CATALOG = load_catalog()
TEXT = "Lots 1–3 were held at the border,\nnot by us"
TOLD = (
    "Objection to the figure of February 2025: pat, for the partner, on 4 January 2026: “Lots 1–3 were held at the "
    "border, not by us”. Not answered yet."
)
ANSWERED = TOLD.replace(
    "Not answered yet.", "It was turned down: sam, for the sponsor, on 4 January 2026: “They were late”."
)


@pytest.fixture
def store(empty_store: Store) -> Store:
    """Figures up to version 6; 7 an objection to HELIX' February, 8 a comment, 9 the answer."""
    filled(empty_store)
    say(empty_store, OBJECT, TEXT)
    say(empty_store, COMMENT, "We look", actor="sam", side="sponsor")
    say(empty_store, TURN_DOWN, "They were late", actor="sam", side="sponsor")
    return empty_store


def say(store: Store, action: str, text: str, **changed: Any) -> None:
    usual: dict[str, Any] = {
        "partner_id": "HELIX", "kpi_id": "on_time_delivery", "currency": "", "month": FEBRUARY, "actor": "pat",
        "side": "partner", "now": datetime(2026, 1, 4, 9), "seen_version": version_now(store), "scope": EVERYTHING,
    }  # fmt: skip
    record_figure_note(store, action=action, text=text, **(usual | changed))


def source(store: Store, version: int, scope: Scope = EVERYTHING) -> Source:
    return load_source(store, CATALOG, today=TODAY, scope=scope, as_of=version)


def pack(store: Store, version: int, partner: str = "HELIX", window: int = 1) -> Pack:
    return pack_of(source(store, version), Choices(partner, FEBRUARY, window))


def figure(found: Pack) -> Figure:
    return next(one.figure for one in found.indicator_pages if one.figure and one.figure.kpi_id == "on_time_delivery")


@pytest.mark.parametrize(
    ("version", "mark", "told"),
    [(6, "", ()), (7, "objected", (TOLD,)), (8, "objected", (TOLD,)), (9, "objection turned down", (ANSWERED,))],
)
def test_a_pack_says_what_had_been_said_at_its_version(
    store: Store, version: int, mark: str, told: tuple[str, ...]
) -> None:
    found = pack(store, version)
    assert (figure(found).mark, figure(found).objections) == (mark, told)
    assert sum(bool(page.figure and page.figure.mark) for page in found.indicator_pages) == bool(mark)
    (title,) = [page.title for page in found.indicator_pages if page.figure == figure(found)]
    assert title.endswith(f", {mark}" if mark else "limit")
    assert figure(pack(store, version, "NOVA")).mark == ""


def test_every_file_says_it_where_the_value_stands(store: Store) -> None:
    of = source(store, 7)
    found = pack_of(of, Choices("HELIX", FEBRUARY))
    name, title = figure(found).name, next(page.title for page in found.indicator_pages if page.figure == figure(found))

    slides = opened(write_pack(of, found, "pptx")).slides
    cells = [
        cell.text for shape in slides[1].shapes if shape.has_table for row in shape.table.rows for cell in row.cells
    ]
    assert f"{name} (objected)" in cells
    (slide,) = [slide for slide in slides if slide.shapes.title is not None and slide.shapes.title.text == title]
    assert TOLD in text_of_slide(slide)
    assert TOLD in notes_of(slide)

    chapters = sections(write_pack(of, found, "pdf"))
    assert squeezed(TOLD) in chapters[title]
    assert squeezed(f"{name} (objected)") in next(text for key, text in chapters.items() if key.startswith("Scorecard"))

    rows = table_of(read(write_pack(of, found, "xlsx")), "Scorecard")
    assert {row["Indicator"]: row["Objection"] for row in rows if row["Objection"]} == {name: TOLD}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_version_says_the_same_whatever_is_answered_later(store: Store, kind: str) -> None:
    before = write_pack(source(store, 7), pack(store, 7), kind)
    say(store, OBJECT, "Once more")
    assert write_pack(source(store, 7), pack(store, 7), kind) == before
    assert write_pack(source(store, 10), pack(store, 10), kind) != before


def test_a_figure_of_several_months_names_those_that_were_objected_to(store: Store) -> None:
    say(store, OBJECT, "This one, too.", month=JANUARY)
    found = figure(pack(store, 10, window=3))
    assert found.mark == "Feb 2025 objection turned down, Jan 2025 objected"
    assert [told[:42] for told in found.objections] == [
        "Objection to the figure of February 2025: ",
        "Objection to the figure of January 2025: p",
    ]
    assert found.objections[1].endswith(": “This one, too.” Not answered yet.")
    assert figure(pack(store, 10)).mark == "objection turned down"


def test_what_was_taken_back_or_only_commented_on_is_no_mark(store: Store) -> None:
    say(store, OBJECT, "Once more")
    say(store, WITHDRAW, "We were wrong")
    say(store, COMMENT, "Thank you", month=JANUARY)
    assert objected(figure_notes(store, scope=EVERYTHING), "HELIX", FEBRUARY, 3) == {}


def test_long_texts_and_many_months_are_told_in_short(store: Store) -> None:
    for month in range(1, 9):
        say(store, OBJECT, "word " * 700, month=date(2024, month, 1))
    (found,) = objected(figure_notes(store, scope=EVERYTHING), "HELIX", date(2024, 12, 1), 12).values()
    assert found.mark == "Aug 2024 objected, Jul 2024 objected and 6 more"
    assert found.sentences[-1] == "5 earlier months more."
    assert all(len(told) < 400 for told in found.sentences)


def test_the_score_board_marks_the_figure_that_counts(store: Store) -> None:
    say(store, OBJECT, "Wrong", kpi_id="on_time_in_full")
    of = source(store, 10)
    score = of.score("HELIX", FEBRUARY)
    assert score is not None
    marks = objected(of.notes(), "HELIX", FEBRUARY, CATALOG.scoring.window)
    name = CATALOG.indicators["on_time_in_full"].name
    rows = json.loads(contributions_board(score, CATALOG, FEBRUARY, marks))["rows"]
    assert {row["name"] for row in rows if "Feb 2025 objected" in json.dumps(row)} == {name}
    assert objected_sentence(score, CATALOG, marks) == f"Of its figures, {name} is objected to and not answered yet."
    say(store, TURN_DOWN, "No", kpi_id="on_time_in_full", actor="sam", side="sponsor")
    answered = objected(figure_notes(store, scope=EVERYTHING), "HELIX", FEBRUARY, CATALOG.scoring.window)
    assert objected_sentence(score, CATALOG, answered) == ""


def test_frozen_figures_keep_what_was_said_then(store: Store) -> None:
    def board(version: int) -> str:
        of = source(store, version)
        signals = of.signals("HELIX", FEBRUARY)
        return frozen_board(of.marts, of.marts, CATALOG, signals, "HELIX", FEBRUARY, 1, "Now", of.notes())

    assert '"objected"' not in board(6)
    assert '"objected"' in board(7)
    assert '"objection turned down"' in board(9)
