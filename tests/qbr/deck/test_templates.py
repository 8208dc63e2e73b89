"""A company's template: its layouts, size, fonts, colours and logo are honoured."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from kpi.qbr.deck import read_template, write_deck
from kpi.qbr.deck.colours import contrast
from kpi.qbr.deck.drawing import EMU, Rect
from kpi.qbr.deck.template import house
from tests.qbr.deck.reading import charts_of, opened, outside, overflowing, texts_of
from tests.qbr.deck.templates import (
    SAMPLE_TEXT,
    banded_template,
    dark_template,
    divider_template,
    narrow_template,
    strange_template,
)
from tests.qbr.packs import LONG_NAME, a_pack, ugly_pack

MAKERS = (narrow_template, strange_template, dark_template, banded_template, divider_template)


@pytest.mark.parametrize("make", MAKERS)
def test_every_page_fits_into_every_template(make: Callable[[], bytes]) -> None:
    template = make()
    understood = read_template(template)
    deck = opened(write_deck(ugly_pack(LONG_NAME), template))
    assert not outside(deck)
    assert not overflowing(deck, understood.text, understood.heading)
    layouts = {slide.slide_layout.name for slide in deck.slides}
    assert layouts == {understood.cover.name, understood.page.name}


@pytest.mark.parametrize("make", MAKERS)
def test_a_template_changes_looks_and_never_numbers(make: Callable[[], bytes]) -> None:
    pack = a_pack(indicators=2)
    ours, theirs = opened(write_deck(pack)), opened(write_deck(pack, make()))
    assert [chart.part.chart_workbook.xlsx_part.blob for chart in charts_of(ours)] == [
        chart.part.chart_workbook.xlsx_part.blob for chart in charts_of(theirs)
    ]


def test_size_fonts_and_colours_are_the_companys() -> None:
    template = read_template(narrow_template())
    assert (template.width, template.height) == (720, 540)
    assert template.is_narrow
    assert (template.heading.name, template.text.name) == ("Georgia", "Verdana")
    assert (template.page.palette.ink, template.page.palette.accent) == ("2b2b2b", "1e8449")
    assert template.described == (
        "4:3, title slide from the layout “Title Slide”, pages from “Title Only”, text in Verdana"
    )
    deck = opened(write_deck(a_pack(), narrow_template()))
    assert deck.slide_width / deck.slide_height == pytest.approx(4 / 3)
    fonts = [latin for slide in deck.slides for latin in slide._element.iter("{*}latin")]
    assert not fonts  # texts keep to the theme


def test_sample_slides_are_taken_out_with_their_notes() -> None:
    content = write_deck(a_pack(indicators=1), narrow_template())
    assert SAMPLE_TEXT not in texts_of(opened(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xml"))
    assert SAMPLE_TEXT.encode() not in everything
    assert b"Lorem ipsum" not in everything
    assert b"Sample notes" not in everything


def test_nothing_covers_the_logo() -> None:
    deck = opened(write_deck(ugly_pack(), narrow_template()))
    (logo,) = (shape for shape in deck.slide_master.shapes if shape.name == "Logo")
    place = _place(logo)
    covering = [
        f"{shape.name} on {number}"
        for number, slide in enumerate(deck.slides, 1)
        for shape in slide.shapes
        if _place(shape).meets(place)
    ]
    assert not covering
    assert not read_template(narrow_template()).page.title.meets(place)


def test_layouts_are_told_by_their_placeholders_whatever_they_are_called() -> None:
    template = read_template(strange_template())
    layouts = list(opened(strange_template()).slide_layouts)
    kinds = [[shape._element.ph.get("type") for shape in layouts[place].placeholders] for place in (0, 5)]
    assert "ctrTitle" in kinds[0]
    assert kinds[1] == ["title", "dt", "ftr", "sldNum"]
    assert (template.cover.index, template.page.index) == (0, 5)


def test_a_divider_is_no_layout_for_pages() -> None:
    assert read_template(divider_template()).page.name == "Title and Content"


def test_texts_and_states_can_be_read_on_a_dark_background() -> None:
    palette = read_template(dark_template()).page.palette
    assert (palette.background, palette.ink) == ("11161c", "f4f6f8")
    deck = opened(write_deck(a_pack(), dark_template()))
    told = {
        colour.get("val").lower()
        for slide in deck.slides
        for properties in slide._element.iter("{*}rPr")
        for colour in properties.iter("{*}srgbClr")
    }
    assert told
    assert {colour: contrast(colour, "11161c") for colour in told if contrast(colour, "11161c") < 4.5} == {}


def test_our_own_colours_can_be_read() -> None:
    for layout in (house().cover, house().page):
        palette = layout.palette
        for colour in (palette.ink, palette.muted, layout.small_print):
            assert contrast(colour, palette.background) >= 4.5


def test_what_stands_behind_the_content_decides_about_its_colours() -> None:
    page = read_template(banded_template()).page
    assert page.palette.background == "ffffff"
    assert contrast(page.palette.ink, "ffffff") >= 4.5
    assert contrast(page.small_print, "13315c") >= 4.5


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_template_gives_the_same_bytes(make: Callable[[], bytes]) -> None:
    pack, template = a_pack(indicators=2), make()
    assert write_deck(pack, template) == write_deck(pack, template)


def _place(shape: Any) -> Rect:
    return Rect(*(side / EMU for side in (shape.left, shape.top, shape.width, shape.height)))
