"""How a file writes its dates: settled where the values settle it, a question where they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from kpi.intake.date_shapes import DAY_FIRST, MONTH_FIRST, SHORT, YEAR_FIRST, Shape, month_number, shape_of
from kpi.intake.dateformat import DateFormat, read_date_format
from kpi.intake.mapping_data import Mapping
from kpi.intake.suggest_words import date_words, order_words
from kpi.intake.suggestion_data import Question
from kpi.intake.vocabulary import Words

MOST_VALUES = 20_000  # different dates of a column that are looked at, the most frequent first
WIDEST_YEARS = 10  # two-digit numbers that vary more than this are no years of one file
ISO = "%Y-%m-%d"


@dataclass
class Column:
    """A column of dates. cells: (cell, count, shape) of those that are text and look like a date."""

    name: str
    header: str
    cells: list[tuple[str, int, Shape]]
    format: str | None = None
    names: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(count for _, count, _ in self.cells)

    @property
    def open(self) -> bool:
        return self.format is None and bool(self.cells)


@dataclass(frozen=True)
class Dates:
    """What goes into the mapping about dates, and what a person has to be asked or told."""

    date_format: str | None
    dates: dict[str, str]
    replace: dict[str, dict[str, str]]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]


def suggest_dates(counts: Dict[str, tuple[str, pl.DataFrame]], words: Words, base: Mapping) -> Dates:
    """counts: per date column of ours its header and the file's text cells (value, count), real dates left out."""
    columns = [_column(name, header, frame, words) for name, (header, frame) in counts.items()]
    columns = [column for column in columns if column.cells and column.name not in base.dates]
    notes: list[str] = []
    for column in columns:
        _settle_shape(column, base, notes, words)
    replaced = {column.name: column.names for column in columns if column.names}
    questions = [_month_question(column) for column in columns if _month_only(column)]
    columns = [column for column in columns if not _month_only(column)]
    for pool in _pools([column for column in columns if column.open]):
        notes += _settle_pool(pool)
    common = base.date_format or _most_common(columns)
    whole = [] if base.date_format else [column for column in columns if column.open and _form(column) == common]
    if whole:
        questions.append(_question(whole, ""))
    questions += [_question([column], column.name) for column in columns if column.open and column not in whole]
    settled = None if whole else common or None  # yyyy-mm-dd needs no word
    apart = {
        column.name: column.format or ISO
        for column in columns
        if not column.open and (whole or column.format != (settled or ""))
    }
    return Dates(settled, {**apart, **base.dates}, replaced, tuple(questions), tuple(notes))


def _column(name: str, header: str, counts: pl.DataFrame, words: Words) -> Column:
    cells = []
    for cell, count in counts.head(MOST_VALUES).iter_rows():
        shape = shape_of(cell, words.months)
        if shape is not None:
            cells.append((cell, count, shape))
    return Column(name, header, cells)


