"""What each page of a pack will hold, and what is empty and why."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.store import Store
from kpi.qbr.choices import Choices
from kpi.qbr.gather import Source, load_source, pack_of, partners_of
from kpi.qbr.page_list import ATTENTION, PageList, usual_keys
from kpi.qbr.preview import PageView, preview_of
from kpi.qbr.selected import Selected
from tests.qbr.packs import a_figure, a_pack, an_indicator_page, ugly_pack
from tests.qbr.series import percentages


def by_key(views: tuple[PageView, ...]) -> dict[str, PageView]:
    return {view.key: view for view in views}


def test_every_page_says_what_it_holds() -> None:
    pack = a_pack(indicators=2, escalations=1, decisions=1, actions=2, commitments=5)
    views = by_key(preview_of(pack))
    assert list(views) == [page.key for page in pack.pages]
    assert views["scorecard"].holds == "2 figures"
    assert views["escalations"].holds == "1 escalation"
    assert views["decisions"].holds == "1 decision, 2 actions"
    assert views["look_ahead"].holds == "5 commitments"
    assert views["appendix"].holds.startswith("2 figures, ")
    assert all(view.holds for view in views.values())
    assert not any(view.is_empty for view in views.values())


def test_an_empty_page_says_why() -> None:
    views = by_key(preview_of(a_pack(indicators=0, escalations=0, decisions=0, actions=0, commitments=0)))
    empty = {key for key, view in views.items() if view.is_empty}
    assert empty == {"scorecard", "escalations", "decisions", "look_ahead"}
    assert all(views[key].remark.endswith(".") for key in empty)


def test_what_was_restated_stands_beside_it() -> None:
    views = preview_of(a_pack(indicators=1, restated="Restated since first reported: S000412"))
    assert {view.remark for view in views} == {"Restated since first reported: S000412"}


@pytest.mark.parametrize(
    ("status", "flagged", "attention"),
    [("met", (), False), ("missed", (), True), ("past limit", (), True), ("no data", (), True), ("met", (-1,), True)],
)
def test_what_needs_attention(status: str, flagged: tuple[int, ...], attention: bool) -> None:
    months = percentages(24, flagged=flagged)
    page = an_indicator_page(a_figure(months=months, status=status), months)
    (view,) = preview_of(a_pack(pages=[page]))
    assert (view.status, view.needs_attention) == (status, attention)
    assert view.holds.startswith("p chart of 24 months")
    assert ("flagged" in view.holds) == bool(flagged)


def test_an_indicator_without_any_month_has_no_chart() -> None:
    views = {view.title: view for view in preview_of(ugly_pack())}
    never = views["Never reported"]
    assert (never.holds, never.is_empty, never.needs_attention) == ("no chart", True, True)
    assert views["Only one month"].holds.startswith("p chart of 1 month,")


@pytest.fixture(scope="module")
def source(sample_store: Store) -> Source:
    return load_source(sample_store, load_catalog(), today=date(2026, 11, 16), scope=EVERYTHING)


def test_the_usual_pages_are_known_without_gathering_them(source: Source) -> None:
    for partner in partners_of(source):
        for month, window in ((date(2026, 10, 1), 1), (date(2024, 1, 1), 12)):
            pack = pack_of(source, Choices(partner, month, window))
            assert usual_keys(source, partner, month, window) == tuple(page.key for page in pack.pages)


def test_each_of_many_packs_has_the_indicators_that_its_own_figures_choose(source: Source) -> None:
    """And what was left out or moved by hand stays so."""
    october = date(2026, 10, 1)
    wanted = tuple(Choices(partner, october, comments={"title": partner}) for partner in ("TARN", "VESS"))
    selected = Selected(source, wanted, PageList().shown("appendix", False), ATTENTION)
    found = list(selected)
    assert len(found) == len(selected) == 2
    assert [choices.comments for choices in found] == [{"title": "TARN"}, {"title": "VESS"}]
    for choices in found:
        pages = preview_of(pack_of(source, choices))
        assert "appendix" not in {view.key for view in pages}
        assert all(view.needs_attention for view in pages if view.kind == "indicator")
    assert found[0].pages != found[1].pages


def test_a_partner_that_does_not_exist_is_left_for_the_pack_to_say(source: Source) -> None:
    wanted = Choices("NOBODY", date(2026, 10, 1))
    assert list(Selected(source, (wanted,), PageList(), ATTENTION)) == [wanted]
