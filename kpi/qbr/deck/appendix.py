"""The data appendix: monthly values with n, the files behind them, the definitions."""

from __future__ import annotations

from kpi.present.wording import NO_VALUE, format_n, look_of, short_month
from kpi.qbr.deck.colours import shape_of
from kpi.qbr.deck.drawing import Run, clean, said
from kpi.qbr.deck.flow import Item, Text, comment_strip, planned
from kpi.qbr.deck.slides import Slides
from kpi.qbr.deck.tables import Cell, Column, Row, Table, cell
from kpi.qbr.pack import AppendixPage, DefinitionRow, MonthlyRow, SourceRow

SIZE, SMALL = 10.0, 9.0
NOTHING = "No month has a value, and no file stands behind it."
CHARTS = {"p": "p chart", "u": "u chart", "xmr": "XmR chart"}
HASH_LETTERS = 12  # of the fingerprint; the workbook has all of it


def appendix_slides(slides: Slides, page: AppendixPage) -> None:
    items: list[Item] = list(comment_strip(page.comment))
    is_narrow = slides.template.is_narrow
    if page.monthly and page.months:
        items.append(_monthly(page, is_narrow=is_narrow))
    if page.sources:
        items.append(_sources(page.sources, is_narrow=is_narrow))
    if page.definitions:
        items.append(_definitions(page.definitions))
    if not any(isinstance(item, Table) for item in items):
        items.insert(0, Text("Nothing", (said(NOTHING, 14),)))
    groups: list[list[Item]] = [[]]
    for item in items:  # each table begins a slide of its own, what stands before it goes with it
        if isinstance(item, Table) and any(isinstance(found, Table) for found in groups[-1]):
            groups.append([])
        groups[-1].append(item)
    place, font = slides.template.page.body, slides.template.text
    plans = [plan for group in groups for plan in planned(group, place, font)]
    slides.page(page, plans)


def _monthly(page: AppendixPage, *, is_narrow: bool) -> Table:
    share = (1 - (0.2 if is_narrow else 0.22)) / len(page.months)
    columns = (
        Column("Indicator", 0.2 if is_narrow else 0.22),
        *(Column(short_month(month), share, "r") for month in page.months),
    )
    rows = tuple(Row((_name(row), *(_value(row, found) for found in row.cells))) for row in page.monthly)
    first, last = short_month(page.months[0]), short_month(page.months[-1])
    alt = f"Monthly values of {len(rows)} figures with n, {first} to {last}."
    return Table("Monthly values, with n beneath", alt, columns, rows, SMALL, side=2, top=2, shows_name=True)


def _name(row: MonthlyRow) -> Cell:
    unit = f" ({row.figure.unit})" if row.figure.unit else ""
    return Cell((Run(" ".join(clean(row.figure.name).split()), True), Run(unit)), lines=3)


def _value(row: MonthlyRow, found: tuple[float | None, str, float | None, str]) -> Cell:
    """The number without its unit, which the row's name has, and n beneath; without a number the status' shape."""
    value, text, n, status = found
    if value is None:
        return Cell((Run(NO_VALUE if status == "no activity" else shape_of(look_of(status))),))
    short = text.removesuffix(row.figure.unit).strip() if row.figure.unit else text
    beneath = "" if n is None else f"\n{format_n(n)}"
    return Cell((Run(short), Run(beneath, False, "muted")), lines=2)


def _sources(sources: tuple[SourceRow, ...], *, is_narrow: bool) -> Table:
    """Narrow slides have no room for the fingerprints; the workbook has them whole."""
    columns: tuple[Column, ...] = (
        Column("Submission", 0.09),
        Column("Dataset", 0.12),
        Column("Months", 0.12),
        Column("File", 0.24),
        Column("Rows", 0.06, "r"),
        Column("Received", 0.13, gap=6),
        Column("By", 0.13),
        Column("Version", 0.075, "r"),
        Column("Restated", 0.08, "r"),
        Column("SHA-256", 0.13, gap=6),
    )
    rows = tuple(
        Row(
            (
                cell(row.submission_id, lines=2),
                cell(row.dataset.replace("_", " "), lines=2),
                cell(row.months, lines=3),
                cell(row.file_name, lines=3),
                cell(f"{row.rows:,}"),
                cell(f"{row.received_at:%Y-%m-%d %H:%M}", lines=2),
                cell(row.actor, lines=2),
                cell(str(row.version)),
                cell(f"{row.restated:,}" if row.restated else NO_VALUE),
                cell(row.sha256[:HASH_LETTERS] + "…" if row.sha256 else NO_VALUE),
            )
        )
        for row in sources
    )
    if is_narrow:
        columns, rows = columns[:-1], tuple(Row(row.cells[:-1]) for row in rows)
    alt = f"{len(rows)} submissions behind these figures."
    return Table("Files behind these figures", alt, columns, rows, SMALL, side=3, top=2, shows_name=True)


def _definitions(definitions: tuple[DefinitionRow, ...]) -> Table:
    columns = (
        Column("Indicator", 0.17),
        Column("Definition", 0.41),
        Column("Unit and chart", 0.13),
        Column("Method", 0.29),
    )
    rows = tuple(
        Row(
            (
                Cell((Run(clean(row.name), True), Run(f", version {row.version}")), lines=3),
                cell(_defined(row), lines=6),
                cell(_read(row), lines=4),
                cell(" ".join(filter(None, (row.source, f"Owner: {row.owner}." if row.owner else ""))), lines=6),
            )
        )
        for row in definitions
    )  # fmt: skip
    alt = f"Definitions of {len(rows)} indicators."
    return Table("Definitions", alt, columns, rows, SIZE, top=2.5, shows_name=True)


def _read(row: DefinitionRow) -> str:
    return ", ".join(filter(None, (row.unit, row.better.lower(), CHARTS.get(row.chart, row.chart))))


def _defined(row: DefinitionRow) -> str:
    parts = [row.sentence]
    if row.numerator:
        parts.append(f"Counted: {row.numerator}.")
    if row.denominator:
        parts.append(f"Out of: {row.denominator}.")
    return " ".join(parts)
