"""Mapping files: every mistake told at once, and what is written reads back the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.errors import InputRefused
from kpi.intake.contracts import dataset
from kpi.intake.mapping import NO_MAPPING, Mapping, parse_mapping
from kpi.intake.table import FileHints
from tests.intake.offered import DELIVERY, codes, offer

WHOLE = """
[file]
delimiter = ";"
encoding = "cp1252"
sheet = "Chargen"
header_row = 3
date_format = "%d.%m.%Y"
decimal = ","
thousands = "."
missing = ["", "-", "n/a"]
[columns]
delivery_id = "ID"
[dates]
promised_date = "%d-%b-%y"
[constants]
partner_id = "HELIX"
ordered_quantity = 12
documents_ok = true
[values.condition_ok]
gut = "yes"
[replace.promised_date]
"-Sept-" = "-Sep-"
"""

MISTAKES = [
    # what stands in the file, what is said of it
    ("[colums]\n", '[colums] is unknown (did you mean "columns"?); allowed: file, columns, dates, constants'),
    ("columns = 3\n", "[columns] is to be a table of its own, not a value"),
    ('[file]\ndelimeter = ";"\n', '[file] delimeter is unknown (did you mean "delimiter"?)'),
    ('[file]\ndelimiter = "ab"\n', '[file] delimiter: it is to be one character, such as ";" or "\\t"'),
    ('[file]\nencoding = "latin-99"\n', '[file] encoding: "latin-99" is not an encoding'),
    ('[file]\nencoding = "a\\u0000"\n', '[file] encoding: "a\x00" is not an encoding'),
    ("[file]\nheader_row = 0\n", "[file] header_row: it is to be a row number, counted from 1"),
    ('[file]\ndecimal = ";"\n', '[file] decimal: it is to be "." or ","'),
    ('[file]\nthousands = "_"\n', "[file] thousands: it is to be one of"),
    ('[file]\ndecimal = ","\nthousands = ","\n', "[file] decimal and thousands are to be two different signs"),
    ('[file]\nmissing = "n/a"\n', "[file] missing: it is to be a list of texts"),
    ('[file]\ndate_format = "%d.%m.%q"\n', '[file] date_format: "%d.%m.%q" can\'t be used: "%q" is not supported'),
    ('[file]\ndate_format = "%d.%m."\n', "it names no year: %Y or %y"),
    ('[file]\ndate_format = "%d.%Y"\n', "it names no month: %m or %b or %B"),
    ('[file]\ndate_format = "%d.%m.%m.%Y"\n', "it names the month 2 times"),
    (
        '[columns]\npromissed_date = "x"\n',
        '[columns] promissed_date is not a column of deliveries (did you mean "promised',
    ),
    ('[columns]\nproduct = ""\n', "[columns] product: the partner's header is to be a text"),
    ('[dates]\nproduct = "%d.%m.%Y"\n', "[dates] product is not a date column"),
    ('[dates]\npromised_date = "%d.%m"\n', '[dates] promised_date: "%d.%m" can\'t be used: it names no year'),
    (
        '[constants]\nordered_quantity = "many"\n',
        '[constants] ordered_quantity: "many" can\'t be used; allowed: numbers',
    ),
    ('[constants]\npromised_date = "31.12.2024"\n', '[constants] promised_date: "31.12.2024" can\'t be used'),
    ("[constants]\nproduct = []\n", "[constants] product: the value is to be a text"),
    (
        '[columns]\nproduct = "P"\n[constants]\nproduct = "AX"\n',
        '[constants] product is filled from the column "P" as well; keep one of the two',
    ),
    ('[values.documents_ok]\ngut = "good"\n', '[values.documents_ok] "gut": "good" can\'t be used; allowed: yes or no'),
    ("[values.documents_ok]\ngut = 3\n", '[values.documents_ok] "gut": our value is to be a text'),
    ("[replace]\npromised_date = 3\n", "[replace.promised_date] is to be a table of its own"),
    ('[replace.promised_date]\n"" = "x"\n', "[replace.promised_date] an empty text can't be replaced"),
]


def test_a_whole_mapping() -> None:
    mapping = parse_mapping(WHOLE, dataset("deliveries"))
    assert mapping == Mapping(
        file=FileHints(delimiter=";", encoding="cp1252", sheet="Chargen", header_row=3),
        date_format="%d.%m.%Y",
        decimal=",",
        thousands=".",
        missing=("", "-", "n/a"),
        columns={"delivery_id": "ID"},
        dates={"promised_date": "%d-%b-%y"},
        constants={"partner_id": "HELIX", "ordered_quantity": "12", "documents_ok": "yes"},
        values={"condition_ok": {"gut": "yes"}},
        replace={"promised_date": {"-Sept-": "-Sep-"}},
    )


@pytest.mark.parametrize(("text", "said"), MISTAKES)
def test_each_mistake_is_a_line(text: str, said: str) -> None:
    with pytest.raises(InputRefused) as refused:
        parse_mapping(text, dataset("deliveries"), "helix.toml")
    first, *lines = str(refused.value).splitlines()
    assert first == "helix.toml: 1 mistake in the mapping:"
    assert len(lines) == 1
    assert said in lines[0]


def test_all_mistakes_are_told_at_once() -> None:
    text = '[file]\nheader_row = 0\ndecimal = ";"\n[columns]\nfoo = "x"\n[dates]\nproduct = "%d"\n'
    with pytest.raises(InputRefused, match="4 mistakes in the mapping"):
        parse_mapping(text, dataset("deliveries"))


def test_what_is_not_toml_names_the_place() -> None:
    with pytest.raises(InputRefused, match=r"this is not TOML: .*line 2"):
        parse_mapping('[file]\ndelimiter ";"\n', dataset("deliveries"))


names = st.sampled_from(dataset("deliveries").names)
texts = st.text(min_size=1, max_size=8).filter(lambda text: text == text.strip() and "\r" not in text)
printable = texts.filter(str.isprintable)
mappings = st.builds(
    Mapping,
    file=st.builds(
        FileHints,
        delimiter=st.sampled_from([None, ";", "\t", "|"]),
        sheet=st.none() | texts,
        header_row=st.none() | st.integers(1, 99),
    ),
    date_format=st.sampled_from([None, "%d.%m.%Y", "%d-%b-%y"]),
    decimal=st.sampled_from([None, ",", "."]),
    thousands=st.sampled_from([None, " ", "'"]),
    missing=st.lists(texts, max_size=3).map(tuple),
    columns=st.dictionaries(names, texts, max_size=4),
    replace=st.dictionaries(names, st.dictionaries(texts, texts, min_size=1, max_size=3), max_size=3),
    values=st.just({}) | st.fixed_dictionaries({"product": st.dictionaries(texts, printable, min_size=1, max_size=3)}),
)


@settings(max_examples=60)
@given(mappings)
def test_what_is_written_reads_back_the_same(mapping: Mapping) -> None:
    assert parse_mapping(mapping.to_toml(), dataset("deliveries")) == mapping


def test_no_mapping_is_written_as_nothing() -> None:
    assert NO_MAPPING.to_toml() == ""


THEIRS = {"Nr": "7", "Datum": "31.12.2023", "Was": "AX", "Menge": "1.234,5", "ok?": "gut", "Rest": "x", "unit": "vial"}
COLUMNS = '[columns]\ndelivery_id = "Nr"\npromised_date = "Datum"\ndelivered_date = "Datum"\nproduct = "Was"\n'
OURS = COLUMNS + 'ordered_quantity = "Menge"\ndocuments_ok = "ok?"\n'
CONSTANTS = '[constants]\npartner_id = "HELIX"\nsite_id = "HELIX-A"\n'
FORMS = '[file]\ndate_format = "%d.%m.%Y"\ndecimal = ","\n'


def test_a_partners_own_file_becomes_ours() -> None:
    found = offer("deliveries", [THEIRS], OURS + CONSTANTS + FORMS + '[values.documents_ok]\ngut = "yes"\n')
    assert found.findings.errors == 0
    assert found.records is not None
    record = found.records.row(0, named=True)
    assert record["promised_date"] == record["delivered_date"]  # two of ours from one of theirs
    assert (record["partner_id"], record["ordered_quantity"], record["documents_ok"]) == ("HELIX", 1234.5, True)
    assert record["unit"] == "vial"  # not named in the mapping, but bears our name
    assert found.findings.lines() == ["notice: file.csv: 1 column is not used: Rest."]


def test_a_header_that_the_mapping_names_must_be_there() -> None:
    found = offer("deliveries", [DELIVERY], '[columns]\nunit = "Einheit"\n')
    assert codes(found) == ["mapped_column_missing"]
    assert '"Einheit", but the file has no such header' in found.findings.lines()[0]


def test_a_constant_must_not_contradict_the_file() -> None:
    same = offer("deliveries", [DELIVERY], '[constants]\npartner_id = "HELIX"\n')
    other = offer("deliveries", [DELIVERY], '[constants]\npartner_id = "AURORA"\nsite_id = "AURORA-1"\n')
    assert same.accepted
    assert codes(other) == ["constant_contradicted", "constant_contradicted"]
    assert not other.accepted
    assert other.findings.lines()[0].startswith(
        'file.csv, column "partner_id": "HELIX" stands in the file, but the mapping says "AURORA" for every row. '
    )


def test_whole_values_go_before_missing_texts_and_parts_come_last() -> None:
    rows = [{**DELIVERY, "delivery_id": str(number), "unit": unit} for number, unit in enumerate(["-", "?", "a-b"])]
    text = '[file]\nmissing = ["-", "?"]\n[values.unit]\n"-" = "piece"\n[replace.unit]\n"-" = "/"\n'
    records = offer("deliveries", rows, text).records
    assert records is not None
    assert records["unit"].to_list() == ["piece", None, "a/b"]


def test_whole_values_are_written_our_way_whatever_the_file_is_written_in() -> None:
    theirs = {"promised_date": "31.02.2024", "order_date": "01.02.2024", "ordered_quantity": "zw", "delivered_date": ""}
    own_way = '[file]\ndecimal = ","\ndate_format = "%d.%m.%Y"\n'
    values = '[values.promised_date]\n"31.02.2024" = "2024-02-29"\n[values.ordered_quantity]\nzw = "12.5"\n'
    records = offer("deliveries", [{**DELIVERY, **theirs}], own_way + values).records
    assert records is not None
    record = records.row(0, named=True)
    assert record["promised_date"] == date(2024, 2, 29)
    assert record["order_date"] == date(2024, 2, 1)
    assert record["ordered_quantity"] == 12.5


def test_a_required_cell_that_the_mapping_reads_as_no_value_says_so() -> None:
    rows = [{**DELIVERY, "product": "-"}, {**DELIVERY, "delivery_id": "L-2", "product": " "}]
    dash, blank = offer("deliveries", rows, '[file]\nmissing = ["-"]\n').findings.lines()
    assert '"-" means "no value" by the mapping, but one is needed here. Allowed: a text' in dash
    assert "the cell is empty. Allowed: a text" in blank
