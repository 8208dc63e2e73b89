"""The looks of our Word documents: page and styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpi.qbr.document.svg import MUTED, TEXT

if TYPE_CHECKING:
    from docx.document import Document

FONT, CHINESE = "Arial", "Microsoft YaHei"


def new_document() -> Document:
    """An empty A4 document with our styles."""
    import docx
    from docx.shared import Mm

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(20), Mm(24)
    section.header_distance = section.footer_distance = Mm(10)
    _set_styles(document)
    return document


def _set_styles(document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    styles = document.styles
    for name in ("Muted", "Small", "Notice"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    looks = {  # size, bold, colour, points before and after
        "Normal": (10, False, TEXT, 0, 5),
        "Title": (19, True, TEXT, 0, 8),
        "Heading 1": (13, True, TEXT, 16, 5),
        "Heading 2": (10.5, True, TEXT, 9, 3),
        "Muted": (10, False, MUTED, 0, 4),
        "Small": (8.5, False, TEXT, 2, 2),
        "Notice": (10, True, TEXT, 4, 8),
        "Header": (7.5, False, MUTED, 0, 0),
        "Footer": (7.5, False, MUTED, 0, 0),
    }
    for name, (size, bold, colour, before, after) in looks.items():
        style = styles[name]
        _set_font(style, colour)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        spacing = style.paragraph_format
        spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(before), Pt(after), 1.1
        if name.startswith("Heading"):
            spacing.keep_with_next = True
    _drop_borders(styles["Title"])


def _set_font(style: Any, colour: str) -> None:
    """One family for every script's own letters, whatever the template's theme says."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    style.font.name = FONT
    style.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    fonts.set(qn("w:eastAsia"), CHINESE)
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "en-GB")


def _drop_borders(style: Any) -> None:
    from docx.oxml.ns import qn

    borders = style.element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)
