"""Looks into a workbook before anything interprets it: how large it really is, where its cells are, what they hide.

A zip can unpack to a thousand times its size, can lie about that size, and a sheet with one stray cell in its last
corner makes readers ask for half a terabyte. Everything is streamed here and nothing is unpacked whole. What a reader
would pass over in silence, cells with errors and formulas without a stored value, is noted per sheet.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kpi.intake.filekind import not_a_table
from kpi.intake.number_formats import width_shown
from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.sheet_scan import OdsScan, SheetFacts, XlsxScan
from kpi.intake.table import Limits
from kpi.intake.zip_parts import CENTRAL_ENTRY, READ_METHODS, UNREADABLE, inflate, overlapping

DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.I)
SHEET_LIST_BYTES = 5_000_000
STYLES_BYTES = 2_000_000
CELL_PARTS = ("xl/worksheets/", "xl/sharedstrings", "content.xml")
BYTES_PER_CHARACTER = 6  # at most, as &quot; in XML
NUMBER_FORMAT = re.compile(rb"""<(?:\w+:)?numFmt\s[^>]*numFmtId=["'](\d+)["'][^>]*formatCode=["']([^"']{1,255})["']""")
CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.S)
CELL_STYLE = re.compile(rb"""<(?:\w+:)?xf\s[^>]*?numFmtId=["'](\d+)["']""")
RELATION_ID = "/relationships}id"  # in the transitional and in the strict variant of the format
SAVE_AGAIN = "Open it in Excel or LibreOffice, save it again as XLSX and upload that"

Feed = Callable[[bytes], None]


@dataclass(frozen=True)
class Inspected:
    """``format`` is "xlsx", "xls" or "ods"; ``sheets`` has what was seen on each sheet, by its name."""

    format: str
    sheets: dict[str, SheetFacts]
    macros: bool = False
    links: bool = False  # to other workbooks


def inspect_zip(content: bytes, file_name: str, limits: Limits) -> Inspected:
    """Check a zipped workbook against the limits; raises FileRefused for one that is unsafe, foreign or damaged."""
    try:
        with zipfile.ZipFile(_checked_directory(content, file_name, limits)) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            kind = _kind(archive, entries, file_name)
            _check_entries(archive.infolist(), len(content), file_name, limits)
            return _Inspection(content, entries, file_name, limits).run(kind)
    except UNREADABLE:
        raise damaged(file_name) from None


def damaged(file_name: str) -> FileRefused:
    return FileRefused(
        file_name,
        Problem(
            "workbook_damaged",
            "the workbook is damaged or was cut off",
            "a whole workbook",
            f"Export or copy it again; if that does not help: {SAVE_AGAIN[0].lower()}{SAVE_AGAIN[1:]}",
        ),
    )


def password_protected(file_name: str) -> FileRefused:
    return FileRefused(
        file_name,
        Problem(
            "workbook_password",
            "the workbook is protected by a password and cannot be opened",
            "a workbook without a password",
            "Save it without one (in Excel: File, Info, Protect Workbook, Encrypt with Password, empty it)",
        ),
    )


def _checked_directory(content: bytes, file_name: str, limits: Limits) -> io.BytesIO:
    if content.count(CENTRAL_ENTRY) > limits.workbook_entries:
        raise _too_large(file_name, f"it holds more than {limits.workbook_entries:,} parts", "workbook_parts")
    return io.BytesIO(content)


def _kind(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], file_name: str) -> str:
    if "mimetype" in entries and entries["mimetype"].file_size < 200:
        mimetype = archive.read("mimetype")
        if b"opendocument.spreadsheet" in mimetype and "content.xml" in entries:
            if b"encryption-data" in archive.open("META-INF/manifest.xml").read(SHEET_LIST_BYTES):
                raise password_protected(file_name)
            return "ods"
        if b"opendocument" in mimetype:
            raise not_a_table(file_name, "an OpenDocument file, but no spreadsheet")
    if "xl/workbook.xml" in entries:
        return "xlsx"
    for start, name in (
        ("xl/workbook.bin", "a binary workbook (XLSB)"),
        ("word/", "a Word document"),
        ("ppt/", "a PowerPoint presentation"),
    ):
        if any(entry.startswith(start) for entry in entries):
            raise not_a_table(file_name, name)
    raise not_a_table(file_name, "a ZIP archive, not a workbook")


