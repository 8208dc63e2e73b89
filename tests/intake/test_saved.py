"""Saved mappings recognised by a file's headers."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from kpi.intake.saved import SavedMapping, recognise

HEADERS = ("Werk", "Charge", "Produkt", "Beginn")
COLUMNS = '[columns]\nsite_id = "Werk"\nbatch_id = "Charge"\nproduct = "Produkt"\n'
TEXT = '[file]\nencoding = "cp1252"\ndelimiter = ";"\n' + COLUMNS


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


def test_a_text_that_cannot_be_read_any_more_only_lacks_its_headers() -> None:
    (found,) = recognise(HEADERS, "batch_records", [saved(text="[columns")])
    assert (found.exact, found.needed) == (True, ())
