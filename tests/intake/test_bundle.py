"""Many files at once become parts: each is one table, or says why it is none."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import replace

import pytest

from kpi.intake.bundle import Part, in_submission_order, known_with, unpack
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.known import KnownRecords
from kpi.intake.read import read_table
from kpi.intake.table import LIMITS
from kpi.intake.template import template_workbook
from kpi.intake.validate import check_file
from tests.intake.offered import DELIVERY, KNOWN, TODAY, csv_bytes
from tests.intake.packed import archive, workbook

CSV = csv_bytes([DELIVERY])
ROWS = [list(DELIVERY), list(DELIVERY.values())]
BATCHES = [
    ["partner_id", "site_id", "batch_id", "product", "stage", "disposition", "planned_start_date"],
    ["HELIX", "HELIX-A", "B-77", "AX-101", "drug_product", "pending", "2024-03-02"],
]


def names(parts: tuple[Part, ...]) -> list[str]:
    return [part.name for part in parts]


def refused(part: Part) -> list[str]:
    assert part.refused is not None
    assert part.refused.errors == len(part.refused)
    return part.refused.lines()


def test_a_part_per_file_of_an_archive() -> None:
    packed = archive({"batches.csv": CSV, "sub/deliveries.csv": CSV[:-1], "book.xlsx": workbook({"Data": ROWS})})
    parts = unpack([("march.zip", packed), ("alone.csv", CSV)])
    assert names(parts) == [
        "march.zip › batches.csv",
        "march.zip › deliveries.csv",
        "march.zip › book.xlsx",
        "alone.csv",
    ]
    assert [part.content for part in parts][::3] == [CSV, CSV]
    assert [part.refused for part in parts] == [None] * 4
    assert [part.sheet for part in parts] == [None] * 4
    assert read_table(parts[2].content, parts[2].file_name).cells["delivery_id"].to_list() == ["L-1"]


def test_what_programs_put_into_an_archive_is_left_out_and_said() -> None:
    packed = archive(
        {
            "__MACOSX/._d.csv": b"x",
            ".DS_Store": b"x",
            "a/Thumbs.db": b"x",
            "~$book.xlsx": b"x",
            "folder/": b"",
            "d.csv": CSV,
        }
    )
    (part,) = unpack([("m.zip", packed)])
    assert part.name == "m.zip › d.csv"
    assert part.notes == (
        "Left out of the ZIP: 4 files that programs put there (__MACOSX/._d.csv, .DS_Store, a/Thumbs.db, ~$book.xlsx).",
    )


# what the archive calls it, what is shown, what goes into the ledger
HARMFUL = [
    ("../../etc/passwd.csv", "passwd.csv"),
    ("/abs/olute.csv", "olute.csv"),
    ("C:\\Users\\x\\d.csv", "d.csv"),
    ("a\x1b[31m\u202egpj.csv", "a_[31m_gpj.csv"),
    ("x" * 300 + ".csv", "x" * 115 + "….csv"),
    ("con?<>|.csv", "con____.csv"),
]


@pytest.mark.parametrize(("given", "safe"), HARMFUL)
def test_names_with_paths_and_unseen_characters_become_harmless(given: str, safe: str) -> None:
    (part,) = unpack([("m.zip", archive({given: CSV}))])
    assert (part.name, part.file_name, part.refused) == (f"m.zip › {safe}", safe, None)
    (part,) = unpack([(given, CSV)])
    assert (part.name, part.file_name) == (safe, safe)


def test_files_of_one_name_are_told_apart() -> None:
    packed = archive({"jan/d.csv": CSV, "feb/d.csv": CSV, "x.csv": CSV, "y.csv": CSV}).replace(b"y.csv", b"x.csv")
    parts = unpack([("m.zip", packed)])
    assert names(parts) == ["m.zip › jan/d.csv", "m.zip › feb/d.csv", "m.zip › x.csv", "m.zip › x (2).csv"]
    assert [part.file_name for part in parts] == ["d.csv", "d (2).csv", "x.csv", "x (2).csv"]


def test_one_bad_file_refuses_none_of_the_others() -> None:
    inner = archive({"d.csv": CSV})
    packed = archive({"a.csv": CSV, "inner.zip": inner, "empty.csv": b"", "scan.pdf": b"%PDF-1.7", "b.csv": CSV})
    parts = unpack([("m.zip", packed)])
    assert [part.refused is None for part in parts] == [True, False, False, False, True]
    assert refused(parts[1]) == [
        "inner.zip: it is a ZIP inside a ZIP. Allowed: a ZIP that holds the files themselves. Upload the files "
        "themselves, or pack them again as an ordinary ZIP."
    ]
    assert "the file is empty" in refused(parts[2])[0]
    assert "a PDF document" in refused(parts[3])[0]


def test_encrypted_and_strangely_packed_files_are_refused_for_that_reason() -> None:
    packed = bytearray(archive({"a.csv": CSV, "b.csv": CSV, "c.csv": CSV}))
    where = [at for at in range(len(packed)) if packed[at : at + 4] == b"PK\x01\x02"]
    packed[where[0] + 8] |= 1  # the directory's flag for encryption
    struct.pack_into("<H", packed, where[1] + 10, 9)
    parts = unpack([("m.zip", bytes(packed))])
    assert "encrypted inside the ZIP" in refused(parts[0])[0]
    assert "packed with Deflate64, which is not read" in refused(parts[1])[0]
    assert parts[2].refused is None


def test_bytes_changed_inside_an_archive_are_noticed() -> None:
    packed = archive({"a.csv": CSV, "b.csv": CSV}, zipfile.ZIP_STORED).replace(b"L-1", b"L-2", 1)
    parts = unpack([("m.zip", packed)])
    assert "damaged inside the ZIP" in refused(parts[0])[0]
    assert parts[1].refused is None


def test_an_archive_made_to_harm_is_refused_whole() -> None:
    bomb = archive({f"{n}.csv": bytes(10_000_000) for n in range(4)})
    (part,) = unpack([("bomb.zip", bomb)])
    assert "unpacks to more than 200 times its size" in refused(part)[0]
    lying = bytearray(archive({"a.csv": bytes(30_000_000)}))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<I", lying, lying.index(mark) + at, 100)
    (part,) = unpack([("lying.zip", bytes(lying))])
    assert "unpacks to more than 200 times its size" in refused(part)[0]
    few = replace(LIMITS, archive_files=3)
    (part,) = unpack([("many.zip", archive({f"{n}.csv": CSV for n in range(4)}))], few)
    assert "it holds 4 files. Allowed: a ZIP of at most 3 files" in refused(part)[0]
    (part,) = unpack([("many.zip", archive({f"{n}.csv": CSV for n in range(9)}))], few)
    assert "it holds more than 3 files" in refused(part)[0]


def test_entries_that_share_bytes_are_refused() -> None:
    """Hundreds of directory entries may point at one small file that unpacks large."""
    packed = archive({"a.csv": CSV, "b.csv": CSV})
    first, second = (at for at in range(len(packed)) if packed[at : at + 4] == b"PK\x01\x02")
    shared = bytearray(packed)
    shared[second + 42 : second + 46] = packed[first + 42 : first + 46]
    (part,) = unpack([("m.zip", bytes(shared))])
    assert "its files overlap" in refused(part)[0]


def test_archives_with_nothing_in_them() -> None:
    assert "the ZIP holds no file to read" in refused(unpack([("m.zip", archive({}))])[0])[0]
    only_junk = unpack([("m.zip", archive({".DS_Store": b"x"}))])[0]
    assert "left out: .DS_Store" in refused(only_junk)[0]


def test_too_many_parts_stop_the_upload_and_say_so() -> None:
    parts = unpack([(f"{n}.csv", CSV) for n in range(5)], replace(LIMITS, bundle_files=3))
    assert names(parts) == ["0.csv", "1.csv", "2.csv", "3.csv"]
    assert "2 uploaded files were not looked at" in refused(parts[3])[0]


def test_a_file_too_large_is_a_refused_part() -> None:
    parts = unpack([("big.csv", CSV), ("small.csv", b"a\n")], replace(LIMITS, file_bytes=10))
    assert [part.refused is None for part in parts] == [False, True]
    assert parts[0].content == b""


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_of_a_template_only_the_data_is_a_part(name: str) -> None:
    (part,) = unpack([("t.xlsx", template_workbook(dataset(name)))])
    assert (part.name, part.sheet) == (f"t.xlsx › {name}", name)
    assert part.notes[0].startswith("Left out as no table of records: ")


def test_a_workbook_of_datasets_is_a_part_per_sheet() -> None:
    book = workbook(
        {
            "Hinweise": [["Bitte lesen", "ja"], ["Spalten nicht ändern", "nein"]],
            "Chargen": BATCHES,
            "Lieferungen": ROWS,
            "Leer": [],
            "Alt": ROWS,
        },
        hidden=["Alt"],
    )
    parts = unpack([("book.xlsx", book)])
    assert names(parts) == ["book.xlsx › Chargen", "book.xlsx › Lieferungen"]
    assert [part.sheet for part in parts] == ["Chargen", "Lieferungen"]
    assert {part.content for part in parts} == {book}
    assert parts[0].notes == ('Left out as no table of records: sheet "Hinweise".',)


def test_what_others_refer_to_comes_first() -> None:
    given = ["deliveries", "deviations", "batch_records", "audit_findings", "partners", "targets", "deviations"]
    assert in_submission_order(enumerate(given), lambda item: item[1]) == [
        (4, "partners"),
        (5, "targets"),
        (2, "batch_records"),
        (1, "deviations"),
        (6, "deviations"),
        (3, "audit_findings"),
        (0, "deliveries"),
    ]


def test_a_deviation_may_name_a_batch_of_the_same_upload() -> None:
    deviation = {
        "partner_id": "HELIX",
        "site_id": "HELIX-A",
        "deviation_id": "DEV-1",
        "opened_date": "2024-03-05",
        "severity": "minor",
        "type": "process",
        "due_date": "2024-04-05",
        "batch_id": "B-77",
    }
    batches = check_file(
        "batch_records", csv_bytes([dict(zip(*BATCHES, strict=True))]), "b.csv", known=KNOWN, today=TODAY
    )
    assert batches.accepted, batches.findings.lines()
    content = csv_bytes([deviation])
    before = check_file("deviations", content, "d.csv", known=KNOWN, today=TODAY)
    after = check_file("deviations", content, "d.csv", known=known_with(KNOWN, [batches]), today=TODAY)
    assert before.findings.frame["code"].to_list() == ["unknown_batch"]
    assert after.findings.lines() == []


def test_a_refused_file_adds_nothing_to_what_is_known() -> None:
    bad = check_file("batch_records", csv_bytes([{"batch_id": "B-9"}]), "b.csv", known=KNOWN, today=TODAY)
    assert not bad.accepted
    assert known_with(KNOWN, [bad]).batches.equals(KNOWN.batches)
    assert known_with(KnownRecords.empty(), []).sites.is_empty()
