"""How a file writes dates and numbers: what its values settle, and what a person is asked."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.intake.contracts import dataset
from kpi.intake.known import KnownRecords
from kpi.intake.suggestion import Proposal, answered, preview, propose
from kpi.intake.table import Reading, TextTable
from kpi.intake.vocabulary import words_of
from tests.intake.partner_files import register

READING = Reading("csv")
DELIVERIES = dataset("deliveries")


def table(columns: dict[str, list[str]], typed: dict[str, list[str | None]] | None = None) -> TextTable:
    height = len(next(iter(columns.values())))
    kinds = {name: pl.Series(name, kind, dtype=pl.String) for name, kind in (typed or {}).items()}
    rows = pl.Series(range(2, height + 2), dtype=pl.Int64)
    return TextTable(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), rows, READING, kinds)


def proposal(columns: dict[str, list[str]], typed: dict[str, list[str | None]] | None = None) -> Proposal:
    return propose(table(columns, typed), DELIVERIES, known=KnownRecords.empty())


def asked(found: Proposal, kind: str) -> list[str]:
    return [question.key for question in found.questions if question.kind == kind]


SETTLED = [
    (["31.03.2026", "01.04.2026"], "%d.%m.%Y"),
    (["3/31/2026", "4/1/2026"], "%m/%d/%Y"),
    (["31.3.26", "1.4.26", "9.4.26"], "%d.%m.%y"),
    (["20260331", "20260401"], "%Y%m%d"),
    (["2026/03/31", "2026/04/01"], "%Y/%m/%d"),
    (["02-Jun-06", "14-Nov-06"], "%d-%b-%y"),
    (["2 June 2026", "14 November 2026"], "%d %B %Y"),
    (["Mar 31, 2026", "Apr 1, 2026"], "%b %d, %Y"),
    (["31.03.2026 14:22", "01.04.2026 08:00"], "%d.%m.%Y %H:%M"),
    (["3/31/2026 2:22 PM", "4/1/2026 8:00 AM"], "%m/%d/%Y %I:%M %p"),
    (["2026-03-31", "2026-04-01"], None),
    (["2026-03-31 00:00:00", "2026-04-01 00:00:00"], None),
    (["2026-03-31 08:15", "2026-04-01 09:00"], "%Y-%m-%d %H:%M"),
]


@pytest.mark.parametrize(("cells", "order"), SETTLED)
def test_a_form_that_is_certain_needs_no_question(cells: list[str], order: str | None) -> None:
    found = proposal({"promised_date": cells})
    assert (found.mapping.date_format, asked(found, "date order")) == (order, [])
    shown = preview(table({"promised_date": cells}), DELIVERIES, found.mapping)
    assert shown.problems["promised_date"].to_list() == ["", ""] + [""] * (len(cells) - 2)


def test_dates_that_could_be_either_are_asked_with_both_readings() -> None:
    found = proposal({"promised_date": ["02.02.2026", "03.04.2026"], "delivered_date": ["05.04.2026", ""]})
    (question,) = [one for one in found.questions if one.kind == "date order"]
    assert (question.key, found.mapping.date_format) == ("date order:", None)
    assert question.choices == (
        ("%d.%m.%Y", "03.04.2026 is 3 April 2026"),
        ("%m.%d.%Y", "03.04.2026 is 4 March 2026"),
    )
    mapping = answered(found, {question.key: "%m.%d.%Y"})
    shown = preview(table({"promised_date": ["03.04.2026"]}), DELIVERIES, mapping)
    assert shown.cells["promised_date"].to_list() == ["2026-03-04"]


def test_one_column_settles_the_others_of_its_form() -> None:
    found = proposal({"promised_date": ["03.04.2026"], "delivered_date": ["31.03.2026"]})
    assert (found.mapping.date_format, found.mapping.dates) == ("%d.%m.%Y", {})
    assert asked(found, "date order") == []


def test_columns_of_another_form_get_a_format_of_their_own() -> None:
    found = proposal(
        {"order_date": ["2026-01-08"], "promised_date": ["31.03.2026"], "delivered_date": ["30.03.2026"]},
    )
    assert (found.mapping.date_format, found.mapping.dates) == ("%d.%m.%Y", {"order_date": "%Y-%m-%d"})


def test_each_column_may_settle_for_itself() -> None:
    found = proposal({"promised_date": ["31.03.2026", "30.03.2026"], "delivered_date": ["03.31.2026", "03.30.2026"]})
    formats = {found.mapping.date_format, *found.mapping.dates.values()}
    assert (formats, asked(found, "date order")) == ({"%d.%m.%Y", "%m.%d.%Y"}, [])


def test_a_column_that_contradicts_itself_is_told_and_asked() -> None:
    found = proposal({"promised_date": ["31.03.2026", "30.03.2026", "03.29.2026", "01.02.2026"]})
    assert asked(found, "date order") == ["date order:"]
    assert found.notes[0] == (
        '"promised_date" contradicts itself: 2 cells can only have the day first, 1 only the month. '
        "Some of its dates will be refused."
    )


def test_real_dates_of_a_workbook_say_nothing_about_its_texts() -> None:
    cells = {"promised_date": ["2026-03-31", "2026-04-01"], "delivered_date": ["01.02.2026", "2026-04-01"]}
    typed = {"promised_date": ["date", "date"], "delivered_date": [None, "date"]}
    found = proposal(cells, typed)
    assert found.mapping.dates == {}
    assert asked(found, "date order") == ["date order:"]
    mapping = answered(found, {"date order:": "%d.%m.%Y"})
    shown = preview(table(cells, typed), DELIVERIES, mapping)
    assert shown.cells["delivered_date"].to_list() == ["2026-02-01", "2026-04-01"]
    assert shown.cells["promised_date"].to_list() == ["2026-03-31", "2026-04-01"]


def test_two_digit_years_may_come_first_or_last() -> None:
    found = proposal({"promised_date": ["26-03-05", "26-04-06"]})
    (question,) = [one for one in found.questions if one.kind == "date order"]
    assert [value for value, _ in question.choices] == ["%d-%m-%y", "%y-%m-%d"]
    assert question.choices[1][1] == "26-03-05 is 5 March 2026"


def test_months_without_days_are_confirmed() -> None:
    found = proposal({"promised_date": ["okt.18", "maj.19"]})
    (question,) = [one for one in found.questions if one.kind == "date order"]
    assert question.choices == (("%b.%y", "maj.19 is May 2019, read as the first of the month"),)
    shown = preview(table({"promised_date": ["okt.18"]}), DELIVERIES, answered(found, {question.key: "%b.%y"}))
    assert shown.cells["promised_date"].to_list() == ["2018-10-01"]


MONTHS_OF_MARCH_AND_DECEMBER = [("31. März 2026", "24. Dezember 2026"), ("31-mars-2026", "24-déc.-2026"),
                                ("31 marzo 2026", "24 dicembre 2026"), ("31-mar-26", "24-dic-26")]  # fmt: skip


@pytest.mark.parametrize("cells", MONTHS_OF_MARCH_AND_DECEMBER)
def test_month_names_of_other_languages_are_replaced(cells: tuple[str, str]) -> None:
    given_cells = {"promised_date": list(cells)}
    shown = preview(table(given_cells), DELIVERIES, proposal(given_cells).mapping)
    assert shown.cells["promised_date"].to_list() == ["2026-03-31", "2026-12-24"]


@settings(max_examples=40)
@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 12, 31)), min_size=1, max_size=20))
def test_an_order_is_only_settled_where_the_other_is_impossible(days: list[date]) -> None:
    cells = [f"{day.day:02d}/{day.month:02d}/{day.year}" for day in days]
    found = proposal({"promised_date": cells})
    if any(day.day > 12 for day in days):
        assert found.mapping.date_format == "%d/%m/%Y"
    else:
        assert found.mapping.date_format is None
        assert asked(found, "date order") == ["date order:"]


NUMBERS = [
    (["12,5", "7"], (",", None)),
    (["1.234,5", "7"], (",", None)),
    (["12,5", "1.234"], (",", ".")),
    (["1.234.567", "7"], (",", None)),
    (["12.5", "7"], (None, None)),
    (["1,234.5", "7"], (".", None)),
    (["12.5", "1,234"], (".", ",")),
    (["1 234,5", "7"], (",", " ")),
    (["1'234.50", "7"], (".", "'")),
    (["0.125", "1234.567"], (None, None)),
    (["12", "7"], (None, None)),
]


@pytest.mark.parametrize(("cells", "signs"), NUMBERS)
def test_values_settle_the_decimal_sign(cells: list[str], signs: tuple[str | None, str | None]) -> None:
    found = proposal({"ordered_quantity": cells})
    assert ((found.mapping.decimal, found.mapping.thousands), asked(found, "decimal sign")) == (signs, [])
    shown = preview(table({"ordered_quantity": cells}), DELIVERIES, found.mapping)
    assert shown.problems["ordered_quantity"].to_list() == ["", ""]


@pytest.mark.parametrize("cells", [["1.234", "7"], ["1,234", "7"], ["1.234", "-1.500"]])
def test_a_single_group_alone_settles_nothing(cells: list[str]) -> None:
    found = proposal({"ordered_quantity": cells})
    assert (found.mapping.decimal, asked(found, "decimal sign")) == (None, ["decimal sign:"])


def test_another_column_of_the_file_may_settle_it() -> None:
    found = proposal({"ordered_quantity": ["1.234", "2.500"], "Preis je Stück": ["0,97", "12,5"]})
    assert (found.mapping.decimal, found.mapping.thousands) == (",", ".")
    assert 'The decimal sign is "," because 0,97 in "Preis je Stück" can be read in one way only.' in found.notes


@pytest.mark.parametrize("versions", [["2.1", "2.1"], ["4.8", "5.11"]])
@pytest.mark.parametrize("quantities", [["12.000", "1.500"], ["12,000", "1,500"]])
def test_versions_and_clauses_do_not_tell_how_quantities_are_written(
    quantities: list[str], versions: list[str]
) -> None:
    """Such a column is written with a point in every country; believing it would turn 12.000 vials into 12."""
    found = proposal({"ordered_quantity": quantities, "SOP-Version": versions})
    assert (found.mapping.decimal, asked(found, "decimal sign")) == (None, ["decimal sign:"])


def test_prices_with_both_signs_tell_how_quantities_are_written() -> None:
    found = proposal({"ordered_quantity": ["12,000", "1,500"], "Line value": ["1,234.50", "0.97"]})
    assert (found.mapping.decimal, found.mapping.thousands) == (".", ",")


def test_a_group_of_three_read_as_decimals_is_said() -> None:
    found = proposal({"ordered_quantity": ["12.000", "97.4"]})
    assert 'The decimal sign is "." because 97.4 can be read in one way only.' in found.notes
    assert "So 12.000 is 12 with decimals, not 12000." in found.notes


def test_a_number_broken_by_a_spreadsheet_is_never_read() -> None:
    """1.412.698.315 was 1.412698315 once; beside 1.53 it proves nothing, and no answer makes it a number."""
    cells = {"ordered_quantity": ["1.412.698.315", "1.53"]}
    found = proposal(cells)
    (question,) = [one for one in found.questions if one.kind == "decimal sign"]
    assert found.mapping.decimal is None
    shown = preview(table(cells), DELIVERIES, answered(found, {question.key: "."}))
    assert shown.cells["ordered_quantity"].to_list() == ["1.412.698.315", "1.53"]
    assert [bool(why) for why in shown.problems["ordered_quantity"].to_list()] == [True, False]


def test_real_numbers_of_a_workbook_are_no_evidence() -> None:
    found = proposal({"ordered_quantity": ["12.5", "1,5"]}, {"ordered_quantity": ["number", None]})
    assert found.mapping.decimal == ","
    assert asked(found, "decimal sign") == []


def test_texts_for_no_value_are_taken_where_they_can_mean_nothing_else() -> None:
    found = proposal(
        {
            "product": ["none", "-", "AX-101"],
            "delivered_date": ["offen", "-", "2026-03-31"],
            "delivered_quantity": ["k.A.", "-", "12"],
        }
    )
    assert found.mapping.missing == ("-", "k.A.")
    assert found.mapping.values == {"delivered_date": {"offen": ""}}


def test_the_code_of_a_country_is_no_missing_text() -> None:
    cells = {"country": ["NA", "DE"], "site_id": ["A", "B"], "active_to": ["n/a", "2026-03-31"]}
    found = propose(table(cells), dataset("partners"), known=KnownRecords.empty())
    assert found.mapping.missing == ("n/a",)
    assert "country" not in found.mapping.values


def test_an_unknown_text_among_dates_is_asked() -> None:
    found = proposal({"promised_date": ["2026-03-31", "Pre-PQ Process"]})
    (question,) = [one for one in found.questions if one.kind == "value"]
    assert question.key == "value:promised_date:Pre-PQ Process"
    assert answered(found, {question.key: ""}).values == {"promised_date": {"Pre-PQ Process": ""}}
    assert answered(found, {question.key: "Pre-PQ Process"}).values == {}


def test_sites_that_the_register_calls_otherwise_are_asked() -> None:
    known = register(("HELIX", "HELIX-BASEL"), ("HELIX", "HELIX-ULM"))
    found = propose(table({"partner_id": ["HELIX"], "site_id": ["Basel"]}), DELIVERIES, known=known)
    (question,) = [one for one in found.questions if one.column == "site_id"]
    assert [value for value, _ in question.choices] == ["HELIX-BASEL", "HELIX-ULM", "Basel"]
    assert answered(found, {question.key: "HELIX-BASEL"}).values == {"site_id": {"Basel": "HELIX-BASEL"}}


def test_partner_and_site_that_no_header_names_are_asked() -> None:
    known = register(("HELIX", "HELIX-BASEL"), ("NOVA", "N1"), ("NOVA", "N2"))
    found = propose(table({"delivery_id": ["D1"]}), DELIVERIES, known=known)
    questions = {one.column: one for one in found.questions}
    assert questions["partner_id"].choices == (("HELIX", "HELIX"), ("NOVA", "NOVA"))
    chosen = answered(found, {"constant:partner_id": "NOVA"})
    again = propose(table({"delivery_id": ["D1"]}), DELIVERIES, known=known, base=chosen)
    sites = next(one for one in again.questions if one.column == "site_id")
    assert sites.choices == (("N1", "N1"), ("N2", "N2"))


def test_months_are_the_vocabularys() -> None:
    months = words_of(DELIVERIES).months
    assert (months["maerz"], months["aout"], months["enero"], months["giu"], months["avg"]) == (3, 8, 1, 6, 8)
