"""Shapes as DrawingML: text boxes, tables, freeforms. Measures are in points, from the slide's upper left corner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

EMU = 12700  # in a point
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
LANGUAGE = "en-GB"
FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"  # any id: PowerPoint makes one for each field
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Rect(NamedTuple):
    """A place on a slide, in points."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def inset(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Rect:
        return Rect(self.x + left, self.y + top, self.w - left - right, self.h - top - bottom)

    def meets(self, other: Rect) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True)
class Run:
    """A stretch of text. ``colour``: "1b2733", or the name of a theme colour ("tx1"); "" leaves the shape's own.
    ``field``: "slidenum" for text that PowerPoint keeps right."""

    text: str
    bold: bool = False
    colour: str = ""
    field: str = ""


@dataclass(frozen=True)
class Paragraph:
    """``before``: points above it. ``align``: "l", "r", "ctr", or "" for what the placeholder has."""

    runs: tuple[Run, ...]
    size: float
    before: float = 0.0
    align: str = "l"

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def bold(self) -> bool:
        return any(run.bold for run in self.runs)

    def sized(self, size: float) -> Paragraph:
        return replace(self, size=size)

    def cut(self, text: str) -> Paragraph:
        """The same looks on ``text``, a beginning of its own text with or without "…"."""
        runs: list[Run] = []
        left = text
        for run in self.runs:
            kept, left = left[: len(run.text)], left[len(run.text) :]
            if kept:
                runs.append(replace(run, text=kept))
        if left and runs:
            runs[-1] = replace(runs[-1], text=runs[-1].text + left)
        return replace(self, runs=tuple(runs))


def said(
    text: str, size: float, *, bold: bool = False, colour: str = "", before: float = 0, align: str = "l"
) -> Paragraph:
    """A paragraph of one stretch."""
    return Paragraph((Run(text, bold, colour),), size, before, align)


def clean(text: str) -> str:
    """``text`` without what XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def emu(points: float) -> int:
    return round(points * EMU)


def colour_xml(colour: str) -> str:
    """A fill in one colour; "" for "" (inherited)."""
    if not colour:
        return ""
    hexadecimal = re.fullmatch("[0-9a-fA-F]{6}", colour)
    inner = f'<a:srgbClr val="{colour.upper()}"/>' if hexadecimal else f'<a:schemeClr val="{colour}"/>'
    return f"<a:solidFill>{inner}</a:solidFill>"


def paragraphs_xml(paragraphs: Iterable[Paragraph]) -> str:
    return "".join(_paragraph_xml(paragraph) for paragraph in paragraphs)


def _paragraph_xml(paragraph: Paragraph) -> str:
    size = round(paragraph.size * 100)
    runs = []
    for run in paragraph.runs:
        tag, kind = ("a:fld", f' id="{FIELD}" type="{run.field}"') if run.field else ("a:r", "")
        bold = ' b="1"' if run.bold else ' b="0"'
        looks = f'lang="{LANGUAGE}" sz="{size}"{bold} dirty="0"'
        pieces = [
            f"<{tag}{kind}><a:rPr {looks}>{colour_xml(run.colour)}</a:rPr><a:t>{escape(piece)}</a:t></{tag}>"
            for piece in clean(run.text).replace("\r", "").split("\n")
            if piece or "\n" in run.text  # LibreOffice takes an empty stretch for one of 18 points
        ]
        runs.append(f"<a:br><a:rPr {looks}/></a:br>".join(pieces))
    align = f' algn="{paragraph.align}"' if paragraph.align else ""
    spaces = f'<a:spcBef><a:spcPts val="{round(paragraph.before * 100)}"/></a:spcBef>'
    return (
        f'<a:p><a:pPr marL="0" indent="0"{align}><a:lnSpc><a:spcPct val="100000"/></a:lnSpc>{spaces}'
        f'<a:spcAft><a:spcPts val="0"/></a:spcAft><a:buNone/></a:pPr>{"".join(runs)}'
        f'<a:endParaRPr lang="{LANGUAGE}" sz="{size}" dirty="0"/></a:p>'
    )


def frame_xml(tag: str, rect: Rect) -> str:
    """``tag``: "a:xfrm" or "p:xfrm"."""
    return f'<{tag}><a:off x="{emu(rect.x)}" y="{emu(rect.y)}"/><a:ext cx="{emu(rect.w)}" cy="{emu(rect.h)}"/></{tag}>'


def names_xml(number: int, name: str, alt: str, *, decorative: bool = False) -> str:
    described = f" descr={quoteattr(clean(alt))}" if alt else ""
    if not decorative:
        return f'<p:cNvPr id="{number}" name={quoteattr(clean(name))}{described}/>'
    # only said to be an ornament where it is one: screen readers pass it over then
    return (
        f'<p:cNvPr id="{number}" name={quoteattr(clean(name))} descr=""><a:extLst>'
        '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
        '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
        "</a:ext></a:extLst></p:cNvPr>"
    )


def text_box_xml(
    number: int,
    name: str,
    rect: Rect,
    paragraphs: Sequence[Paragraph],
    *,
    fill: str = "",
    inner: tuple[float, float, float, float] = (0, 0, 0, 0),
    anchor: str = "t",
    placeholder: str = "",
    alt: str = "",
) -> str:
    """``inner``: margins left, top, right, bottom. ``placeholder``: what stands in <p:ph …/>, "" for a plain box."""
    left, top, right, bottom = (emu(margin) for margin in inner)
    place = f"<p:ph {placeholder}/>" if placeholder else ""
    locks = '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>' if placeholder else '<p:cNvSpPr txBox="1"/>'
    return (
        f"<p:sp {NAMESPACES}><p:nvSpPr>{names_xml(number, name, alt)}{locks}<p:nvPr>{place}</p:nvPr></p:nvSpPr>"
        f'<p:spPr>{frame_xml("a:xfrm", rect)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f"{colour_xml(fill) or '<a:noFill/>'}</p:spPr>"
        f'<p:txBody><a:bodyPr wrap="square" lIns="{left}" tIns="{top}" rIns="{right}" bIns="{bottom}" '
        f'anchor="{anchor}" rtlCol="0"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
        f"{paragraphs_xml(paragraphs)}</p:txBody></p:sp>"
    )


def line_xml(number: int, rect: Rect, colour: str, points: float = 0.75) -> str:
    """A straight ornament from corner to corner of ``rect``."""
    return (
        f"<p:cxnSp {NAMESPACES}><p:nvCxnSpPr>{names_xml(number, f'Line {number}', '', decorative=True)}<p:cNvCxnSpPr/>"
        f"<p:nvPr/></p:nvCxnSpPr><p:spPr>{frame_xml('a:xfrm', rect)}"
        f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="{emu(points)}">{colour_xml(colour)}</a:ln>'
        "</p:spPr></p:cxnSp>"
    )


@dataclass(frozen=True)
class Outline:
    """One path of a freeform: commands ("M", x, y), ("L", x, y), ("C", x1, y1, x2, y2, x, y) or ("Z",)."""

    commands: tuple[tuple[str | float, ...], ...]
    filled: bool = False
    stroked: bool = True


def freeform_xml(
    number: int,
    name: str,
    rect: Rect,
    outlines: Sequence[Outline],
    size: tuple[float, float],
    *,
    colour: str,
    line: float,
    alt: str,
) -> str:
    """``size``: width and height of the outlines' own coordinates. ``line``: points."""
    paths = "".join(_path_xml(outline, size) for outline in outlines)
    return (
        f"<p:sp {NAMESPACES}><p:nvSpPr>{names_xml(number, name, alt)}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>"
        f"{frame_xml('a:xfrm', rect)}<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>{paths}</a:pathLst></a:custGeom>{colour_xml(colour)}'
        f'<a:ln w="{emu(line)}" cap="rnd">{colour_xml(colour)}<a:round/></a:ln></p:spPr></p:sp>'
    )