def _settle_shape(column: Column, base: Mapping, notes: list[str], words: Words) -> None:
    """The form that most of the cells have; what is certain about it is settled here."""
    if base.date_format is not None and _fits(column, base.date_format):
        column.format = base.date_format
        return
    forms = Counter[str]()
    for _, count, shape in column.cells:
        forms[_form_of(shape)] += count
    main = min(forms, key=lambda form: (-forms[form], form))
    kept = [one for one in column.cells if _form_of(one[2]) == main]
    if (other := column.rows - sum(count for _, count, _ in kept)) > 0:
        notes.append(f'"{column.header}" writes its dates in several ways; {other:,} cells are not as the others.')
    column.cells = kept
    certain = kept[0][2].format
    if certain is None:
        return
    column.format = certain.replace("%B", "%b") if _mixed_names(kept) else certain
    for cell, _, shape in kept:
        name = shape.name or _long_name(cell, column.format, words)
        if name and (number := month_number(name, words.months)):
            column.names[name] = SHORT[number - 1].capitalize()
    # longer names first: "mai" stands in "maio"
    column.names = dict(sorted(column.names.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def _form_of(shape: Shape) -> str:
    """Short and long month names are one form; so are the orders that numbers leave open."""
    if shape.format is not None:
        return shape.format.replace("%B", "%b")
    return _form_of_orders(shape.orders)


def _form_of_orders(orders: Dict[str, str]) -> str:
    text = next(iter(orders.values()))
    day_and_month = text.replace("%d", "%?").replace("%m", "%?")
    return day_and_month if "%Y" in text else day_and_month.replace("%y", "%?")


def _form(column: Column) -> str:
    return column.format if column.format is not None else _form_of(column.cells[0][2])


def _mixed_names(cells: list[tuple[str, int, Shape]]) -> bool:
    formats = {shape.format or "" for _, _, shape in cells}
    return any("%b" in text for text in formats)


def _long_name(cell: str, chosen: str, words: Words) -> str:
    """A long English name in a column that otherwise has short ones."""
    if "%b" not in chosen:
        return ""
    name = "".join(letter for letter in cell if letter.isalpha())
    return name if name.lower() not in SHORT and month_number(name, {}) else ""


def _fits(column: Column, wanted: str) -> bool:
    read = read_date_format(wanted)
    if not isinstance(read, DateFormat):
        return False
    good = pl.DataFrame({"cell": [cell for cell, _, _ in column.cells]}).select(read.parse(pl.col("cell")))
    return good.to_series().null_count() < len(column.cells) / 2


def _pools(columns: list[Column]) -> list[list[Column]]:
    """Columns that write the same form share their evidence."""
    pools: dict[str, list[Column]] = {}
    for column in columns:
        pools.setdefault(_form(column), []).append(column)
    return list(pools.values())


def _settle_pool(pool: list[Column]) -> list[str]:
    """Settles the order of the columns of one form where their values do; returns what there is to say about it."""
    _drop_year_first(pool)
    allowed = {column.name: _allowed(column) for column in pool}
    torn = [column for column in pool if not allowed[column.name]]
    whole = [column for column in pool if column not in torn]
    notes = [_contradiction(column) for column in torn]
    shared = set.intersection(*(allowed[column.name] for column in whole)) if whole else set()
    for column in whole:
        # Without an order that all columns allow, each one stands for itself.
        orders = shared or allowed[column.name]
        if len(orders) == 1:
            (order,) = orders
            column.format = next(shape.orders[order] for _, _, shape in column.cells if order in shape.orders)
    settled = [column for column in whole if column.format is not None]
    by_format: dict[str, list[Column]] = {}
    for column in settled:
        by_format.setdefault(str(column.format), []).append(column)
    return notes + [_reason(text, some, len(pool) == len(some)) for text, some in by_format.items()]


def _drop_year_first(pool: list[Column]) -> None:
    """A two-digit number that varies like a day is no year, wherever it stands."""
    cells = [(cell, shape) for column in pool for cell, _, shape in column.cells]
    firsts = [int(cell[:2]) for cell, shape in cells if YEAR_FIRST in shape.orders]
    possible = len(firsts) == len(cells) and max(firsts) - min(firsts) <= WIDEST_YEARS
    if possible or all(set(shape.orders) == {YEAR_FIRST} for _, shape in cells):
        return
    for column in pool:
        column.cells = [
            (cell, count, Shape(None, {order: text for order, text in shape.orders.items() if order != YEAR_FIRST}))
            for cell, count, shape in column.cells
        ]


def _allowed(column: Column) -> set[str]:
    """The orders in which every cell is a date."""
    orders = [set(shape.orders) for _, _, shape in column.cells if shape.orders]
    return set.intersection(*orders) if orders else set()


def _telling(column: Column, order: str) -> int:
    """Rows that can only be read in this order."""
    return sum(count for _, count, shape in column.cells if set(shape.orders) == {order})


def _contradiction(column: Column) -> str:
    return (
        f'"{column.header}" contradicts itself: {_telling(column, DAY_FIRST):,} cells can only have the day first, '
        f"{_telling(column, MONTH_FIRST):,} only the month. Some of its dates will be refused."
    )


def _reason(text: str, columns: list[Column], whole: bool) -> str:
    order = next(o for c in columns for _, _, s in c.cells for o, f in s.orders.items() if f == text)
    rows = sum(column.rows for column in columns)
    telling = sum(_telling(column, order) for column in columns)
    which = "Dates are" if whole else "Dates of " + ", ".join(f'"{one.header}"' for one in columns) + " are"
    second = {DAY_FIRST: "day", MONTH_FIRST: "day in second place", YEAR_FIRST: "number that is no year"}[order]
    if order == DAY_FIRST:
        return f"{which} read as {order_words(text)} because {telling:,} of {rows:,} have a day above 12."
    return f"{which} read as {order_words(text)} because {telling:,} of {rows:,} have a {second} above 12."


def _most_common(columns: list[Column]) -> str | None:
    """The form of most columns, then of most rows; None where there are none."""
    forms = Counter[str]()
    rows = Counter[str]()
    for column in columns:
        forms[_form(column)] += 1
        rows[_form(column)] += column.rows
    return min(forms, key=lambda form: (-forms[form], -rows[form], form)) if forms else None


def _question(columns: list[Column], about: str) -> Question:
    """Both readings of a real date of theirs."""
    column = columns[0]
    orders: dict[str, str] = {}
    for _, _, shape in column.cells:
        orders = {**shape.orders, **orders}
    examples = tuple(cell for cell, _, shape in column.cells if len(shape.orders) > 1)[:5]
    examples = examples or tuple(cell for cell, _, _ in column.cells)[:5]
    telling = sorted(examples, key=_same_twice)
    choices = tuple(
        (orders[order], _label(column, orders[order], telling))
        for order in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
        if order in orders
    )
    headers = ", ".join(f'"{one.header}"' for one in columns)
    text = f"Which number of {examples[0]} in {headers} is the day, and which the month?"
    return Question("date order", about, column.header if about else None, text, choices, examples)


def _same_twice(cell: str) -> bool:
    """02.02.2026 reads the same both ways."""
    return cell[:2] == cell[3:5]


def _label(column: Column, text: str, examples: list[str]) -> str:
    for cell in [*examples, *(cell for cell, _, _ in column.cells)]:
        day = _parsed(cell, text)
        if day is not None:
            return f"{cell} is {date_words(day)}"
    return order_words(text)


def _parsed(cell: str, text: str) -> date | None:
    read = read_date_format(text)
    assert isinstance(read, DateFormat)
    day: date | None = pl.select(read.parse(pl.lit(cell))).item()
    return day


def _month_only(column: Column) -> bool:
    return bool(column.format) and "%d" not in str(column.format)


def _month_question(column: Column) -> Question:
    examples = tuple(cell for cell, _, _ in column.cells)[:5]
    cell = examples[0]
    for theirs, ours in column.names.items():
        cell = cell.replace(theirs, ours)
    day = _parsed(cell, str(column.format))
    said = f"{examples[0]} is {date_words(day).removeprefix('1 ')}" if day else order_words(str(column.format))
    return Question(
        "date order",
        column.name,
        column.header,
        f'"{column.header}" has no days, such as {examples[0]}. Is it to be read as the first day of the month?',
        ((str(column.format), f"{said}, read as the first of the month"),),
        examples,
    )