def _check_entries(entries: list[zipfile.ZipInfo], size: int, file_name: str, limits: Limits) -> None:
    names = [entry.filename for entry in entries]
    strange = [n for n in names if n.startswith(("/", "\\")) or ":" in n or ".." in re.split(r"[/\\]", n)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if strange or twice:
        said = "has a name that no spreadsheet program gives" if strange else "is there twice"
        raise FileRefused(
            file_name,
            Problem(
                "workbook_parts",
                f"its part {(strange + twice)[0]} {said}",
                "a workbook as Excel or LibreOffice saves it",
                SAVE_AGAIN,
            ),
        )
    if overlapping(entries):
        raise _too_large(file_name, "its parts overlap, as they do in archives that are made to harm", "workbook_parts")
    if any(entry.flag_bits & 1 for entry in entries):
        raise password_protected(file_name)
    if any(entry.compress_type not in READ_METHODS for entry in entries):
        raise damaged(file_name)
    _check_unpacked(sum(entry.file_size for entry in entries), size, file_name, limits)


def _check_unpacked(unpacked: int, size: int, file_name: str, limits: Limits) -> None:
    if unpacked > limits.unpacked_bytes:
        said = f"it unpacks to more than {limits.unpacked_bytes / 1_000_000:,.0f} MB"
        raise _too_large(file_name, said, "workbook_unpacks_too_large")
    if unpacked > limits.unpacked_small_bytes and unpacked > limits.unpacked_ratio * size:
        said = f"it unpacks to more than {limits.unpacked_ratio:,} times its size, as archives do that are made to harm"
        raise _too_large(file_name, said, "workbook_unpacks_too_large")


def _too_large(file_name: str, said: str, code: str) -> FileRefused:
    return FileRefused(
        file_name,
        Problem(
            code,
            said,
            "an ordinary workbook",
            "Save only the sheet with the records as a new workbook or as CSV UTF-8, and split it if it is large",
        ),
    )


class _Inspection:
    """One pass over every part of the archive, with a running total of what it really unpacks to."""

    def __init__(self, content: bytes, entries: dict[str, zipfile.ZipInfo], file_name: str, limits: Limits) -> None:
        self.content = content
        self.entries = entries
        self.file_name = file_name
        self.limits = limits
        self.unpacked = 0

    def run(self, kind: str) -> Inspected:
        names = [name.lower() for name in self.entries]
        macros = any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in names)
        links = any(name.startswith("xl/externallinks/") for name in names)
        if kind == "ods":
            scan = OdsScan(self.limits)
            self._walk({"content.xml": scan.feed})
            return Inspected("ods", scan.close(), macros)
        percent, widths = self._styles()
        parts = [part for part in self._worksheets().values() if part in self.entries]
        scans = {part: XlsxScan(self.limits, percent, widths) for part in parts}
        self._walk({part: scan.feed for part, scan in scans.items()})
        facts = {part: scan.close() for part, scan in scans.items()}
        sheets = {name: facts[part] for name, part in self._worksheets().items() if part in facts}
        return Inspected("xlsx", sheets, macros, links)

    def _styles(self) -> tuple[frozenset[bytes], dict[bytes, int]]:
        """The numbers of the cell styles that show a percentage, and of those that show other digits than the number's
        with their ``width_shown``; none where the styles are missing or endless.
        """
        entry = self.entries.get("xl/styles.xml")
        if entry is None or entry.file_size > STYLES_BYTES:
            return frozenset(), {}
        text = self._small("xl/styles.xml")
        codes = dict(NUMBER_FORMAT.findall(text))
        percent = {b"9", b"10"} | {number for number, code in codes.items() if b"%" in code}
        block = CELL_STYLES.search(text)
        if block is None:
            return frozenset(), {}
        styles = [(str(place).encode(), number) for place, number in enumerate(CELL_STYLE.findall(block[1]))]
        widths = {number: width_shown(code.decode("utf-8", "replace")) for number, code in codes.items()}
        return (
            frozenset(style for style, number in styles if number in percent),
            {style: width for style, number in styles if (width := widths.get(number)) is not None},
        )

    def _walk(self, feeds: dict[str, Feed]) -> None:
        for name, entry in self.entries.items():
            feed = feeds.get(name)
            is_xml = name.lower().endswith((".xml", ".rels", ".vml"))
            holds_cells = name.lower().startswith(CELL_PARTS)
            carried = b""
            plain = 0
            for piece in self._inflate(entry):
                if is_xml:
                    if DOCTYPE.search(carried + piece):
                        raise FileRefused(
                            self.file_name,
                            Problem(
                                "workbook_entities",
                                f"its part {name} defines XML entities, which no spreadsheet program writes",
                                "a workbook as Excel or LibreOffice saves it",
                                SAVE_AGAIN,
                            ),
                        )
                    carried = piece[-16:]
                if holds_cells:
                    plain = self._longest_text(piece, plain)
                if feed:
                    feed(piece)

    def _longest_text(self, piece: bytes, before: int) -> int:
        """How much of the piece's end no tag interrupts; raises FileRefused for a text that no cell can hold."""
        most = self.limits.field_characters * BYTES_PER_CHARACTER
        start = -before
        while len(piece) - start > most:
            cut = piece.rfind(b"<", max(start, 0), max(start + most, 0))
            if cut < 0:
                raise _too_large(
                    self.file_name,
                    f"it holds a text of more than {self.limits.field_characters:,} characters",
                    "cell_too_long",
                )
            start = cut + 1
        last = piece.rfind(b"<", max(start, 0))
        return len(piece) - last - 1 if last >= 0 else len(piece) - start

    def _inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The part's real content, as long as all of them together stay within the limits."""
        for piece in inflate(self.content, entry):
            self.unpacked += len(piece)
            _check_unpacked(self.unpacked, len(self.content), self.file_name, self.limits)
            yield piece

    def _worksheets(self) -> dict[str, str]:
        """Sheet name → name of its part in the archive."""
        from xml.etree.ElementTree import ParseError, fromstring

        try:
            book = fromstring(self._small("xl/workbook.xml"))
            links = fromstring(self._small("xl/_rels/workbook.xml.rels"))
        except (ParseError, LookupError):  # a part that is missing, or in an encoding that nobody knows
            raise damaged(self.file_name) from None
        parts = {link.get("Id"): link.get("Target", "") for link in links}
        stored = {name.lower(): name for name in self.entries}
        found = {}
        for element in book.iter():
            if element.tag.rpartition("}")[2] == "sheet":
                link = next((v for key, v in element.attrib.items() if key.endswith(RELATION_ID)), None)
                target = parts.get(link, "")
                part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
                found[element.get("name", "")] = stored.get(part.lower(), part)
        return found

    def _small(self, name: str) -> bytes:
        collected = io.BytesIO()
        before = self.unpacked
        for piece in self._inflate(self.entries[name]):
            if DOCTYPE.search(piece) or collected.tell() > SHEET_LIST_BYTES:
                raise damaged(self.file_name)
            collected.write(piece)
        self.unpacked = before
        return collected.getvalue()
