"""Minutes → a Word document that people go on working with: real headings, tables with heads that are repeated."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from kpi.meeting import docx_parts as parts
from kpi.meeting.docx_styles import new_document
from kpi.meeting.minutes import DRAFT, Minutes
from kpi.meeting.minutes_blocks import (
    GOOD,
    MUTED,
    PLAIN,
    Block,
    Heading,
    Mark,
    Paragraph,
    Table,
    blocks_of,
    facts_of,
    foot_of,
    moment_of,
    standing,
)
from kpi.present.wording import AMBER, GREEN
from kpi.qbr.deck.packing import repacked

if TYPE_CHECKING:
    from docx.document import Document

SHAPES = {GOOD: "●"}  # of what is said in a box; all else is a warning
WARNING_SHAPE = "▲"
# What XML cannot hold: control characters, and halves of letters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_minutes_docx(minutes: Minutes) -> bytes:
    """The file. The same minutes give the same bytes, on any machine and at any time."""
    document = new_document()
    _describe(document, minutes)
    parts.add_frame(document, written(minutes.heading), [written(line) for line in foot_of(minutes)])
    document.add_paragraph(written(minutes.heading), style="Title")
    parts.add_facts(document, [(name, written(value)) for name, value in facts_of(minutes)])
    for block in (*standing(minutes), *blocks_of(minutes)):
        _add(document, block)
    file = io.BytesIO()
    document.save(file)
    return repacked(file.getvalue())


def written(text: str) -> str:
    """The text without what a document cannot hold."""
    return _UNWRITABLE.sub("", text)


def _describe(document: Document, minutes: Minutes) -> None:
    """The properties that a file browser shows; nothing of the moment or machine at which the file was made."""
    moment = moment_of(minutes)
    about = document.core_properties
    about.title, about.subject = written(minutes.heading)[:255], written(minutes.partner)[:255]
    about.author = about.last_modified_by = written(minutes.issued_by)[:255]
    about.comments, about.keywords, about.category = written(minutes.provenance.line)[:255], "", ""
    about.version = "draft" if minutes.state == DRAFT else f"edition {minutes.edition}"
    about.language = "en-GB"
    about.created = about.modified = moment
    about.revision = 1


def _add(document: Document, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(written(block.text), block.level)
    elif isinstance(block, Table):
        rows = [[_cell(cell) for cell in row] for row in block.rows]
        parts.add_table(document, block.about, block.heads, block.widths, rows)
    else:
        _add_paragraph(document, block)


def _add_paragraph(document: Document, block: Paragraph) -> None:
    if block.kind in (PLAIN, MUTED):
        for text in written(block.text).split("\n\n"):
            parts.add_lines(document.add_paragraph(style="Muted" if block.kind == MUTED else "Normal"), text)
        return
    shape, colour = SHAPES.get(block.kind, WARNING_SHAPE), GREEN[0] if block.kind == GOOD else AMBER[0]
    parts.add_notice(document, shape, colour, written(block.text))


def _cell(cell: Any) -> Any:
    return (cell.look.shape, cell.look.light, written(cell.word)) if isinstance(cell, Mark) else written(cell)
