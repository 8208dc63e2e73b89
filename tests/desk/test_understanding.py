"""From an uploaded part to how it is read, or to the one question that a person has to answer first."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import polars as pl
import pytest

from kpi.desk.understanding import Said, Source, Stage, Understood, understand
from kpi.intake.bundle import Part, unpack
from kpi.intake.contracts import dataset
from kpi.intake.known import KnownRecords
from kpi.intake.mapping import Mapping, parse_mapping
from kpi.intake.saved import SavedMapping
from kpi.intake.suggestion import answered, propose
from kpi.intake.table import FileHints
from tests.desk.partner_files import HEADERS, german_lots
from tests.support import csv_of

KNOWN = replace(KnownRecords.empty(), sites=pl.DataFrame({"partner_id": ["0042", "HELIX"], "site_id": ["01", "HX-1"]}))
GERMAN = parse_mapping(
    """
    [file]
    encoding = "cp1252"
    date_format = "%d.%m.%Y"
    decimal = ","
    [columns]
    site_id = "Werk"
    batch_id = "Charge"
    product = "Produkt"
    stage = "Stufe"
    planned_start_date = "Geplanter Beginn"
    completed_date = "Ende Herstellung"
    disposition = "Verwendungsentscheid"
    disposition_date = "Entscheid am"
    actual_yield = "Ausbeute Ist"
    theoretical_yield = "Ausbeute Soll"
    [constants]
    partner_id = "0042"
    [values.stage]
    Arzneimittel = "drug_product"
    [values.disposition]
    Freigegeben = "released"
    Gesperrt = "rejected"
    """,
    dataset("batch_records"),
)


def saved(mapping: Mapping = GERMAN, partner_id: str = "0042", headers: tuple[str, ...] = HEADERS) -> SavedMapping:
    return SavedMapping(
        partner_id, "batch_records", headers, mapping.to_toml(), 7, datetime(2025, 2, 3), "qa.lead", "mapped"
    )


def part(content: bytes, name: str = "Chargen 2025-03.csv") -> Part:
    (only,) = unpack([(name, content)])
    return only


def understood(
    content: bytes, said: Said | None = None, *keep: SavedMapping, made: SavedMapping | None = None
) -> Understood:
    return understand(part(content), said or Said(), known=KNOWN, saved=keep, made=(made,) if made else ())


OWN = csv_of(
    [
        {
            "partner_id": "HELIX",
            "site_id": "HX-1",
            "delivery_id": "1",
            "product": "A",
            "promised_date": "2025-03-01",
            "ordered_quantity": 1,
        }
    ]
)


def test_our_own_headers_need_nobody() -> None:
    found = understood(OWN)
    assert (found.stage, found.dataset, found.source) == (Stage.READABLE, "deliveries", Source.OWN_HEADERS)
    assert found.mapping == Mapping()


def test_a_file_that_does_not_say_its_encoding_is_asked_about_first() -> None:
    found = understood(german_lots(3))
    assert found.stage is Stage.ENCODING
    assert found.refusal is not None
    assert found.table is None


def test_with_its_encoding_the_dataset_is_seen_and_the_headers_are_to_be_mapped() -> None:
    found = understood(german_lots(3), Said(file=FileHints(encoding="cp1252")))
    assert (found.stage, found.dataset) == (Stage.MAPPING, "batch_records")
    assert found.mapping.file.encoding == "cp1252", "what was answered goes into the mapping that will be kept"


def test_what_the_proposal_asks_and_is_answered_reads_the_file_as_the_partner_means_it() -> None:
    found = understood(german_lots(3), Said(file=FileHints(encoding="cp1252")))
    assert found.table is not None
    proposal = propose(found.table, dataset("batch_records"), known=KNOWN, base=found.mapping)
    asked = {question.key: question for question in proposal.questions}
    assert sorted(question.column for question in asked.values()) == ["disposition", "partner_id"]
    mapping = answered(
        proposal, {key: "0042" if one.column == "partner_id" else "rejected" for key, one in asked.items()}
    )
    assert mapping.columns == GERMAN.columns
    assert mapping.constants == GERMAN.constants
    assert (mapping.date_format, mapping.decimal) == ("%d.%m.%Y", ",")
    assert mapping.values["disposition"] == GERMAN.values["disposition"]


def test_next_month_the_saved_mapping_reads_the_same_headers_without_a_question() -> None:
    found = understood(german_lots(4), None, saved())
    assert (found.stage, found.source) == (Stage.READABLE, Source.SAVED)
    assert found.mapping.columns == GERMAN.columns
    assert found.recognised is not None
    assert found.recognised.saved.partner_id == "0042"


@pytest.mark.parametrize("headers", [HEADERS, (*HEADERS[:5], "Fertig", *HEADERS[6:])], ids=["same", "changed"])
def test_a_day_said_for_every_row_of_one_file_is_asked_again_for_the_next(headers: tuple[str, ...]) -> None:
    columns = {ours: theirs for ours, theirs in GERMAN.columns.items() if ours != "planned_start_date"}
    once = replace(GERMAN, columns=columns, constants={"partner_id": "0042", "planned_start_date": "2025-03-01"})
    for keep, made in (((saved(once),), None), ((), saved(once))):
        found = understood(german_lots(4, headers=headers), None, *keep, made=made)
        if made is not None and headers != HEADERS:
            continue  # what was made a moment ago is only used for the same headers
        assert found.stage is Stage.MAPPING
        assert found.say_again == (("planned_start_date", "2025-03-01"),)
        assert found.mapping.constants == {"partner_id": "0042"}
        assert found.mapping.columns["batch_id"] == "Charge"


def test_a_partner_who_changed_to_utf8_is_read_as_utf8() -> None:
    found = understood(german_lots(4).decode("cp1252").encode("utf-8"), None, saved())
    assert (found.stage, found.source) == (Stage.READABLE, Source.SAVED)
    assert found.table is not None
    assert found.table.cells["Produkt"][0] == "Präparat A"
    assert found.mapping.file.encoding is None


def test_a_title_over_the_headers_is_passed_as_the_saved_mapping_says() -> None:
    titled = b"Chargen; Lohnherstellung\r\nStand;M\xe4rz\r\n" + german_lots(4)
    found = understood(titled, None, saved(replace(GERMAN, file=FileHints(encoding="cp1252", header_row=3))))
    assert (found.stage, found.source) == (Stage.READABLE, Source.SAVED)
    assert found.mapping.file.header_row == 3


def test_headers_in_another_order_and_spelling_of_case_are_the_same() -> None:
    turned = tuple(header.upper() for header in HEADERS)
    found = understood(german_lots(4), None, saved(headers=turned[::-1]))
    assert (found.stage, found.source) == (Stage.READABLE, Source.SAVED)


def test_changed_headers_are_announced_and_filled_in_as_before() -> None:
    headers = ("Werk", "Chargennr.", *HEADERS[2:])
    found = understood(german_lots(4, headers=headers), None, saved())
    assert found.stage is Stage.MAPPING
    assert found.recognised is not None
    assert (found.recognised.new_headers, found.recognised.missing_headers) == (("Chargennr.",), ("Charge",))
    assert found.mapping.columns["product"] == "Produkt"
    assert "batch_id" not in found.mapping.columns, "its header has gone"


def test_two_partners_with_the_same_headers_are_told_apart_by_a_person() -> None:
    other = replace(GERMAN, constants={"partner_id": "HELIX"})
    both = (saved(), saved(other, "HELIX"))
    found = understood(german_lots(4), None, *both)
    assert found.stage is Stage.WHOSE
    assert {one.saved.partner_id for one in found.candidates} == {"0042", "HELIX"}
    chosen = understood(german_lots(4), Said(partner_id="HELIX"), *both)
    assert (chosen.stage, chosen.mapping.constants) == (Stage.READABLE, {"partner_id": "HELIX"})


def test_a_mapping_made_a_moment_ago_goes_before_the_saved_one() -> None:
    corrected = replace(
        GERMAN, values={**GERMAN.values, "disposition": {"Freigegeben": "released", "Gesperrt": "pending"}}
    )
    found = understood(german_lots(4), None, saved(), made=replace(saved(corrected), partner_id=""))
    assert found.mapping.values["disposition"]["Gesperrt"] == "pending"


def test_a_mapping_that_a_person_chose_for_this_file_goes_before_all() -> None:
    said = Said(mapping=replace(GERMAN, constants={"partner_id": "HELIX"}), file=FileHints(encoding="cp1252"))
    found = understood(german_lots(4), said, saved())
    assert (found.source, found.mapping.constants) == (Source.SAID, {"partner_id": "HELIX"})


@pytest.mark.parametrize(
    ("content", "stage"),
    [
        (b"", Stage.REFUSED),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Stage.REFUSED),
        (b"colour,weight\nred,3\n", Stage.DATASET),
    ],
    ids=["empty", "a picture", "no dataset of ours"],
)
def test_what_is_no_file_of_ours_says_so(content: bytes, stage: Stage) -> None:
    assert understood(content).stage is stage


def test_a_large_text_is_understood_from_its_beginning() -> None:
    rows = OWN.splitlines(keepends=True)
    content = rows[0] + b"".join(rows[1].replace(b",1,", b",%d," % n) for n in range(100_000))
    found = understood(content)
    assert found.table is not None
    assert found.stage is Stage.READABLE
    assert 1_000 < found.table.cells.height < 100_000


def test_sheets_of_one_workbook_are_told_apart_by_the_mapping_and_a_templates_sheet_needs_none() -> None:
    rows = [line.split(",") for line in OWN.decode().splitlines()]
    book = openpyxl.Workbook()
    for title in ("Site A", "deliveries"):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    file = io.BytesIO()
    book.save(file)
    found = [understand(one, Said(), known=KNOWN, saved=()) for one in unpack([("book.xlsx", file.getvalue())])]
    assert [one.mapping.file.sheet for one in found] == ["Site A", None]
    assert {one.stage for one in found} == {Stage.READABLE}


def test_our_own_headers_are_read_with_a_saved_mapping_only_for_the_partner_it_was_saved_for() -> None:
    headers = tuple(OWN.decode().splitlines()[0].split(","))
    american = SavedMapping(
        "HELIX", "deliveries", headers, '[file]\ndate_format = "%m/%d/%Y"\n', 7, datetime(2025, 2, 3), "qa", ""
    )
    assert understood(OWN, None, american).source is Source.SAVED
    others = OWN.replace(b"HELIX", b"0042")
    found = understood(others, None, american)
    assert (found.source, found.mapping) == (Source.OWN_HEADERS, Mapping())