def _path_xml(outline: Outline, size: tuple[float, float]) -> str:
    names = {"M": "moveTo", "L": "lnTo", "C": "cubicBezTo"}
    parts = []
    for letter, *numbers in outline.commands:
        if letter == "Z":
            parts.append("<a:close/>")
            continue
        points = "".join(
            f'<a:pt x="{round(float(x) * 1000)}" y="{round(float(y) * 1000)}"/>'
            for x, y in zip(numbers[::2], numbers[1::2], strict=True)
        )
        parts.append(f"<a:{names[str(letter)]}>{points}</a:{names[str(letter)]}>")
    fill = "" if outline.filled else ' fill="none"'
    stroke = "" if outline.stroked else ' stroke="0"'
    return f'<a:path w="{round(size[0] * 1000)}" h="{round(size[1] * 1000)}"{fill}{stroke}>{"".join(parts)}</a:path>'


@dataclass(frozen=True)
class CellText:
    """``paragraphs`` of one table cell. ``before``: points kept free at its left for a mark."""

    paragraphs: tuple[Paragraph, ...]
    before: float = 0.0
    fill: str = ""
    line: str = ""  # colour of the line beneath, "" for none
    line_points: float = field(default=0.75)


def table_xml(
    number: int,
    name: str,
    rect: Rect,
    widths: Sequence[float],
    heights: Sequence[float],
    rows: Sequence[Sequence[CellText]],
    margins: tuple[float, float],
    alt: str,
) -> str:
    """The first row is the head. ``margins`` of cells: left and right, top and bottom."""
    grid = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in widths)
    body = "".join(
        f'<a:tr h="{emu(height)}">{"".join(_cell_xml(cell, margins) for cell in row)}</a:tr>'
        for height, row in zip(heights, rows, strict=True)
    )
    return (
        f"<p:graphicFrame {NAMESPACES}><p:nvGraphicFramePr>{names_xml(number, name, alt)}"
        '<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
        f'{frame_xml("p:xfrm", rect)}<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
        '<a:tbl><a:tblPr firstRow="1"><a:tableStyleId>{2D5ABB26-0587-4C30-8999-92F81FD0307C}</a:tableStyleId></a:tblPr>'
        f"<a:tblGrid>{grid}</a:tblGrid>{body}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def _cell_xml(cell: CellText, margins: tuple[float, float]) -> str:
    side, top = margins
    none = '<a:ln{0} w="0"><a:noFill/></a:ln{0}>'
    beneath = f'<a:lnB w="{emu(cell.line_points)}">{colour_xml(cell.line)}</a:lnB>' if cell.line else none.format("B")
    return (
        "<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>"
        f"{paragraphs_xml(cell.paragraphs)}</a:txBody>"
        f'<a:tcPr marL="{emu(side + cell.before)}" marR="{emu(side)}" marT="{emu(top)}" marB="{emu(top)}" anchor="ctr">'
        f"{none.format('L')}{none.format('R')}{none.format('T')}{beneath}"
        f"{colour_xml(cell.fill) or '<a:noFill/>'}</a:tcPr></a:tc>"
    )
