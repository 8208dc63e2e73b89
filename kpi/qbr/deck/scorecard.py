"""The scorecard: a row for each indicator with value, n, target, status, both verdicts and its trend."""

from __future__ import annotations

from dataclasses import replace

from kpi.present.icons import in_order
from kpi.present.wording import NO_VALUE, look_of
from kpi.qbr.deck.canvas import Canvas
from kpi.qbr.deck.colours import shape_of
from kpi.qbr.deck.drawing import Paragraph, Rect, Run, clean, said
from kpi.qbr.deck.flow import Item, Text, comment_strip, planned
from kpi.qbr.deck.metrics import widest
from kpi.qbr.deck.scorecard_halves import name_cell, on_one_slide
from kpi.qbr.deck.slides import Slides
from kpi.qbr.deck.tables import Cell, Column, Row, Table, cell
from kpi.qbr.pack import Figure, ScorecardPage

SIZES = (12.0, 11.5, 11.0)
SCORE_SIZE = 13.0
ICON = 14.0
TREND = (62.0, 10.0)
LEGEND_SIZE, LEGEND_LINE, LEGEND_ICON, LEGEND_GAP = 10.0, 14.5, 11.0, 14.0
NOTHING = "No figure was ever reported for this partner."


def scorecard_slides(slides: Slides, page: ScorecardPage) -> None:
    template = slides.template
    body = template.page.body
    items: list[Item] = []
    if page.score:
        items.append(_score(page.score))
    items += comment_strip(page.comment)
    if not page.figures:
        items.append(Text("Nothing", (said(NOTHING, SCORE_SIZE),)))
        slides.page(page, planned(items, body, template.text))
        return
    names = [verdict.icon for figure in page.figures for verdict in (figure.variation, figure.assurance)]
    legend = Legend([name for name in names if name], body.w, slides)
    every = []
    for size in SIZES:  # a little smaller where that saves a slide
        table = _table(page, size, is_narrow=template.is_narrow)
        every.append(planned([*items, table], body, template.text, kept_free=legend.height))
    plans = min(every, key=len)
    if len(plans) > 1 and not template.is_narrow:
        texts = [item for item in items if isinstance(item, Text)]
        shorter = [_score(page.score[:1]), *texts[1:]] if page.score else texts  # the notes have all of it
        for said_above in (texts, shorter):
            one = on_one_slide(page, said_above, body.inset(bottom=legend.height), template.text)
            if one is not None:
                plans = [one]
                break
    slides.page(page, plans, always=lambda canvas: legend.draw(canvas, canvas.body))


def _score(sentences: tuple[str, ...]) -> Text:
    first, *others = (clean(sentence) for sentence in sentences)
    lead = first if first.casefold().startswith(("score", "no score")) else f"Score: {first}"
    runs = (Run(lead, True), *(Run(f" {sentence}") for sentence in others))
    return Text("Score", (Paragraph(runs, SCORE_SIZE),))


def _table(page: ScorecardPage, size: float, *, is_narrow: bool) -> Table:
    columns = [
        Column("Indicator", 0.24),
        Column("Value", 0.13, "r"),
        Column("n", 0.06, "r"),
        Column("Target", 0.13, "r"),
        Column("Status", 0.15, gap=6),
        Column("Var." if is_narrow else "Variation", 0.085),
        Column("Ass." if is_narrow else "Assurance", 0.095),
    ]
    if not is_narrow:
        columns = [Column("Category", 0.17), *columns, Column("Trend", 0.1)]
    rows: list[Row] = []
    for name, figures in page.categories:
        rows += _narrow_rows(name, figures) if is_narrow else _wide_rows(name, figures)
    alt = f"Scorecard with {len(page.figures)} figures by category: value, n, target, status, variation, assurance."
    return Table("Scorecard", alt, tuple(columns), tuple(rows), size=size, top=1.5)


def _wide_rows(category: str, figures: tuple[Figure, ...]) -> list[Row]:
    """The category stands beside its first figure, and beside the first of every slide."""
    found = []
    for place, figure in enumerate(figures):
        cells = (*_cells(figure), _trend(figure))
        named = Row((cell(category, bold=True), *cells), begins=True)
        found.append(Row((Cell(), *cells), instead=(named,)) if place else named)
    return found


def _narrow_rows(category: str, figures: tuple[Figure, ...]) -> list[Row]:
    """The category has a row of its own, above its figures and at the top of every slide."""
    above = Row((cell(category, bold=True), *(Cell() for _ in range(6))), begins=True, leads=True)
    rows = [Row(_cells(figure)) for figure in figures]
    return [above, rows[0], *(replace(row, instead=(above, row)) for row in rows[1:])]


def _cells(figure: Figure) -> tuple[Cell, ...]:
    return (
        name_cell(figure.name, figure.mark),
        cell(figure.value_text, bold=figure.value is not None),
        cell(figure.n_text),
        cell(figure.target_text),
        Cell((Run(shape_of(look_of(figure.status)) + " ", True, figure.status), Run(figure.status, False))),
        _icon(figure, figure.variation.icon, "Variation"),
        _icon(figure, figure.assurance.icon, "Assurance"),
    )


def _icon(figure: Figure, name: str, whose: str) -> Cell:
    if not name:
        return cell(NO_VALUE)

    def draw(canvas: Canvas, place: Rect) -> None:
        canvas.icon(name, place, f"{figure.name}, {whose.lower()}: ")

    return Cell(mark=draw, mark_size=(ICON, ICON))


def _trend(figure: Figure) -> Cell:
    def draw(canvas: Canvas, place: Rect) -> None:
        known = sum(1 for value in figure.trend if value is not None)
        canvas.trend(
            figure.trend, place, f"Trend of {figure.name} over {len(figure.trend)} months, {known} with a value"
        )

    return Cell(mark=draw, mark_size=TREND)


class Legend:
    """The icons that the table shows, with what they mean, at the foot of the body."""

    def __init__(self, names: list[str], room: float, slides: Slides) -> None:
        self._icons = in_order(names)
        self._font = slides.template.text
        self._rows: list[list[tuple[int, float, float]]] = [[]]  # (icon, x, width of its text)
        x = 0.0
        for place, icon in enumerate(self._icons):
            wide = widest([icon.meaning], LEGEND_SIZE, font=self._font) + 1
            needed = LEGEND_ICON + 4 + wide
            if x and x + needed > room:
                self._rows.append([])
                x = 0.0
            self._rows[-1].append((place, x, wide))
            x += needed + LEGEND_GAP

    @property
    def height(self) -> float:
        return len(self._rows) * LEGEND_LINE + 3 if self._icons else 0.0

    def draw(self, canvas: Canvas, body: Rect) -> None:
        y = body.bottom - len(self._rows) * LEGEND_LINE
        for row in self._rows:
            for place, x, wide in row:
                icon = self._icons[place]
                canvas.icon(
                    icon.name, Rect(body.x + x, y + (LEGEND_LINE - LEGEND_ICON) / 2, LEGEND_ICON, LEGEND_ICON), "Key: "
                )
                beside = Rect(body.x + x + LEGEND_ICON + 4, y, wide, LEGEND_LINE)
                canvas.text(
                    "Key", beside, [said(icon.meaning, LEGEND_SIZE, colour=canvas.palette.muted)], least=9, anchor="ctr"
                )
            y += LEGEND_LINE
