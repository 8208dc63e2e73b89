"""Which pages a pack has and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kpi.errors import UsageError
from kpi.qbr.order import ordered
from kpi.qbr.pack import Page

KPIS = {"right_first_time", "fill_rate", "supplied_value", "never_seen"}
PAGES = tuple(
    Page(key.partition(":")[0], key, key)
    for key in (
        "title",
        "scorecard",
        "indicator:right_first_time",
        "indicator:fill_rate",
        "indicator:supplied_value:EUR",
        "appendix",
    )
)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), [page.key for page in PAGES]),
        (("appendix", "title"), ["appendix", "title"]),
        (
            ("indicator", "title"),
            ["indicator:right_first_time", "indicator:fill_rate", "indicator:supplied_value:EUR", "title"],
        ),
        (
            ("indicator:fill_rate", "scorecard", "indicator"),
            ["indicator:fill_rate", "scorecard", "indicator:right_first_time", "indicator:supplied_value:EUR"],
        ),
        # Defined, and this partner has no figure of it: the same choices serve several partners.
        (("title", "indicator:never_seen", "indicator:supplied_value:USD"), ["title"]),
    ],
)
def test_pages_by_keys(keys: tuple[str, ...], expected: list[str]) -> None:
    assert [page.key for page in ordered(PAGES, keys, KPIS)] == expected


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (("title", "title"), "A page stands in a pack once. Named twice: title."),
        (("cover",), "There is no page cover in this pack. Pages: title, scorecard, indicator:right_first_time"),
        (("indicator:no_such_kpi",), "There is no page indicator:no_such_kpi in this pack."),
        (("indicator:never_seen",), "A pack needs at least one page, and this partner has none of those chosen."),
    ],
)
def test_what_names_no_page_is_refused(keys: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        ordered(PAGES, keys, KPIS)
    assert str(refused.value).startswith(message)


@given(some.permutations([page.key for page in PAGES]), some.integers(1, len(PAGES)))
def test_any_order_is_kept_and_nothing_is_added(keys: list[str], count: int) -> None:
    assert [page.key for page in ordered(PAGES, keys[:count], KPIS)] == keys[:count]
