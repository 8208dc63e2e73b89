"""Arranging pages: what somebody moved or left out is kept, also for another partner."""

from __future__ import annotations

import pytest

from kpi.catalog import load_catalog
from kpi.qbr.page_list import ALL, ATTENTION, HEADLINE, WITH_FIGURE, PageList, list_of, unknown_pages
from kpi.qbr.preview import PageView

USUAL = ("title", "scorecard", "indicator:a", "indicator:b", "indicator:c", "appendix")


def test_every_page_in_the_usual_order_is_no_choice() -> None:
    assert PageList().arranged(USUAL) == USUAL
    assert PageList().as_choice(USUAL) == ()
    assert PageList().moved(USUAL, "title", 1).as_choice(USUAL) == ()


@pytest.mark.parametrize(
    ("place", "expected"),
    [(1, 0), (3, 2), (6, 5), (0, 0), (-5, 0), (99, 5)],
)
def test_a_page_moves_to_a_place_and_no_further_than_the_ends(place: int, expected: int) -> None:
    moved = PageList().moved(USUAL, "indicator:b", place).arranged(USUAL)
    assert moved.index("indicator:b") == expected
    assert [key for key in moved if key != "indicator:b"] == [key for key in USUAL if key != "indicator:b"]


def test_what_is_left_out_keeps_its_place_and_comes_back() -> None:
    moved = PageList().moved(USUAL, "indicator:c", 2)
    without = moved.shown("indicator:c", False)
    assert "indicator:c" not in without.chosen(USUAL)
    assert without.arranged(USUAL)[1] == "indicator:c"
    assert without.shown("indicator:c", True).chosen(USUAL)[1] == "indicator:c"


def test_another_partners_pages_stand_where_they_usually_do() -> None:
    mine = PageList().moved(USUAL, "indicator:c", 1)
    theirs = ("title", "scorecard", "indicator:a", "indicator:a2", "indicator:c", "appendix")
    assert mine.arranged(theirs) == ("indicator:c", "title", "scorecard", "indicator:a", "indicator:a2", "appendix")
    assert mine.moved(theirs, "indicator:a2", 1).arranged(USUAL)[0] == "indicator:c"  # nothing of mine was lost


def test_a_page_that_usually_comes_first_comes_first() -> None:
    assert PageList(("b", "c")).arranged(("a", "b", "c")) == ("a", "b", "c")


def view(key: str, **facts: object) -> PageView:
    return PageView(key, key.split(":")[0], key, "", "", **facts)  # type: ignore[arg-type]


def test_selections_are_about_indicators_alone() -> None:
    catalog = load_catalog()
    headline = catalog.headlines[0].id
    views = [
        view("title", is_empty=True),
        view(f"indicator:{headline}", kpi_id=headline),
        view("indicator:b", is_empty=True),
        view("indicator:c", needs_attention=True),
    ]
    usual = [one.key for one in views]
    left_out = PageList().shown("title", False)

    def chosen(selection: str) -> tuple[str, ...]:
        return left_out.selected(views, selection, catalog).chosen(usual)

    assert chosen(WITH_FIGURE) == (f"indicator:{headline}", "indicator:c")
    assert chosen(ATTENTION) == ("indicator:c",)
    assert chosen(HEADLINE) == (f"indicator:{headline}",)
    assert chosen(ALL) == (f"indicator:{headline}", "indicator:b", "indicator:c")


def test_choices_become_a_list_and_come_back() -> None:
    for pages in ((), ("appendix", "title"), ("indicator:b", "title", "scorecard")):
        assert list_of(pages, USUAL).as_choice(USUAL) == pages
    assert list_of(("title", "indicator", "indicator:a"), USUAL).chosen(USUAL) == (
        "title",
        "indicator:b",
        "indicator:c",
        "indicator:a",
    )
    assert unknown_pages(("title", "indicator", "indicator:z"), USUAL) == ["indicator:z"]
