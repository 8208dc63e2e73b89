"""Which encoding comes first for texts of several languages, and that nothing is offered that cannot be read."""

from __future__ import annotations

import time

import pytest

from kpi.intake.suggest_encodings import encoding_choices

GERMAN = "Werk;Straße\n1;Prüfung übergeben\n2;Öl – 5 °C\n3;Größe \u201eAX\u201c\n"
FRENCH = "Site;Écart\n1;Début prévu à l'été\n2;Clôturée – déjà reçu\n"
SPANISH = "Planta;Descripción\n1;Año próximo\n2;¿Está dañado?\n"
POLISH = "Zakład;Opis\n1;Łódź, próżnia\n2;źle wykonać ciśnienie\n"
CZECH = "Závod;Popis\n1;Příští šarže\n2;žádné odchylky, čištění\n"
GREEK = "Εργοστάσιο;Παρτίδα\n1;Αθήνα\n2;Ποιότητα\n"
FIRST = [
    (GERMAN, "cp1252"),
    (FRENCH, "cp1252"),
    (SPANISH, "cp1252"),
    (POLISH, "cp1250"),
    (CZECH, "cp1250"),
    (POLISH, "iso-8859-2"),
    (GREEK, "iso-8859-7"),
    (GERMAN.replace("–", "-").replace("\u201e", "").replace("\u201c", ""), "cp850"),
    (SPANISH, "cp850"),
]


@pytest.mark.parametrize(("text", "encoding"), FIRST)
def test_the_true_reading_comes_first(text: str, encoding: str) -> None:
    first = encoding_choices(text.encode(encoding))[0]
    special = [line for line in text.splitlines() if not line.isascii()]
    assert first.sample == tuple(special[:5])


def test_german_in_its_usual_encoding_is_named_so() -> None:
    assert encoding_choices(GERMAN.encode("cp1252"))[0].name == "cp1252"


def test_plain_text_and_utf_8_are_not_asked_about() -> None:
    assert encoding_choices(b"a;b\n1;2\n") == ()
    assert encoding_choices(GERMAN.encode()) == ()


def test_only_what_can_be_read_is_offered() -> None:
    content = "a;ä\n".encode("cp1252") + b"\x81\n"  # no character of cp1252
    names = [choice.name for choice in encoding_choices(content)]
    assert "cp1252" not in names
    assert names
    for choice in encoding_choices(content):
        content.decode(choice.name)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_characters_without_a_mark(encoding: str) -> None:
    first = encoding_choices(GERMAN.encode(encoding))[0]
    assert (first.name, first.sample[1]) == (encoding, "1;Prüfung übergeben")


def test_readings_that_do_not_differ_are_offered_once() -> None:
    samples = [choice.sample for choice in encoding_choices("ä;ö\nü;ß\n".encode("cp1252"))]
    assert len(samples) == len(set(samples))


def test_a_large_file_and_an_endless_line_are_walked_through_once() -> None:
    """Looking for line ends of a kind that the file has not took minutes."""
    started = time.process_time()
    for content in ("Öl;1\n" * 200_000, "ü" * 1_000_000):
        assert encoding_choices(content.encode("cp1252"))[0].name == "cp1252"
    assert time.process_time() - started < 60
