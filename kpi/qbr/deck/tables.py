"""Tables over as many slides as their rows need: rows are measured, none is cut, heads are repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kpi.present.escalations import STATE_LOOKS
from kpi.present.wording import STATUS_LOOKS
from kpi.qbr.deck.canvas import inked
from kpi.qbr.deck.colours import Palette
from kpi.qbr.deck.drawing import CellText, Paragraph, Rect, Run, clean, table_xml
from kpi.qbr.deck.fitting import height_of, shortest
from kpi.qbr.deck.metrics import widest

if TYPE_CHECKING:
    from kpi.qbr.deck.canvas import Canvas
    from kpi.qbr.deck.metrics import Font

STATES = {look.state: look for look in (*STATE_LOOKS, *STATUS_LOOKS)}
MUTED = "muted"
SIDE, TOP = 5.0, 3.0  # margins in a cell
MOST_LINES = 5  # of one cell; what is longer is shortened, and told in the notes
WIDEST_WORD = 0.25  # of the table's width: longer words break
GRID = 0.5  # points that a line beneath a row takes


@dataclass(frozen=True)
class Column:
    """``share`` of the table's width. ``align``: "l", "r" or "ctr"."""

    head: str
    share: float
    align: str = "l"
    gap: float = 0.0  # more margin at its left, beside a column that ends at the right


@dataclass(frozen=True)
class Cell:
    """Stretches of text, coloured by a state's name or "muted"; ``mark`` draws over the place of the
    cell: an icon, a trend. ``mark_size``: (width, height) of
    it in points, at the left of the text."""

    runs: tuple[Run, ...] = ()
    mark: Callable[[Canvas, Rect], None] | None = None
    mark_size: tuple[float, float] = (0.0, 0.0)
    lines: int = MOST_LINES


@dataclass(frozen=True)
class Row:
    """``begins``: a stronger line stands above it. ``leads``: never the last row of a slide. ``instead``: what stands
    for it where it is the first row of a slide that goes on."""

    cells: tuple[Cell, ...]
    begins: bool = False
    leads: bool = False
    instead: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Table:
    """``shows_name``: as a heading above it, on every slide that has rows of it."""

    name: str
    alt: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    size: float = 12.0
    side: float = SIDE
    top: float = TOP
    shows_name: bool = False


@dataclass(frozen=True)
class Laid:
    """Rows of one slide as they will stand: their cells' paragraphs and heights, in points."""

    rows: tuple[tuple[Row, tuple[Paragraph, ...], float], ...]
    widths: tuple[float, ...]
    head: tuple[tuple[Paragraph, ...], float]
    full: tuple[str, ...]

    @property
    def height(self) -> float:
        return self.head[1] + sum(height for _, _, height in self.rows)


def cell(text: str, *, bold: bool = False, colour: str = "", lines: int = MOST_LINES) -> Cell:
    return Cell((Run(" ".join(clean(text).split()), bold, colour),), lines=lines)


def laid_out(table: Table, width: float, room: Sequence[float], font: Font) -> list[Laid]:
    """The table's rows slide by slide. ``room``: points of height on the first slide, the second …; the last one
    counts for all that follow. At least one row stands on every slide."""
    widths = _widths(table, width, font)
    heads = tuple(Paragraph((Run(column.head, True),), table.size, align=column.align) for column in table.columns)
    head_height = (
        max(
            height_of([head], inside - 2 * table.side - column.gap, font)
            for head, column, inside in zip(heads, table.columns, widths, strict=True)
        )
        + 2 * table.top
        + GRID
    )
    pages: list[Laid] = []
    rows: list[tuple[Row, tuple[Paragraph, ...], float]] = []
    full: list[str] = []
    left = room[0] - head_height
    waiting = list(table.rows[::-1])
    while waiting:
        row = waiting.pop()
        paragraphs, height, cut = _measured(table, row, widths, font)
        after = _measured(table, waiting[-1], widths, font)[1] if row.leads and waiting else 0.0
        if rows and height + after > left:
            pages.append(Laid(tuple(rows), widths, (heads, head_height), tuple(full)))
            rows, full = [], []
            left = room[min(len(pages), len(room) - 1)] - head_height
            if row.instead:
                waiting += row.instead[::-1]
                continue
        rows.append((row, paragraphs, height))
        full += cut
        left -= height
    return [*pages, Laid(tuple(rows), widths, (heads, head_height), tuple(full))]


