"""A long scorecard on one slide: two tables side by side, a little smaller, without trends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.present.wording import NO_VALUE, look_of
from kpi.qbr.deck.colours import shape_of
from kpi.qbr.deck.drawing import Rect, Run
from kpi.qbr.deck.flow import GAP, MOST_TEXT, Draw, Text, draw_text, text_height
from kpi.qbr.deck.metrics import Font
from kpi.qbr.deck.tables import Cell, Column, Laid, Row, Table, cell, draw_table, laid_out
from kpi.qbr.pack import Figure, ScorecardPage

if TYPE_CHECKING:
    from kpi.qbr.deck.canvas import Canvas

BETWEEN = 16.0
SIZES = (12.0, 11.5, 11.0, 10.5)
MARGINS = (2.5, 2.0, 1.5, 1.0, 0.75, 0.5, 0.3, 0.15, 0.0)  # above and below a row's text
ICON = 12.0
SIDE = 2.5
LONG_UNIT = 4  # letters, beyond which a unit stands beside the name rather than the number
COLUMNS = (
    Column("Indicator", 141),
    Column("Value", 68, "r"),
    Column("n", 25, "r"),
    Column("Target", 61, "r"),
    Column("Status", 73, gap=4),
    Column("Var.", 30),
    Column("Ass.", 30),
)
NO_CURRENCY = "currency"  # the unit of an amount of which none is known
PLENTY = 10_000.0


def on_one_slide(page: ScorecardPage, texts: Sequence[Text], place: Rect, font: Font) -> list[Draw] | None:
    """What to draw so that all figures stand on one slide; None where they would be too small to read."""
    half = (place.w - BETWEEN) / 2
    y = place.y
    drawn: list[Draw] = []
    for text in texts:
        height, _ = text_height(text, place.w, MOST_TEXT * place.h, font)
        drawn.append(_text(text, Rect(place.x, y, place.w, height)))
        y += height + 0.6 * GAP
    parts = _parts(page, half, place.bottom - y, font)
    if parts is None:
        return None
    for at, table in enumerate(parts):
        laid = laid_out(table, half, [PLENTY], font)[0]
        drawn.append(_table(table, laid, place.x + at * (half + BETWEEN), y))
    return drawn


def _parts(page: ScorecardPage, width: float, most: float, font: Font) -> tuple[Table, Table] | None:
    """Both tables at the largest size at which the higher one fits; None where none does."""
    rows = [row for name, figures in page.categories for row in _rows(name, figures)]
    for size in SIZES:
        bare = laid_out(Table("", "", COLUMNS, tuple(rows), size, SIDE, 0.0), width, [PLENTY], font)[0]
        heights = [height for _, _, height in bare.rows]
        at = _division(rows, heights)
        again = heights[0] if rows[at].instead else 0.0
        for margin in MARGINS:
            ends = (sum(heights[:at]) + 2 * margin * at, again + sum(heights[at:]) + 2 * margin * (len(rows) - at + 1))
            if bare.head[1] + 2 * margin + max(ends) <= most:
                second = (*(rows[at].instead or (rows[at],)), *rows[at + 1 :])
                return _part(1, tuple(rows[:at]), size, margin), _part(2, second, size, margin)
    return None


def _division(rows: Sequence[Row], heights: Sequence[float]) -> int:
    """The place of the second table's first row, so that both end most evenly; a category is named on both sides."""

    def higher(at: int) -> float:
        return max(sum(heights[:at]), sum(heights[at:]) + (heights[0] if rows[at].instead else 0.0))

    return min((at for at in range(1, len(rows)) if not rows[at - 1].leads), key=higher)


def _part(number: int, rows: tuple[Row, ...], size: float, margin: float) -> Table:
    alt = f"Scorecard, part {number} of 2: value, n, target, status, variation, assurance."
    return Table(f"Scorecard, part {number}", alt, COLUMNS, rows, size, SIDE, margin)


def _rows(category: str, figures: Sequence[Figure]) -> list[Row]:
    above = Row((cell(category, bold=True), *(Cell() for _ in COLUMNS[1:])), begins=True, leads=True)
    first, *others = (Row(_cells(figure)) for figure in figures)
    return [above, first, *(Row(row.cells, instead=(above, row)) for row in others)]


def _cells(figure: Figure) -> tuple[Cell, ...]:
    unit = figure.unit if len(figure.unit) > LONG_UNIT and figure.unit != NO_CURRENCY else ""
    name = f"{figure.name}, {unit}" if unit and unit.split()[-1] not in figure.name.casefold() else figure.name
    return (
        name_cell(name, figure.mark),
        cell(figure.value_text.removesuffix(unit).strip(), bold=figure.value is not None),
        cell(figure.n_text),
        cell(figure.target_text.removesuffix(figure.unit).strip()),
        Cell((Run(shape_of(look_of(figure.status)) + " ", True, figure.status), Run(figure.status))),
        _icon(figure, figure.variation.icon, "variation"),
        _icon(figure, figure.assurance.icon, "assurance"),
    )


def name_cell(name: str, mark: str) -> Cell:
    """The indicator's name, and that the partner objected to the figure; neither is cut for the other."""
    return cell(f"{name} ({mark})") if mark else cell(name, lines=2)


def _icon(figure: Figure, name: str, whose: str) -> Cell:
    if not name:
        return cell(NO_VALUE)

    def draw(canvas: Canvas, place: Rect) -> None:
        canvas.icon(name, place, f"{figure.name}, {whose}: ")

    return Cell(mark=draw, mark_size=(ICON, ICON))


def _text(text: Text, place: Rect) -> Draw:
    return lambda canvas: draw_text(canvas, text, place)


def _table(table: Table, laid: Laid, x: float, y: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        draw_table(canvas, table, laid, x, y)

    return draw
