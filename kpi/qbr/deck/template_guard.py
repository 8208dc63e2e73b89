"""Looks into a company's template before anything interprets it: what it is, how large it really is, what it hides."""

from __future__ import annotations

import io
import re
import zipfile

from kpi.errors import TemplateRefused
from kpi.intake.zip_parts import CENTRAL_ENTRY, READ_METHODS, UNREADABLE, inflate, overlapping

MEGABYTE = 1_000_000
LARGEST = 50 * MEGABYTE
LARGEST_UNPACKED = 300 * MEGABYTE
LARGEST_XML = 20 * MEGABYTE  # of one part; a layout has some ten thousand bytes
MOST_PARTS = 5_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN_TYPE = re.compile(rb"application/vnd\.(?:openxmlformats-officedocument|ms-powerpoint)\.[\w.+-]*main\+xml")
DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.I)
EXTERNAL = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
# The parts of sample slides are taken out with them, so what these point to does not matter.
OF_SLIDES = re.compile(r"ppt/(slides|notesSlides|comments)/")
PPTX = "presentationml.presentation.main+xml"
NEEDED = "A template is a PowerPoint presentation (.pptx) of at most 50 MB, without macros and without a password."
SAVE_AGAIN = "Open it in PowerPoint, save it as PowerPoint Presentation (.pptx) and choose that file."
OTHER_KINDS = (
    (b"macroEnabled", "This template holds macros (.pptm or .potm)."),
    (b"presentationml.template.main", "This is a template file (.potx), not a presentation."),
    (b"presentationml.slideshow.main", "This is a slide show (.ppsx), not a presentation."),
    (b"spreadsheetml", "This is a workbook, not a presentation."),
    (b"wordprocessingml", "This is a document, not a presentation."),
)


def check_template(content: bytes) -> None:
    """Raises TemplateRefused for what cannot or must not be opened."""
    if not content:
        raise TemplateRefused(f"The template is an empty file. {NEEDED}")
    if len(content) > LARGEST:
        size = len(content) / MEGABYTE
        raise TemplateRefused(
            f"The template has {size:,.0f} MB; at most {LARGEST / MEGABYTE:,.0f} MB are taken. Delete its sample "
            "slides and large pictures and save it again."
        )
    if content.startswith(OLE):
        raise TemplateRefused(
            "The template is protected with a password or an old PowerPoint file (.ppt). Take the password off. "
            f"{SAVE_AGAIN}"
        )
    if not content.startswith(b"PK\x03\x04"):
        raise TemplateRefused(f"The template is not a PowerPoint presentation. {NEEDED}")
    if content.count(CENTRAL_ENTRY) > 2 * MOST_PARTS:
        raise _too_much()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
        _check_entries(entries)
        _check_parts(content, entries)
    except UNREADABLE:
        raise damaged() from None


def damaged() -> TemplateRefused:
    return TemplateRefused(f"The template is damaged and cannot be opened. {SAVE_AGAIN}")


def _too_much() -> TemplateRefused:
    return TemplateRefused(
        f"The template unpacks to far more than a presentation holds (over {LARGEST_UNPACKED / MEGABYTE:,.0f} MB or "
        f"{MOST_PARTS:,} parts). {NEEDED}"
    )


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise TemplateRefused(f"The template is protected with a password. Take it off. {SAVE_AGAIN}")
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise _too_much()
    if overlapping(entries) or any(entry.compress_type not in READ_METHODS for entry in entries):
        raise damaged()
    if len({entry.filename for entry in entries}) < len(entries):
        raise damaged()


def _check_parts(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Streams every part; text is kept only of the small ones that are looked into."""
    names = {entry.filename: entry for entry in entries}
    if "[Content_Types].xml" not in names:
        raise TemplateRefused(f"The template is not a PowerPoint presentation. {NEEDED}")
    for name, entry in names.items():
        is_text = name.endswith((".xml", ".rels"))
        if is_text and entry.file_size > LARGEST_XML:
            raise _too_much()
        kept = bytearray()
        for piece in inflate(content, entry):
            if is_text:
                kept += piece
        if name == "[Content_Types].xml":
            _check_kind(bytes(kept))
        if is_text:
            _check_text(name, bytes(kept))
        if name.lower().endswith("vbaproject.bin") or "/activex/" in name.lower():
            raise TemplateRefused(f"{OTHER_KINDS[0][1]} Nothing that runs is taken. {SAVE_AGAIN}")


def _check_kind(types: bytes) -> None:
    found = b" ".join(MAIN_TYPE.findall(types))
    for mark, reason in OTHER_KINDS:
        if mark in found:
            raise TemplateRefused(f"{reason} {SAVE_AGAIN}")
    if PPTX.encode() not in found:
        raise TemplateRefused(f"The template is not a PowerPoint presentation. {NEEDED}")


def _check_text(name: str, text: bytes) -> None:
    if DOCTYPE.search(text):
        raise damaged()
    if not name.endswith(".rels") or OF_SLIDES.match(name):
        return
    for link in EXTERNAL.findall(text):
        if b"/relationships/hyperlink" not in link:
            raise TemplateRefused(
                "The template loads something from outside: a linked picture, film or object in a layout or master. "
                "In PowerPoint, break the links (File, Info, Edit Links to Files) or insert the picture itself, and "
                "save it again."
            )