def draw_table(canvas: Canvas, table: Table, laid: Laid, x: float, y: float) -> float:
    """Draws what ``laid_out`` found, marks above it; returns where it ends."""
    palette = canvas.palette
    place = Rect(x, y, sum(laid.widths), laid.height)
    heads, head_height = laid.head
    rows = [
        [
            CellText((inked(head, palette.muted),), before=column.gap, line=palette.muted, line_points=1.0)
            for head, column in zip(heads, table.columns, strict=True)
        ]
    ]
    heights = [head_height]
    for at, (row, paragraphs, height) in enumerate(laid.rows):
        following = laid.rows[at + 1][0] if at + 1 < len(laid.rows) else None
        strong = following is not None and following.begins
        rows.append(
            [
                CellText(
                    (_coloured(paragraph, palette),),
                    before=_before(found, column),
                    line=palette.muted if strong else palette.rule,
                )
                for found, column, paragraph in zip(row.cells, table.columns, paragraphs, strict=True)
            ]
        )
        heights.append(height)
    canvas.add(
        lambda number: table_xml(
            number, table.name, place, laid.widths, heights, rows, (table.side, table.top), table.alt
        )
    )
    canvas.full += laid.full
    top = y + head_height
    for row, _, height in laid.rows:
        left = x
        for found, column, width in zip(row.cells, table.columns, laid.widths, strict=True):
            if found.mark is not None:
                wide, high = found.mark_size
                found.mark(canvas, Rect(left + table.side + column.gap, top + (height - high) / 2, wide, high))
            left += width
        top += height
    return top


def _coloured(paragraph: Paragraph, palette: Palette) -> Paragraph:
    """Names of states, and "muted", become their colours on this page's background."""
    runs = []
    for run in paragraph.runs:
        colour = run.colour or palette.ink
        if colour == MUTED:
            colour = palette.muted
        elif colour in STATES:
            colour = palette.of(STATES[colour])
        runs.append(replace(run, colour=colour))
    return replace(paragraph, runs=tuple(runs))


def _before(found: Cell, column: Column) -> float:
    return column.gap + (found.mark_size[0] + 4 if found.mark is not None and found.runs else 0.0)


def _widths(table: Table, width: float, font: Font) -> tuple[float, ...]:
    """Shares of ``width``; a column whose longest word would break takes what it needs from those with room."""
    whole = sum(column.share for column in table.columns)
    wished = [width * column.share / whole for column in table.columns]
    needed = [
        min(_longest_word(table, place, font) + 2 * table.side + column.gap, WIDEST_WORD * width)
        for place, column in enumerate(table.columns)
    ]
    missing = sum(max(need - wish, 0.0) for need, wish in zip(needed, wished, strict=True))
    spare = sum(max(wish - need, 0.0) for need, wish in zip(needed, wished, strict=True))
    taken = min(missing / spare, 1.0) if spare else 0.0
    given = min(spare / missing, 1.0) if missing else 0.0
    return tuple(
        wish - taken * (wish - need) if wish >= need else wish + given * (need - wish)
        for need, wish in zip(needed, wished, strict=True)
    )


def _longest_word(table: Table, place: int, font: Font) -> float:
    """Points of the longest word of a column, with the mark beside it."""
    longest = widest(table.columns[place].head.split(), table.size, bold=True, font=font)
    for row in table.rows:
        found = row.cells[place]
        mark = found.mark_size[0] + (4 if found.runs else 0)
        for run in found.runs:
            longest = max(longest, mark + widest(run.text.split(), table.size, bold=run.bold, font=font))
        longest = max(longest, mark)
    return longest + 0.5


def _measured(
    table: Table, row: Row, widths: Sequence[float], font: Font
) -> tuple[tuple[Paragraph, ...], float, list[str]]:
    """The row's paragraphs as they fit, its height, and the whole texts of what was shortened."""
    paragraphs: list[Paragraph] = []
    highest, cut = 0.0, []
    for found, column, width in zip(row.cells, table.columns, widths, strict=True):
        inside = width - 2 * table.side - _before(found, column)
        paragraph = Paragraph(found.runs or (Run(""),), table.size, align=column.align)
        paragraph, whole = shortest(paragraph, inside, found.lines, font)
        cut += whole
        highest = max(highest, height_of([paragraph], inside, font), found.mark_size[1])
        paragraphs.append(paragraph)
    return tuple(paragraphs), highest + 2 * table.top + GRID, cut
