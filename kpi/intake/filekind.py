"""What a file really is, from its first bytes. Its name decides nothing."""

from __future__ import annotations

import re

from kpi.intake.refusal import FileRefused, Problem

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_KINDS = "CSV, XLSX, XLS or ODS"
SAVE_AS = "Save it as an Excel workbook (XLSX) or as CSV UTF-8 and upload that"

# First bytes that mean: this is neither text nor a workbook.
FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "an RTF document"),
    (b"\x09\x08\x10\x00\x00\x06", "a workbook without its container, as damaged Excel 97 files are"),
    (b"\x09\x08\x08\x00\x00\x05", "an Excel 5 workbook without its container"),
    (b"\x09\x04\x06\x00", "an Excel 4 workbook"),
    (b"\x09\x02\x06\x00", "an Excel 3 workbook"),
    (b"\x09\x00\x04\x00", "an Excel 2 workbook"),
)
# How text begins that is not a table. Matched after a byte-order mark and leading blanks.
MARKUP = (
    (
        re.compile(rb"<\?xml[^<]*(<\?mso-application|<Workbook\b)[^<]*(Excel\.Sheet|office:spreadsheet)", re.I),
        "an XML spreadsheet of Excel 2003",
    ),
    (
        re.compile(rb"<(!doctype\s+html|html|head|body|table|meta|style|script|div|span|center|font|p|tr|td)\b", re.I),
        "a web page (HTML)",
    ),
    (re.compile(rb"<!--"), "a web page (HTML) or an XML document"),
    (re.compile(rb"<[?!]xml|<!doctype|<[a-z][\w:.-]*[\s/>]", re.I), "an XML document"),
    (re.compile(rb'\{\s*("[^"\r\n]*"\s*:|\})|\[\s*(\{|\[|\]|"|-?\d+(\.\d+)?\s*[,\]])'), "JSON"),
    (re.compile(rb"ID;P[A-Z0-9]{0,10}(;[NE])*\r?\n([PBCFOEW]|N[NEU]);[A-Z]"), "a symbolic link file (SYLK)"),
    (re.compile(rb"TABLE\r?\n0,1\r?\n\""), "a data interchange file (DIF)"),
    (re.compile(rb"MIME-Version:\s", re.I), "a web archive (MHTML)"),
)


def file_kind(content: bytes, file_name: str) -> str:
    """``"text"``, ``"zip"`` or ``"ole"``; raises FileRefused for an empty file and for anything known to be neither."""
    if not content:
        raise FileRefused(
            file_name, Problem("file_empty", "the file is empty, it has no bytes at all", TEXT_KINDS, SAVE_AS)
        )
    if content.startswith(ZIP):
        return "zip"
    if content.startswith(OLE):
        return "ole"
    for start, name in FOREIGN:
        if content.startswith(start):
            raise not_a_table(file_name, name)
    head = content[:4096]
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if head.startswith(mark):
            head = head.replace(b"\x00", b"")  # enough to recognise markup in UTF-16
    head = head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()
    for pattern, name in MARKUP:
        if pattern.match(head):
            raise not_a_table(file_name, name)
    return "text"


def not_a_table(file_name: str, name: str) -> FileRefused:
    """The refusal of a file that is something else, whatever its name says."""
    return FileRefused(file_name, Problem("file_kind", f"this is {name}, whatever its name says", TEXT_KINDS, SAVE_AS))
