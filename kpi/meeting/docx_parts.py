"""The parts of our Word documents: frame, facts, tables, notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kpi.qbr.document.svg import MUTED, RULE

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

SYMBOLS = "Segoe UI Symbol"
PALE = "F3F5F7"
FACTS = (28, 146)  # mm
LONG = 500  # letters of a cell from which its row may break over pages
Cell = str | tuple[str, str, str]  # a text, or shape, colour and word


def add_frame(document: Document, title: str, foot: Sequence[str]) -> None:
    """The title over every page but the first, the foot with the number of the page under all."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = title
    for part in (section.footer, section.first_page_footer):
        lines = part.paragraphs[0]
        lines.style = document.styles["Footer"]
        _border(lines, "top", RULE)
        for place, text in enumerate(foot):
            (lines if place == 0 else part.add_paragraph(style="Footer")).add_run(text)
        number = part.add_paragraph(style="Footer")
        number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        number.add_run("Page ")
        _field(number, "PAGE")
        number.add_run(" of ")
        _field(number, "NUMPAGES")


def add_facts(document: Document, facts: Sequence[tuple[str, str]]) -> None:
    """Names and values without lines between them."""
    table = _bare_table(document, "About the meeting", FACTS, len(facts))
    for row, (name, value) in zip(table.rows, facts, strict=True):
        for cell, text, style in zip(row.cells, (name, value), ("Muted", "Normal"), strict=True):
            cell.paragraphs[0].style = document.styles[style]
            cell.paragraphs[0].paragraph_format.space_after = 0
            add_lines(cell.paragraphs[0], text)
    _after(document)


def add_table(
    document: Document, about: str, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Cell]]
) -> None:
    """Rows under heads that are repeated on every page; only very long rows break over pages."""
    table = _bare_table(document, about, widths, 1 + len(rows))
    head = table.rows[0]
    _mark_row(head, "w:tblHeader")
    _mark_row(head, "w:cantSplit")
    for cell, text in zip(head.cells, heads, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.style = document.styles["Small"]
        _coloured(paragraph.add_run(text), MUTED)
        paragraph.paragraph_format.keep_with_next = True
        _line_below(cell, MUTED, 8)
    for row, cells in zip(list(table.rows)[1:], rows, strict=True):
        if not any(isinstance(content, str) and len(content) > LONG for content in cells):
            _mark_row(row, "w:cantSplit")
        for cell, content in zip(row.cells, cells, strict=True):
            _fill(document, cell, content)
            _line_below(cell, RULE, 4)
    _after(document)


def add_notice(document: Document, shape: str, colour: str, text: str) -> None:
    """A sentence that nobody should miss: shape, colour, bold."""
    paragraph = document.add_paragraph(style="Notice")
    _shade(paragraph, PALE)
    _border(paragraph, "left", colour, 16)
    _symbol(paragraph, shape, colour)
    add_lines(paragraph, f" {text}")


def add_lines(paragraph: Paragraph, text: str) -> None:
    for place, line in enumerate(text.split("\n")):
        run = paragraph.add_run(line)
        if place:
            run._r.insert(0, _made("w:br"))


def _bare_table(document: Document, about: str, widths: Sequence[int], rows: int) -> Any:
    from docx.shared import Mm

    table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    properties = table._tbl.tblPr
    _child(properties, "w:tblCaption", val=about)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table


def _fill(document: Document, cell: _Cell, content: Cell) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = document.styles["Small"]
    if isinstance(content, str):
        add_lines(paragraph, content)
        return
    shape, colour, word = content
    _symbol(paragraph, shape, colour)
    _coloured(paragraph.add_run(f" {word}"), colour)


def _symbol(paragraph: Paragraph, shape: str, colour: str) -> None:
    """Word shows the shapes of other fonts larger or as pictures."""
    run = paragraph.add_run(shape)
    _coloured(run, colour)
    from docx.oxml.ns import qn

    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), SYMBOLS)


def _coloured(run: Any, colour: str) -> None:
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())


def _after(document: Document) -> None:
    """Word joins two tables that touch."""
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)


def _made(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _child(parent: Any, tag: str, **attributes: str) -> Any:
    element = _made(tag, **attributes)
    parent.append(element)
    return element


def _mark_row(row: Any, tag: str) -> None:
    _child(row._tr.get_or_add_trPr(), tag)


def _line_below(cell: _Cell, colour: str, eighths: int) -> None:
    borders = _child(cell._tc.get_or_add_tcPr(), "w:tcBorders")
    _child(borders, "w:bottom", val="single", sz=str(eighths), space="0", color=colour.lstrip("#"))


def _border(paragraph: Paragraph, side: str, colour: str, eighths: int = 4) -> None:
    borders = _made("w:pBdr")
    _child(borders, f"w:{side}", val="single", sz=str(eighths), space="4", color=colour.lstrip("#"))
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _shade(paragraph: Paragraph, colour: str) -> None:
    shade = _made("w:shd", val="clear", color="auto", fill=colour)
    paragraph._p.get_or_add_pPr().insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _field(paragraph: Paragraph, code: str) -> None:
    field = _child(paragraph._p, "w:fldSimple", instr=code)
    run = _child(field, "w:r")
    _child(run, "w:t").text = "1"
