"""Choices kept as TOML come back as they were, and a file tells all of its mistakes at once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.errors import InputRefused, UsageError
from kpi.qbr.choices import LONGEST_COMMENT, WINDOWS, Choices
from kpi.qbr.choices_file import LONGEST_TITLE, SavedChoices, read_choices, write_choices
from kpi.qbr.pack import KINDS

LETTERS = st.characters(exclude_categories=("Cc", "Cs"))
LINES = st.text(LETTERS, min_size=1, max_size=LONGEST_TITLE).filter(str.strip)
TEXTS = st.text(LETTERS | st.sampled_from("\n\t"), min_size=1, max_size=LONGEST_COMMENT).filter(str.strip)
INDICATORS = st.text(LETTERS, min_size=1, max_size=20).map(lambda key: f"indicator:{key}")
MONTHS = st.dates(min_value=date(1000, 1, 1)).map(lambda day: day.replace(day=1))
CHOICES = st.builds(
    Choices,
    partner_id=LINES,
    month=MONTHS,
    window=st.sampled_from(WINDOWS),
    pages=st.lists(st.sampled_from(KINDS) | INDICATORS, unique=True, max_size=8).map(tuple),
    comments=st.dictionaries(st.sampled_from([kind for kind in KINDS if kind != "indicator"]) | INDICATORS, TEXTS),
    until=st.none() | st.dates(min_value=date(1000, 1, 1)),
    title=LINES,
)


@given(CHOICES)
def test_choices_come_back_as_they_were(choices: Choices) -> None:
    assert read_choices(write_choices(choices)).choices() == choices


def test_the_order_in_which_comments_were_written_changes_nothing() -> None:
    comments = {"scorecard": "first", "indicator:right_first_time": "second"}
    turned = dict(reversed(comments.items()))
    month = date(2026, 10, 1)
    assert write_choices(Choices("ACME", month, comments=comments)) == write_choices(
        Choices("ACME", month, comments=turned)
    )


def test_an_id_that_looks_like_a_number_stays_a_text() -> None:
    assert 'partner = "01234"' in write_choices(Choices("01234", date(2026, 10, 1)))


def test_every_mistake_is_told_at_once() -> None:
    text = """
month = "2026-13"
window = 2
partnr = "ACME"
until = "soon"
title = "two\\nlines"
pages = ["scorecard", "score card", "scorecard", 3]
[comments]
scorecard = "%s"
indicator = "all of them"
changed = "bell \\u0007"
"indicator:" = "none"
title = 7
appendix = " "
""" % ("x" * (LONGEST_COMMENT + 1))
    with pytest.raises(InputRefused) as refused:
        read_choices(text, "autumn.toml")
    lines = str(refused.value).splitlines()
    assert lines[0] == "autumn.toml: 14 mistakes in the choices:"
    for said in (
        'partnr is unknown (did you mean "partner"?)',
        '"YYYY-MM"',
        "window is to be one of 1, 3, 12",
        "until is to be a day",
        "title is to be a text on one line",
        'no page "score card" (did you mean "scorecard"?)',
        'pages names "scorecard" twice',
        'no page "3"',
        "601 characters; allowed: 600",
        '"indicator" is no single page',
        '"changed" holds control characters',
        'no page "indicator:"',
        '"title" is to be a text',
        '"appendix" is empty',
    ):
        assert sum(said in line for line in lines) == 1, said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("partner = ", "this is not TOML"),
        ('pages = "title"', "pages is to be a list"),
        ('comments = "good"', "comments is to be a table"),
        ("window = true", "window is to be one of"),
        ("window = 1.0", "window is to be one of"),
        ("until = 2026-10-01T00:00:00", "until is to be a day"),
        ("month = 2026-10-01", "YYYY-MM"),
        ("partner = 1234", "partner is to be a text"),
        (f'title = "{"x" * (LONGEST_TITLE + 1)}"', "121 characters; allowed: 120"),
    ],
)
def test_a_mistake_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputRefused, match=said):
        read_choices(text)


def test_an_empty_file_chooses_nothing() -> None:
    assert read_choices("") == SavedChoices()
    assert read_choices("").choices(partner_id="ACME", month=date(2026, 10, 1)) == Choices("ACME", date(2026, 10, 1))


def test_what_a_file_names_is_binding() -> None:
    saved = SavedChoices("ACME", date(2026, 10, 1), window=3, comments={"scorecard": "ours"})
    assert saved.choices(partner_id="ACME", window=12) == Choices(
        "ACME", date(2026, 10, 1), 12, comments={"scorecard": "ours"}
    )
    with pytest.raises(UsageError, match="for the partner ACME"):
        saved.choices(partner_id="NORD")
    with pytest.raises(UsageError, match="for October 2026"):
        saved.choices(month=date(2026, 11, 1))
    with pytest.raises(UsageError, match="No partner is named"):
        SavedChoices(month=date(2026, 10, 1)).choices()
    with pytest.raises(UsageError, match="No month is named"):
        SavedChoices("ACME").choices()
