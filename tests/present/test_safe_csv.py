"""What a spreadsheet would run never stands at the beginning of a cell, whatever separates the cells there."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi.present.safe_csv import safe_text, safe_text_csv


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("＝1", "'＝1"),
        ("x;=1", "x;'=1"),
        ('x; "=1', "x; \"'=1"),
        ("first line\n- a point", "first line\n'- a point"),
        ("a - b, -5 °C = cold; 3", "a - b, -5 °C = cold; 3"),
        ("it's 1+1", "it's 1+1"),
        ("", ""),
    ],
)
def test_texts(text: str, safe: str) -> None:
    assert safe_text(text) == safe


def test_numbers_dates_and_blanks_stay_what_they_are() -> None:
    frame = pd.DataFrame(
        {
            "=head": ["=x", None],
            "number": [-3.5, float("nan")],
            "count": pd.array([-1, None], dtype="Int64"),
            "kind": pd.Categorical(["-a", "b"]),
            "day": pd.to_datetime(["2026-01-02", None]),
            "said": [True, False],
        }
    )
    assert safe_text_csv(frame) == ("'=head,number,count,kind,day,said\n'=x,-3.5,-1,'-a,2026-01-02,True\n,,,b,,False\n")
