"""Saved mappings recognised by a file's headers, and files that only a saved mapping can read."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.intake.refusal import FileRefused
from kpi.intake.saved import SavedMapping, recognise
from kpi.intake.saved_reading import mapping_for, read_with_saved, recognise_file
from kpi.intake.table import FileHints

HEADERS = ("Werk", "Charge", "Produkt", "Beginn")
COLUMNS = '[columns]\nsite_id = "Werk"\nbatch_id = "Charge"\nproduct = "Produkt"\n'
TEXT = '[file]\nencoding = "cp1252"\ndelimiter = ";"\n' + COLUMNS
GERMAN = "Werk;Charge;Produkt;Beginn\r\n1000;000749;Gefäß;01.03.2026\r\n"


def saved(
    partner: str = "0042", headers: tuple[str, ...] = HEADERS, text: str = TEXT, version: int = 3
) -> SavedMapping:
    return SavedMapping(partner, "batch_records", headers, text, version, datetime(2026, 11, 3), "ana", "")


@given(st.permutations(HEADERS))
def test_the_order_of_the_headers_does_not_matter(order: list[str]) -> None:
    (found,) = recognise([header.upper() + " " for header in order], "batch_records", [saved()])
    assert (found.exact, found.new_headers, found.missing_headers) == (True, (), ())


def test_a_mapping_of_another_dataset_is_not_looked_at() -> None:
    assert recognise(HEADERS, "deliveries", [saved()]) == ()


def test_several_partners_with_the_same_headers_are_all_told_newest_first() -> None:
    other = saved("HELIX", text=TEXT + '[constants]\npartner_id = "HELIX"\n', version=7)
    same = saved("NOVA", version=5)  # reads the file as that of 0042 does
    found = recognise(HEADERS, "batch_records", [saved(), other, same])
    assert [one.saved.partner_id for one in found] == ["HELIX", "NOVA"]


def test_a_changed_file_is_told_with_what_is_new_and_gone() -> None:
    (found,) = recognise(["Werk", "Charge", "Artikel", "Ende"], "batch_records", [saved()])
    assert (found.exact, found.new_headers, found.missing_headers, found.needed) == (
        False,
        ("Artikel", "Ende"),
        ("Produkt", "Beginn"),
        ("Produkt",),
    )


def test_the_closest_is_taken_and_nothing_below_half() -> None:
    near = saved("NOVA", ("Werk", "Charge", "Artikel"), TEXT.replace("Produkt", "Artikel"), 2)
    (found,) = recognise(["Werk", "Charge", "Artikel", "Neu"], "batch_records", [saved(), near])
    assert found.saved.partner_id == "NOVA"
    assert recognise(["Werk", "Los", "Ding"], "batch_records", [saved()]) == ()


def test_a_file_in_another_encoding_is_read_as_its_mapping_says() -> None:
    read = read_with_saved(GERMAN.encode("cp1252"), "g.csv", "batch_records", [saved()])
    assert read.table.cells["Produkt"].to_list() == ["Gefäß"]
    assert read.recognised[0].exact
    assert mapping_for(read, read.recognised[0]).file == FileHints(delimiter=";", encoding="cp1252")


def test_a_partner_who_changed_to_utf_8_is_not_read_in_the_old_encoding() -> None:
    read = read_with_saved(GERMAN.encode("utf-8"), "g.csv", "batch_records", [saved()])
    assert read.table.cells["Produkt"].to_list() == ["Gefäß"]
    assert mapping_for(read, read.recognised[0]).file == FileHints()


def test_a_file_with_other_headers_is_not_read_in_a_saved_encoding() -> None:
    other = GERMAN.replace("Charge", "Los")
    with pytest.raises(FileRefused, match="is not UTF-8"):
        read_with_saved(other.encode("cp1252"), "g.csv", "batch_records", [saved()])
    assert read_with_saved(other.encode(), "g.csv", "batch_records", [saved()]).recognised[0].exact is False


def test_a_saved_header_row_is_found() -> None:
    titled = "Liste;Stand 1\nfür;alle\n" + "Werk;Charge;Produkt;Beginn\n1000;1;A;2\n"
    mapping = saved(text=TEXT.replace('encoding = "cp1252"', "header_row = 3"))
    found = recognise_file(titled.encode(), "g.csv", "batch_records", [mapping])
    assert (found.recognised[0].exact, found.hints.header_row) == (True, 3)


def test_what_a_person_says_is_never_changed() -> None:
    hints = FileHints(encoding="cp850")
    found = recognise_file(GERMAN.encode("cp1252"), "g.csv", "batch_records", [saved()], hints)
    assert found.hints.encoding == "cp850"


def test_a_text_that_cannot_be_read_any_more_only_lacks_its_headers() -> None:
    (found,) = recognise(HEADERS, "batch_records", [saved(text="[columns")])
    assert (found.exact, found.needed) == (True, ())
