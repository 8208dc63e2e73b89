"""Months and who acts."""

from __future__ import annotations

from datetime import date

import click
import pytest

from kpi.cli.options import MonthRange, Settings, parse_month


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03", date(2026, 3, 1), date(2026, 3, 1)),
        ("2023-01..2025-12", date(2023, 1, 1), date(2025, 12, 1)),
        ("2026-03..2026-03", date(2026, 3, 1), date(2026, 3, 1)),
    ],
)
def test_months(text: str, first: date, last: date) -> None:
    assert MonthRange().convert(text, None, None) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-3", "03-2026", "2026-03-01", "2026-03..", "..2026-03", "2026-04..2026-03"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match=r"YYYY-MM|earlier month first"):
        MonthRange().convert(text, None, None)


def test_a_refused_month_says_how_to_write_it() -> None:
    with pytest.raises(ValueError, match=r"'2026-13' is not a month\. Write it as YYYY-MM, for example 2024-03\."):
        parse_month("2026-13")


def test_the_operating_system_user_acts_unless_somebody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ana")
    assert Settings().actor == "ana"
    assert Settings(named_actor="ben").actor == "ben"
