"""The text of links: what it means, and what is no link."""

from __future__ import annotations

import pytest

from kpi.errors import UsageError
from kpi.ledger.links import Link, escalation_link, indicator_link, is_link, parse_link, record_link

GOOD = [
    ("", Link()),
    ("indicator:right_first_time", indicator_link("right_first_time")),
    ("indicator:supplied_value:EUR", indicator_link("supplied_value", "EUR")),
    ("escalation:E-0123abcd", escalation_link("E-0123abcd")),
    ("escalation:E-0123abcd0123", escalation_link("E-0123abcd0123")),
    ("record:deviations/DEV-1", record_link("deviations", "DEV-1")),
    ("record:batch_records/a/b:c", record_link("batch_records", "a/b:c")),
    ("record:deliveries/=cmd", record_link("deliveries", "=cmd")),
]
BAD: list[object] = [
    "right_first_time", "indicator:", "indicator:Right First", "indicator:x:eur", "escalation:1", "escalation:E-XYZ",
    "record:deviations", "record:deviations/", "record:lots/1", "record:deviations/ a", "record:deviations/a\nb",
    "record:deviations/" + "x" * 201, "https://example.org", None, 5,
]  # fmt: skip


@pytest.mark.parametrize(("text", "link"), GOOD, ids=[text for text, _ in GOOD])
def test_a_link_and_its_text_are_one(text: str, link: Link) -> None:
    assert parse_link(text) == link
    assert link.text == text
    assert is_link(text)


@pytest.mark.parametrize("value", BAD)
def test_what_is_no_link_is_refused_with_what_is_one(value: object) -> None:
    assert not is_link(value)
    if isinstance(value, str):
        with pytest.raises(UsageError, match="indicator:ID:CURRENCY, escalation"):
            parse_link(value)


def test_the_key_of_a_figure_is_that_of_packs() -> None:
    assert [link.figure for _, link in GOOD[:4]] == ["", "right_first_time", "supplied_value:EUR", ""]
