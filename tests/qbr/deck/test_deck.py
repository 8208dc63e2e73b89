"""A deck: every page in order, with foot, number, notes and alternative texts; nothing outside, nothing overflows."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from kpi.present.prose import plain, strong
from kpi.qbr.deck import write_deck
from kpi.qbr.deck.metrics import ARIAL
from kpi.qbr.pack import AppendixPage, Pack, ScorecardPage, TitlePage
from tests.qbr.deck.reading import (
    charts_of,
    notes_of,
    opened,
    outside,
    overflowing,
    tables_of,
    text_of_slide,
    texts_of,
)
from tests.qbr.packs import (
    LONG_NAME,
    NAMES,
    UGLY_TEXTS,
    a_changed_page,
    a_decisions_page,
    a_figure,
    a_look_ahead_page,
    a_pack,
    a_provenance,
    a_scorecard,
    an_escalations_page,
    an_indicator_page,
    many_figures,
    ugly_pack,
)


@pytest.fixture(scope="module")
def ugly() -> tuple[Pack, Any]:
    pack = ugly_pack()
    return pack, opened(write_deck(pack))


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text.replace("\u00a0", " ") for slide in deck.slides]


def test_pages_stand_in_the_packs_order() -> None:
    pack = a_pack()
    pack = replace(pack, pages=(pack.pages[0], pack.pages[-3], pack.pages[4], pack.pages[1]))
    assert titles(opened(write_deck(pack))) == [page.title for page in pack.pages]


def test_every_slide_says_where_it_is_from_and_its_number(ugly: tuple[Pack, Any]) -> None:
    pack, deck = ugly
    for number, slide in enumerate(deck.slides, 1):
        (foot,) = (shape for shape in slide.shapes if shape.name == "Foot")
        text = " ".join(foot.text_frame.text.split())
        assert pack.provenance.line in text
        assert text.startswith(f"{pack.partner}, October 2026")
        assert "Synthetic sample data" in text
        (field,) = slide._element.iter("{*}fld")
        assert (field.get("type"), field.find("{*}t").text) == ("slidenum", str(number))


def test_what_was_restated_stands_on_every_slide_of_its_page() -> None:
    restated = "Restated since first reported: batch records for Apr 2026 (S000269, 21 July 2026)"
    page = replace(an_escalations_page(40), restated=restated)
    deck = opened(write_deck(a_pack(pages=[page])))
    assert len(deck.slides) > 3
    assert all(restated in text_of_slide(slide) for slide in deck.slides)


def test_a_frozen_pack_says_for_which_meeting() -> None:
    provenance = a_provenance(frozen_for="the meeting of 3 December 2026 (M-412)", synthetic=False)
    text = texts_of(opened(write_deck(a_pack(indicators=1, provenance=provenance))))
    assert "frozen for the meeting of 3 December 2026 (M-412)" in text
    assert "Synthetic" not in text


def test_notes_hold_the_page_in_words_and_what_was_shortened(ugly: tuple[Pack, Any]) -> None:
    pack, deck = ugly
    notes = [notes_of(slide) for slide in deck.slides]
    for page in pack.pages:
        assert any(note.startswith(page.notes) for note in notes), page.key
    decision = pack.pages[-3].decisions[0].text  # type: ignore[attr-defined]
    assert decision not in texts_of(deck)
    assert any(f"In full:\n{decision}" in note for note in notes)


def test_charts_icons_and_tables_have_alternative_texts(ugly: tuple[Pack, Any]) -> None:
    _, deck = ugly
    silent = [
        f"{number}: {shape.name}"
        for number, slide in enumerate(deck.slides, 1)
        for shape in slide.shapes
        if not (shape.has_text_frame and shape.text_frame.text)
        and not shape._element._nvXxPr.cNvPr.get("descr")
        and shape._element.find(".//{*}decorative") is None
    ]
    assert not silent
    first = next(shape for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    assert first._element._nvXxPr.cNvPr.get("descr").startswith("p chart of Only one month, October 2026.")


def test_shapes_have_numbers_and_names_of_their_own(ugly: tuple[Pack, Any]) -> None:
    _, deck = ugly
    for slide in deck.slides:
        numbers = [shape.shape_id for shape in slide.shapes]
        assert len(set(numbers)) == len(numbers)


def test_nothing_reaches_beyond_its_slide_or_place(ugly: tuple[Pack, Any]) -> None:
    _, deck = ugly
    assert not outside(deck)
    assert not overflowing(deck, ARIAL, ARIAL)


@pytest.mark.parametrize("name", [*UGLY_TEXTS, "W" * 120, "长" * 120])
def test_ugly_texts_fit_everywhere(name: str) -> None:
    figure = a_figure(name[:100])
    pages = (
        TitlePage("title", "title", name, lines=(name, "October 2026", f"Sites: {name}, {name}"), comment=name),
        a_scorecard([replace(figure, category=name)] * 4, score=(name, name), comment=name, title=name),
        a_changed_page(sentences=((strong(name), plain(" fell, and "), strong(name)),) * 3, comment=name),
        an_indicator_page(figure, statement=name, comment=name * 5, definition=name, source=name, reading=name * 3),
        an_escalations_page(3, name),
        a_decisions_page(2, 2, name),
        a_look_ahead_page(3, name),
    )
    deck = opened(write_deck(a_pack(name, pages=pages)))
    assert not outside(deck)
    assert not overflowing(deck, ARIAL, ARIAL)


def test_letters_that_no_file_can_hold_are_left_out() -> None:
    page = an_escalations_page(1, "a\x00b\x0bc\ud800d\uffff")
    assert "abcd" in texts_of(opened(write_deck(a_pack("x\x01y", pages=[page]))))


@pytest.mark.parametrize("count", [1, 7, 60])
def test_no_row_is_left_out(count: int) -> None:
    pack = a_pack(
        pages=[an_escalations_page(count), a_decisions_page(count, count), a_look_ahead_page(count)], indicators=0
    )
    deck = opened(write_deck(pack))
    rows = [row for slide in deck.slides for table in tables_of(slide) for row in table[1:]]
    assert [row[-1].split(",")[0].strip("■ ") for row in rows[:count]] == [
        row.clock.split(",")[0]
        for row in pack.pages[0].rows  # type: ignore[attr-defined]
    ]
    said = [row[0] for row in rows]
    assert [text for text in said if text.startswith("D-")] == [row.id for row in pack.pages[1].decisions]  # type: ignore[attr-defined]
    assert [text for text in said if text.startswith("A-")] == [row.id for row in pack.pages[1].actions]  # type: ignore[attr-defined]
    assert [row[3] for row in rows if row[3].startswith("CAPA-")] == [row.record_id for row in pack.pages[2].rows]  # type: ignore[attr-defined]


def test_an_extended_action_says_both_dates() -> None:
    page = a_decisions_page(0, 1)
    page = replace(page, actions=(replace(page.actions[0], extended_to=date(2026, 12, 24)),))
    (table,) = tables_of(opened(write_deck(a_pack(pages=[page]))).slides[0])
    assert table[1][4] == "15 November 2026, extended to 24 December 2026"


def test_pages_over_several_slides_count_them() -> None:
    deck = opened(write_deck(a_pack(pages=[an_escalations_page(30)])))
    count = len(deck.slides)
    assert titles(deck) == [f"Escalations ({place} of {count})" for place in range(1, count + 1)]


@pytest.mark.parametrize("count", [1, 12, 18, 30, 90])
def test_the_scorecard_has_every_figure_once_with_shape_and_word(count: int) -> None:
    figures = [figure for figure, _ in many_figures(count)]
    deck = opened(write_deck(a_pack(pages=[a_scorecard(figures)])))
    assert len(deck.slides) == (1 if count < 40 else len(deck.slides))
    rows = [row for slide in deck.slides for table in tables_of(slide) for row in table[1:] if row[2]]
    place = 1 if rows[0][1] == figures[0].name else 0
    assert [row[place] for row in rows] == [figure.name for figure in figures]
    assert [row[place + 1] for row in rows] == [figure.value_text for figure in figures]
    assert [row[place + 2] for row in rows] == [figure.n_text for figure in figures]
    shapes = {"missed": "▲ missed", "past limit": "◆ past limit", "met": "● met"}
    assert [row[place + 4] for row in rows] == [shapes[figure.status] for figure in figures]
    icons = [shape.name for slide in deck.slides for shape in slide.shapes if shape.name.startswith("Icon: ")]
    assert len(icons) >= 2 * count


def test_the_appendix_has_every_month_with_n() -> None:
    pack = a_pack(indicators=18, sources=50)
    appendix = pack.pages[-1]
    assert isinstance(appendix, AppendixPage)
    deck = opened(write_deck(replace(pack, pages=(appendix,))))
    tables = [table for slide in deck.slides for table in tables_of(slide)]
    monthly = [row for table in tables if table[0][1] == "Nov 2025" for row in table[1:]]
    assert [row[0].rpartition(" (")[0] for row in monthly] == [row.figure.name for row in appendix.monthly]
    for shown, row in zip(monthly, appendix.monthly, strict=True):
        for text, (value, said, n, _) in zip(shown[1:], row.cells, strict=True):
            number = said.removesuffix(row.figure.unit).strip()
            assert text.split() == ([number, f"{n:,.0f}"] if value is not None else ["×"])
    files = [row[0] for table in tables if table[0][0] == "Submission" for row in table[1:]]
    assert files == [row.submission_id for row in appendix.sources]
    defined = [row[0] for table in tables if table[0][1] == "Definition" for row in table[1:]]
    assert defined == [f"{row.name}, version 1" for row in appendix.definitions]


def test_empty_pages_say_so_plainly() -> None:
    pack = a_pack(
        pages=[
            ScorecardPage("scorecard", "scorecard", "Scorecard"),
            a_changed_page(sentences=()),
            an_indicator_page(a_figure("Never reported", months=()), ()),
            an_escalations_page(0),
            a_decisions_page(0, 0),
            a_look_ahead_page(0),
            AppendixPage("appendix", "appendix", "Data appendix"),
        ]
    )
    deck = opened(write_deck(pack))
    said = [text_of_slide(slide) for slide in deck.slides]
    assert len(said) == 7
    assert "No figure was ever reported for this partner." in said[0]
    assert "Nothing is said about this period: there are no figures." in said[1]
    assert "No month has a value yet, so there is no chart to show." in said[2]
    assert "No escalation is open." in said[3]
    assert "No decision and no action is recorded yet. No action fell due yet." in said[4]
    assert "Nothing falls due." in said[5]
    assert "No month has a value, and no file stands behind it." in said[6]
    assert not charts_of(deck)
    assert not [shape for slide in deck.slides for shape in slide.shapes if shape.has_table]


@pytest.mark.parametrize("name", NAMES)
def test_comments_stand_on_every_kind_of_page(name: str) -> None:
    pack = a_pack(name, indicators=2, comment=f"Agreed with {name}.")
    deck = opened(write_deck(pack))
    for page in pack.pages:
        slide = next(slide for slide in deck.slides if slide.shapes.title.text_frame.text.startswith(page.title[:20]))
        assert f"Agreed with {name}." in " ".join(text_of_slide(slide).split("\n")), page.key


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert write_deck(ugly_pack()) == write_deck(ugly_pack())


def test_nothing_in_the_file_knows_when_it_was_written() -> None:
    content = write_deck(a_pack(indicators=2))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        today = f"{date.today():%Y-%m-%d}".encode()
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(part)) as book:
                    part = b"".join(book.read(inner) for inner in book.namelist())
            assert today not in part, name
    properties = opened(content).core_properties
    assert (properties.created, properties.modified) == (datetime(2026, 11, 3, 9, 12, 44),) * 2
    assert properties.title == "Quarterly business review: Tarnwick Sterile Services Ltd, October 2026"
    assert (properties.author, properties.last_modified_by) == ("", "")


def test_the_empty_ledger_has_a_deck_too() -> None:
    provenance = a_provenance(version=0, recorded_at=None)
    deck = opened(write_deck(a_pack(pages=[an_escalations_page(0)], provenance=provenance)))
    assert "Ledger version 0;" in texts_of(deck)
    assert deck.core_properties.created.year == 1980


def test_our_own_template_has_no_leftovers() -> None:
    content = write_deck(a_pack(LONG_NAME, indicators=1))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        theme = archive.read("ppt/theme/theme1.xml").decode()
    assert not [name for name in names if "printerSettings" in name or "thumbnail" in name]
    assert 'typeface="Arial"' in theme
    assert "Calibri" not in theme
    deck = opened(content)
    assert (deck.slide_width / deck.slide_height) == pytest.approx(16 / 9)
    assert [layout.name for layout in deck.slide_layouts] == ["Title slide", "Title and content", "Title only"]
    empty = [shape.name for slide in deck.slides for shape in slide.placeholders if not shape.text_frame.text]
    assert not empty
