"""Which dataset a file is, and which month its name tells: never a guess that nobody sees."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.intake.bundle import month_in_name, recognise_dataset
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.file_names import safe_name
from kpi.intake.read import read_table
from kpi.intake.recognition import Recognition
from kpi.intake.template import template_csv
from tests.intake.offered import KNOWN


def recognised(headers: str, name: str = "file.csv") -> Recognition:
    row = ",".join("x" for _ in headers.split(","))
    return recognise_dataset(read_table(f"{headers}\n{row}\n".encode(), name), name, known=KNOWN)


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_a_template_is_recognised_by_its_headers_whatever_it_is_called(name: str) -> None:
    table = read_table(template_csv(dataset(name)), "x.csv")
    for called in ("x.csv", "deliveries.csv", "march.zip › Abweichungen.csv"):
        found = recognise_dataset(table, called, known=KNOWN)
        assert (found.dataset, found.sure) == (name, True)
        assert found.why.startswith(f"its headers are those of {dataset(name).title}")
        assert name not in found.others


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_the_required_columns_alone_are_enough(name: str) -> None:
    found = recognised(",".join(dataset(name).required))
    assert (found.dataset, found.sure) == (name, True)


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_titles_count_as_headers(name: str) -> None:
    found = recognised(",".join(column.title for column in dataset(name).columns))
    assert (found.dataset, found.sure) == (name, True)


def test_a_name_that_contradicts_the_headers_is_told() -> None:
    found = recognised(",".join(dataset("deliveries").names), "deviations.csv")
    assert found.why == "its headers are those of Deliveries, although its name says Deviations"


# the name of a file or sheet with headers of nobody, what it may be
NAMES = [
    ("Chargen_2026.csv", "batch_records"),
    ("book.xlsx › Abweichungen", "deviations"),
    ("book.xlsx › Lieferungen März", "deliveries"),
    ("Auditfeststellungen.csv", "audit_findings"),
    ("BatchList.csv", "batch_records"),
    ("livraisons.csv", "deliveries"),
    ("écarts.csv", "deviations"),
    ("targets.csv", "targets"),
    ("deliveries.zip › book.xlsx › Chargen", "batch_records"),
]


@pytest.mark.parametrize(("name", "meant"), NAMES)
def test_words_of_a_name_suggest_and_never_decide(name: str, meant: str) -> None:
    found = recognised("foo,bar", name)
    assert (found.dataset, found.sure) == (meant, False)


@pytest.mark.parametrize("name", ["file.csv", "pilot.csv", "export.csv", "plot.csv", "polymer.csv", "website.csv"])
def test_a_name_that_says_nothing(name: str) -> None:
    assert recognised("foo,bar", name) == Recognition(None, False, "neither its headers nor its name tell", ())


def test_a_name_of_two_datasets_asks() -> None:
    found = recognised("foo,bar", "batches and deviations.csv")
    assert (found.dataset, found.sure, found.others) == (None, False, ("batch_records", "deviations"))


# a file's name, its month
MONTHS = [
    ("deliveries_2026-03.csv", date(2026, 3, 1)),
    ("202603.csv", date(2026, 3, 1)),
    ("x_202603_v2.csv", date(2026, 3, 1)),
    ("2026_03 HELIX.csv", date(2026, 3, 1)),
    ("03.2026.csv", date(2026, 3, 1)),
    ("März 2026.xlsx", date(2026, 3, 1)),
    ("M\u0061\u0308rz 2026.xlsx", date(2026, 3, 1)),
    ("maerz2026.csv", date(2026, 3, 1)),
    ("Février 2026.csv", date(2026, 2, 1)),
    ("2026 May.csv", date(2026, 5, 1)),
    ("Deviations_Sept-2025.csv", date(2025, 9, 1)),
    ("march 2026.zip › deliveries.csv", date(2026, 3, 1)),
    ("march 2026.zip › april 2026.csv", date(2026, 4, 1)),
    ("2026-03 and March 2026.csv", date(2026, 3, 1)),
    ("2026-03-31.csv", None),
    ("20260331.csv", None),
    ("31.03.2026.csv", None),
    ("31 March 2026.csv", None),
    ("2026-01..2026-03.csv", None),
    ("202613.csv", None),
    ("1202603.csv", None),
    ("march.csv", None),
    ("2026.csv", None),
    ("190003.csv", None),
    ("summary 2026.csv", None),
    ("٢٠٢٦-٠٣.csv", None),
    ("", None),
]


@pytest.mark.parametrize(("name", "month"), MONTHS)
def test_the_month_in_a_name(name: str, month: date | None) -> None:
    assert month_in_name(name) == month


@pytest.mark.parametrize("name", ["", "..", "/", "\\", "\x00", " . ", "\u202e", "a" * 5000])
def test_a_name_is_never_empty_nor_long(name: str) -> None:
    assert 0 < len(safe_name(name)) <= 120
    assert safe_name(name).isprintable()
