"""A large pack stays small enough to be mailed: its objects are packed, and nothing in the document is another."""

from __future__ import annotations

import re
import zlib

from kpi.qbr.document.packing import packed
from tests.qbr.document.reading import outline_of, pdf_of, structure_of, texts_of
from tests.qbr.packs import a_pack

ALLOWED = 2_000_000  # bytes of a pack that can be mailed
COMMENT = "The second shift began in July; the partner expects the trend to turn by the first quarter. " * 6


def a_large_pack() -> bytes:
    return pdf_of(
        a_pack(
            indicators=50, months=120, sources=300, escalations=60, decisions=40, actions=60, commitments=200,
            comment=COMMENT[:600], restated="Restated since first reported: 4 months of 3 indicators",
        )
    )  # fmt: skip


def test_fifty_indicators_of_ten_years_with_three_hundred_files_stay_under_two_megabytes() -> None:
    assert len(a_large_pack()) < ALLOWED


def plain(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A document as typst writes it: every object by itself, one table of where they are."""
    out, places = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n\n" % (number, body)
    rows = b"".join(b"%010d 00000 n\r\n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f\r\n%s" % (len(objects) + 1, rows)
    told = b"<</Size %d/Root 1 0 R%s>>" % (len(objects) + 1, trailer)
    return out + table + b"trailer\n" + told + b"\nstartxref\n%d\n%%%%EOF" % len(out)


def a_document(pages: int = 300) -> bytes:
    words = [zlib.compress(b"BT /F 12 Tf 9 9 Td (page %d) Tj ET" % page) for page in range(pages)]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * page) for page in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for page, content in enumerate(words):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % (5 + 2 * page),
            b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(content), content),
        ]
    return plain(objects)


def test_what_is_packed_reads_as_before_in_a_fraction_of_the_bytes() -> None:
    before = a_document()
    after = packed(before)
    assert len(after) < 0.6 * len(before)
    assert texts_of(after) == texts_of(before) == [f"page{page}" for page in range(300)]


def test_nothing_of_a_pack_is_left_outside_of_the_streams_but_streams() -> None:
    pdf = pdf_of(a_pack(indicators=2))
    alone = re.findall(rb"\d+ 0 obj\n(<<.*?>>)\nstream\n|\d+ 0 obj\n(?!<<[^\n]*>>\nstream)", pdf)
    assert alone
    assert all(alone), "an object stands by itself"
    assert len(structure_of(pdf)) > 200
    assert outline_of(pdf)[0] == "Quarterly business review"


def test_the_same_document_is_packed_the_same_every_time() -> None:
    before = a_document(20)
    assert packed(before) == packed(before)
    assert packed(a_document(21)) != packed(before)
