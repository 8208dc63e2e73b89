"""Texts whose encoding is not what somebody said of them, or that were read wrongly before they came."""

from __future__ import annotations

import pytest

from kpi.intake.read import read_table
from kpi.intake.table import FileHints

TEXT = "id,name\n1,Präparat\n2,Ÿ München 5 °C\n"


@pytest.mark.parametrize("given", ["cp1252", "latin-1", "mac-roman", "cp1250"])
def test_a_partner_that_has_changed_to_utf_8_is_read_as_such_and_told(given: str) -> None:
    table = read_table(TEXT.encode(), "file.csv", FileHints(encoding=given))
    assert table.cells["name"].to_list() == ["Präparat", "Ÿ München 5 °C"]
    assert table.reading.encoding == "utf-8"
    assert table.reading.notes == (f"The text is UTF-8, so the given encoding {given} was not used.",)


@pytest.mark.parametrize("given", ["cp1252", "mac-roman"])
def test_what_is_in_the_encoding_that_is_named_is_read_in_it(given: str) -> None:
    table = read_table(TEXT.encode(given), "file.csv", FileHints(encoding=given))
    assert table.cells["name"].to_list() == ["Präparat", "Ÿ München 5 °C"]
    assert table.reading.notes == ()


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"])
def test_wide_characters_are_recognised_without_a_mark(encoding: str) -> None:
    table = read_table(TEXT.encode(encoding), "file.csv")
    assert table.cells["name"].to_list() == ["Präparat", "Ÿ München 5 °C"]
    assert table.reading.encoding == encoding


def test_utf_8_that_was_read_in_a_wrong_encoding_is_told_with_its_row() -> None:
    table = read_table(TEXT.encode().decode("cp1252").encode(), "file.csv")
    assert table.reading.notes == ("Row 2 holds Ã¤: another program seems to have read ä there in a wrong encoding.",)


@pytest.mark.parametrize("name", ["SÃO PAULO", "Âge", "Ã", "Präparat", "ÃÂ"])
def test_names_that_are_written_so_are_not(name: str) -> None:
    assert read_table(f"id,name\n1,{name}\n".encode(), "file.csv").reading.notes == ()
