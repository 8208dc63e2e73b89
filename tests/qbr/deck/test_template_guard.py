"""Templates that cannot or must not be opened are refused with the reason and what is needed."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from pptx import Presentation

from kpi.errors import KpiError, TemplateRefused
from kpi.qbr.deck import read_template, write_deck
from kpi.qbr.deck.house import house_template
from tests.qbr.deck.templates import changed, of_kind, with_part
from tests.qbr.packs import a_pack

NEEDED = "A template is a PowerPoint presentation (.pptx) of at most 50 MB, without macros and without a password."
SAVE_AGAIN = "Open it in PowerPoint, save it as PowerPoint Presentation (.pptx) and choose that file."
OFFICE = "application/vnd.openxmlformats-officedocument."
RELATION = (
    b'<Relationship Id="rId99" TargetMode="External" Target="https://example.org/x.png" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"/></Relationships>'
)
MASTER_RELATIONS = "ppt/slideMasters/_rels/slideMaster1.xml.rels"


def refusal(content: bytes) -> str:
    with pytest.raises(TemplateRefused) as refused:
        read_template(content)
    assert isinstance(refused.value, KpiError)
    return str(refused.value)


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)


def locked() -> bytes:
    """A ZIP whose first entry says that it is encrypted."""
    content = bytearray(house_template())
    content[6] |= 1
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    return bytes(content)


def bomb() -> bytes:
    """A few bytes that unpack to 320 MB."""
    return with_part(house_template(), "ppt/media/image1.png", bytes(320_000_000))


def linked(kind: bytes) -> bytes:
    return changed(house_template(), MASTER_RELATIONS, lambda part: part.replace(b"</Relationships>", RELATION % kind))


def without_titles() -> bytes:
    def change(presentation: Any) -> None:
        for layout in presentation.slide_layouts:
            for shape in list(layout.placeholders):
                if shape._element.ph.get("type") in ("title", "ctrTitle"):
                    shape._element.getparent().remove(shape._element)

    return edited(change)


def tall() -> bytes:
    def change(presentation: Any) -> None:
        presentation.slide_width, presentation.slide_height = presentation.slide_height, presentation.slide_width

    return edited(change)


def edited(change: Any) -> bytes:
    presentation = Presentation(io.BytesIO(house_template()))
    change(presentation)
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def other_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return file.getvalue()


DAMAGED = f"The template is damaged and cannot be opened. {SAVE_AGAIN}"
NO_PRESENTATION = f"The template is not a PowerPoint presentation. {NEEDED}"
MACROS = f"This template holds macros (.pptm or .potm). {SAVE_AGAIN}"
OUTSIDE = (
    "The template loads something from outside: a linked picture, film or object in a layout or master. In PowerPoint, "
    "break the links (File, Info, Edit Links to Files) or insert the picture itself, and save it again."
)
TOO_MUCH = f"The template unpacks to far more than a presentation holds (over 300 MB or 5,000 parts). {NEEDED}"
CASES = {
    "empty": (lambda: b"", f"The template is an empty file. {NEEDED}"),
    "text": (lambda: b"<html>", NO_PRESENTATION),
    "another zip": (other_zip, NO_PRESENTATION),
    "workbook": (
        lambda: of_kind(house_template(), f"{OFFICE}spreadsheetml.sheet.main+xml"),
        f"This is a workbook, not a presentation. {SAVE_AGAIN}",
    ),
    "document": (
        lambda: of_kind(house_template(), f"{OFFICE}wordprocessingml.document.main+xml"),
        f"This is a document, not a presentation. {SAVE_AGAIN}",
    ),
    "potx": (
        lambda: of_kind(house_template(), f"{OFFICE}presentationml.template.main+xml"),
        f"This is a template file (.potx), not a presentation. {SAVE_AGAIN}",
    ),
    "ppsx": (
        lambda: of_kind(house_template(), f"{OFFICE}presentationml.slideshow.main+xml"),
        f"This is a slide show (.ppsx), not a presentation. {SAVE_AGAIN}",
    ),
    "pptm": (
        lambda: of_kind(house_template(), "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
        MACROS,
    ),
    "macros in a pptx": (
        lambda: with_part(house_template(), "ppt/vbaProject.bin", b"x"),
        f"This template holds macros (.pptm or .potm). Nothing that runs is taken. {SAVE_AGAIN}",
    ),
    "password": (
        encrypted,
        "The template is protected with a password or an old PowerPoint file (.ppt). Take the password off. "
        f"{SAVE_AGAIN}",
    ),
    "locked entries": (locked, f"The template is protected with a password. Take it off. {SAVE_AGAIN}"),
    "cut off": (lambda: house_template()[:-500], DAMAGED),
    "only a beginning": (lambda: b"PK\x03\x04" + bytes(300), DAMAGED),
    "broken xml": (
        lambda: changed(house_template(), "ppt/slideMasters/slideMaster1.xml", lambda part: part[: len(part) // 2]),
        DAMAGED,
    ),
    "no master": (
        lambda: changed(house_template(), "ppt/_rels/presentation.xml.rels", lambda part: b"<Relationships/>"),
        DAMAGED,
    ),
    "entities": (
        lambda: changed(house_template(), "ppt/presProps.xml", lambda part: b'<!DOCTYPE a [<!ENTITY b "c">]>' + part),
        DAMAGED,
    ),
    "bomb": (bomb, TOO_MUCH),
    "linked picture": (lambda: linked(b"image"), OUTSIDE),
    "no title": (
        without_titles,
        "The template has no layout with a title. Needed is at least one layout with a title placeholder, such as "
        "“Title Only” or “Title and Content”: add it under View, Slide Master.",
    ),
    "upright": (
        tall,
        "The template's slides measure 7.5 × 13.3 inches; needed are landscape slides of at least 6.7 × 5.0 inches. "
        "Change it under Design, Slide Size.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_with_the_reason(case: str) -> None:
    make, message = CASES[case]
    assert refusal(make()) == message


def test_too_large() -> None:
    assert refusal(house_template() + bytes(52_000_000)) == (
        "The template has 52 MB; at most 50 MB are taken. Delete its sample slides and large pictures and save it "
        "again."
    )


def test_links_that_only_people_follow_are_harmless() -> None:
    assert read_template(linked(b"hyperlink")).page.name == "Title only"


def test_no_deck_is_written_in_a_refused_template() -> None:
    with pytest.raises(TemplateRefused):
        write_deck(a_pack(), encrypted())
