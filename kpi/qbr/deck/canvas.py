"""One slide at a time: title, texts, icons and trends at their places, foot and notes; everything measured before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kpi.present.icons import ICONS
from kpi.qbr.deck.colours import Palette
from kpi.qbr.deck.drawing import (
    LANGUAGE,
    NAMESPACES,
    Outline,
    Paragraph,
    Rect,
    Run,
    clean,
    emu,
    frame_xml,
    freeform_xml,
    line_xml,
    names_xml,
    said,
    text_box_xml,
)
from kpi.qbr.deck.fitting import fitted
from kpi.qbr.deck.icons import VIEW, circle, outlines_of
from kpi.qbr.deck.metrics import SNUG, Font, width
from kpi.qbr.deck.template import Layout, Template
from kpi.qbr.pack import Pack, Page

CAPITALS = 1.25  # how wide they are beside small letters
LEAST_FOR_ONE_LINE = 19.0  # points: a title a little too long gets smaller before it breaks
SMALLEST_TITLE, SMALLEST_FOOT, FOOT_SIZE, NUMBER_SIZE = 16.0, 7.5, 9.0, 10.0
SMALL_PRINT = ("dt", "ftr", "sldNum")


class Canvas:
    """A new slide of a page. Left open: call ``finish`` when everything stands on it.

    ``full``: texts that had to be shortened; they are told in the notes.
    """

    def __init__(self, presentation: Any, template: Template, layout: Layout, pack: Pack, page: Page) -> None:
        self.template, self.layout, self.pack, self.page = template, layout, pack, page
        layouts = [found for master in presentation.slide_masters for found in master.slide_layouts]
        self.slide = presentation.slides.add_slide(layouts[layout.index])
        self._tree = self.slide.shapes._spTree
        self._number = max((int(found.get("id", 0)) for found in self._tree.iter("{*}cNvPr")), default=1)
        self._prints = {
            shape._element.ph.get("type"): shape._element.ph for shape in self.slide.slide_layout.placeholders
        }
        self.full: list[str] = []

    @property
    def palette(self) -> Palette:
        return self.layout.palette

    @property
    def font(self) -> Font:
        return self.template.text

    @property
    def body(self) -> Rect:
        return self.layout.body

    def title(self, text: str, size: float | None = None) -> None:
        """Into the layout's title, smaller before it breaks and shortened before it overflows."""
        size = size or self.layout.title_size
        place, font = self.layout.title, self.template.heading
        if self.layout.in_capitals:
            font = replace(font, factor=font.factor * CAPITALS)
        # company titles may be bold whatever the layout says here: the wider letters are measured
        wanted = said(clean(text), size, bold=True)
        one_line = width(wanted.text, 1, bold=True, font=font) * size
        room = place.w * SNUG
        if room < one_line <= room * size / LEAST_FOR_ONE_LINE:
            wanted = wanted.sized(math.floor(2 * size * room / one_line) / 2)
        kept, cut = fitted([wanted], place.w, place.h, least=SMALLEST_TITLE, font=font)
        self.full += cut
        shape = self.slide.shapes.title
        shape.text_frame.text = kept[0].text
        self._sized(shape, kept[0].size)
        if self.layout.title_frame is not None:
            shape.left, shape.top, shape.width, shape.height = (emu(side) for side in self.layout.title_frame)

    def second(self, paragraphs: Sequence[Paragraph], place: Rect) -> None:
        """Into the layout's subtitle, or a text box where it has none."""
        shape = next((found for found in self.slide.placeholders if found._element.ph.get("type") == "subTitle"), None)
        if shape is None:
            self.text("Subtitle", place, paragraphs, least=12)
            return
        kept, cut = fitted(paragraphs, place.w, place.h, least=12, font=self.font)
        self.full += cut
        ph = shape._element.ph
        attributes = " ".join(f'{name}="{value}"' for name, value in ph.attrib.items())
        shape._element.getparent().remove(shape._element)
        self._add(text_box_xml(self._next(), "Subtitle", place, kept, placeholder=attributes))

    def text(
        self,
        name: str,
        place: Rect,
        paragraphs: Sequence[Paragraph],
        *,
        least: float = 12.0,
        fill: str = "",
        inner: tuple[float, float, float, float] = (0, 0, 0, 0),
        anchor: str = "t",
    ) -> None:
        """A text box in the ink of the page, its texts fitted into ``place``."""
        left, top, right, bottom = inner
        kept, cut = fitted(paragraphs, place.w - left - right, place.h - top - bottom, least=least, font=self.font)
        self.full += cut
        self._add(text_box_xml(self._next(), name, place, self._inked(kept), fill=fill, inner=inner, anchor=anchor))

    def line(self, place: Rect, colour: str = "", points: float = 0.75) -> None:
        self._add(line_xml(self._next(), place, colour or self.palette.rule, points))

    def icon(self, name: str, place: Rect, prefix: str = "") -> None:
        """An icon of kpi.present.icons; ``prefix`` tells whose it is in its alternative text."""
        icon = ICONS[name]
        outlines, line = outlines_of(name)
        scale = place.w / VIEW[0]
        self._add(
            freeform_xml(
                self._next(),
                f"Icon: {icon.meaning}",
                place,
                outlines,
                VIEW,
                colour=self.palette.of(icon),
                line=max(line * scale, 0.75),
                alt=f"{prefix}{icon.meaning}",
            )
        )

    def trend(self, values: Sequence[float | None], place: Rect, alt: str) -> None:
        """A small line of the values with a point at the last; gaps where there is none."""
        known = [value for value in values if value is not None]
        if not known:
            return
        low, span = min(known), (max(known) - min(known)) or 1.0
        flat = max(known) == min(known)
        step = place.w / max(len(values) - 1, 1)
        points = [
            None if value is None else (at * step, place.h / 2 if flat else place.h * (1 - (value - low) / span))
            for at, value in enumerate(values)
        ]
        commands: list[tuple[str | float, ...]] = []
        before: tuple[float, float] | None = None
        for point in points:
            if point is not None:
                commands.append(("M" if before is None else "L", *point))
            before = point
        outlines = [Outline(tuple(commands))]
        last = points[-1]
        if last is not None:
            outlines.append(Outline(circle(*last, 2.2), filled=True))
        self._add(
            freeform_xml(
                self._next(),
                "Trend",
                place,
                outlines,
                (place.w, place.h),
                colour=self.palette.muted,
                line=1.25,
                alt=alt,
            )
        )

    def chart(self, name: str, place: Rect, xml: str, workbook: bytes, alt: str) -> None:
        """A native chart with its workbook."""
        from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from pptx.parts.chart import ChartPart

        package = self.slide.part.package
        part = ChartPart.load(
            package.next_partname(ChartPart.partname_template), CONTENT_TYPE.DML_CHART, package, xml.encode()
        )
        part.chart_workbook.update_from_xlsx_blob(workbook)
        relation = self.slide.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
        self._add(
            f"<p:graphicFrame {NAMESPACES}><p:nvGraphicFramePr>{names_xml(self._next(), name, alt)}"
            '<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
            f'{frame_xml("p:xfrm", place)}<a:graphic><a:graphicData uri="{space}">'
            f'<c:chart xmlns:c="{space}" r:id="{relation}"/></a:graphicData></a:graphic></p:graphicFrame>'
        )

    def add(self, xml_of: Any) -> None:
        """``xml_of``: a function from the shape's number to its XML."""
        self._add(xml_of(self._next()))

    def finish(self) -> None:
        """The two lines at the foot, the number, the notes; what the layout offers and the page does not use goes."""
        for shape in list(self.slide.placeholders):
            element = shape._element
            if element.ph.get("type") not in ("title", "ctrTitle") and not _has_text(element):
                element.getparent().remove(element)
        lines = [said(clean(line), FOOT_SIZE, colour=self.layout.small_print) for line in self.pack.foot(self.page)]
        place = self.layout.foot
        kept, cut = fitted(lines, place.w, place.h, least=SMALLEST_FOOT, font=self.font)
        self.full += cut
        self._add(text_box_xml(self._next(), "Foot", place, kept, placeholder=self._print("ftr")))
        self._page_number()
        self.slide.notes_slide.notes_text_frame.text = clean("\n".join(self._notes()))

    def _notes(self) -> list[str]:
        notes = [self.page.notes or self.page.title]
        if self.page.comment and self.page.comment not in self.page.notes:
            notes.append(f"Comment: {self.page.comment}")
        told = dict.fromkeys(text for text in self.full if text not in self.page.notes)
        return notes + (["In full:", *told] if told else [])

    def _page_number(self) -> None:
        place = self.layout.number
        align = "l" if place.x + place.w / 2 < self.template.width / 2 else "r"
        number = len(self.slide.part.package.presentation_part.presentation.slides)
        run = Run(str(number), colour=self.layout.small_print, field="slidenum")
        paragraph = Paragraph((run,), NUMBER_SIZE, align=align)
        self._add(text_box_xml(self._next(), "Slide number", place, [paragraph], placeholder=self._print("sldNum")))

    def _print(self, kind: str) -> str:
        """The attributes that tie a shape to the layout's own footer or number; "" where it has none."""
        found = self._prints.get(kind)
        return "" if found is None else " ".join(f'{name}="{value}"' for name, value in found.attrib.items())

    def _inked(self, paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
        return [inked(paragraph, self.palette.ink) for paragraph in paragraphs]

    def _sized(self, shape: Any, size: float) -> None:
        from pptx.dml.color import RGBColor

        for paragraph in shape.text_frame.paragraphs:
            for run in paragraph.runs:
                properties = run._r.get_or_add_rPr()
                properties.set("sz", str(round(size * 100)))
                properties.set("lang", LANGUAGE)
                if self.layout.title_colour:
                    run.font.color.rgb = RGBColor.from_string(self.layout.title_colour.upper())

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _add(self, xml: str) -> None:
        from pptx.oxml import parse_xml

        self._tree.append(parse_xml(xml))


def inked(paragraph: Paragraph, ink: str) -> Paragraph:
    """The paragraph with ``ink`` where it names no colour."""
    return replace(paragraph, runs=tuple(run if run.colour else replace(run, colour=ink) for run in paragraph.runs))


def _has_text(element: Any) -> bool:
    return any(text.text for text in element.iter("{*}t"))
