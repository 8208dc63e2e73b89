"""What a file's words mean in columns with allowed values: translated where it is certain, asked where it is not."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import polars as pl

from kpi.intake.contracts.base import LIST_SEPARATOR, Column, Dataset
from kpi.intake.known import KnownRecords
from kpi.intake.mapping_data import Mapping
from kpi.intake.suggest_fit import is_ours, parts
from kpi.intake.suggest_profile import DATE_LIKE, NUMBER_LIKE, without
from kpi.intake.suggestion_data import Question
from kpi.intake.vocabulary import Meaning, Words, folded

MOST_ASKED = 30  # different words of one column; more than that is another column
MOST_TEXTS = 5  # different texts in a column of dates or numbers that are asked about
NO_VALUE = ("", "no value")
CHOICES = ("choice", "list", "yes_no")


@dataclass
class Values:
    """values: per column, their whole cell -> ours. missing: texts that mean "no value" wherever they stand."""

    values: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def suggest_values(
    contract: Dataset,
    columns: Dict[str, str],
    counts: Dict[str, pl.DataFrame],
    words: Words,
    past: Sequence[tuple[str, Mapping]],
    base: Mapping,
) -> Values:
    """columns: ours -> theirs. counts: per header its different cells (value, count), "no value" included."""
    said = Values()
    for column in contract.columns:
        header = columns.get(column.name)
        if header is None:
            continue
        mine = base.values.get(column.name, {})
        here = counts[header].filter(~pl.col("value").is_in([*mine, *base.missing]))
        cells = without(here, words.missing)
        gone = here.filter(~pl.col("value").is_in(cells["value"].to_list()))["value"].to_list()
        said.missing.update(dict.fromkeys(sorted(cell for cell in gone if not is_ours(column, cell))))
        if column.kind in CHOICES:
            _choices(column, header, cells, words, past, said)
        elif column.kind in ("date", "number", "integer"):
            _texts(column, header, cells, words, past, said)
    for name, mine in base.values.items():
        said.values[name] = {**said.values.get(name, {}), **mine}
    return said


def _choices(
    column: Column,
    header: str,
    cells: pl.DataFrame,
    words: Words,
    past: Sequence[tuple[str, Mapping]],
    said: Values,
) -> None:
    open_cells: list[tuple[str, Meaning | None]] = []
    for cell in cells["value"].head(2_000).to_list():
        if all(is_ours(column, part) for part in parts(column, cell)) and (column.kind != "list" or ";" in cell):
            continue
        if (earlier := _earlier(column.name, cell, past)) is not None:
            _put(said, column, cell, earlier)
            continue
        translated = _translated(column, cell, words)
        if translated is not None:
            if translated != cell:
                _put(said, column, cell, translated)
            continue
        meaning = words.meaning(column.name, column.kind, cell)
        if meaning is None and folded(cell) in words.missing_where_typed:
            _put(said, column, cell, "")
        else:
            open_cells.append((cell, meaning))
    if len(open_cells) > MOST_ASKED:
        said.notes.append(
            f'"{header}" holds {len(open_cells):,} different words that are none of {column.title.lower()}: '
            "it is probably another column."
        )
        return
    said.questions += [_question(column, header, cell, meaning) for cell, meaning in open_cells]


def _texts(
    column: Column,
    header: str,
    cells: pl.DataFrame,
    words: Words,
    past: Sequence[tuple[str, Mapping]],
    said: Values,
) -> None:
    """Texts where a date or a number is expected: the usual ones for "no value" are read so, a few others are asked."""
    like = DATE_LIKE if column.kind == "date" else NUMBER_LIKE
    value = pl.col("value")
    strange = cells.filter(~value.str.contains(like) & value.str.contains(r"\p{L}|^\W*$|^0+[./-]"))
    asked = []
    for cell in strange["value"].head(200).to_list():
        earlier = _earlier(column.name, cell, past)
        if earlier is not None or folded(cell) in words.missing_where_typed:
            _put(said, column, cell, earlier or "")
        elif not any(sign.isdigit() for sign in cell):
            asked.append(cell)
    if len(asked) > MOST_TEXTS:
        said.notes.append(f'"{header}" holds {len(asked):,} different texts where {_expected(column)} is expected.')
    noun = _expected(column)
    for cell in asked[:MOST_TEXTS]:
        text = f'"{header}" says "{cell}" where {noun} is expected. Does it mean that there is none?'
        said.questions.append(
            Question(
                "value",
                column.name,
                header,
                text,
                (("", f"yes, there is no {column.kind}"), (cell, "no, it is a mistake")),
                (cell,),
            )
        )


def known_ids(
    contract: Dataset,
    columns: Dict[str, str],
    counts: Dict[str, pl.DataFrame],
    known: KnownRecords,
    words: Words,
    past: Sequence[tuple[str, Mapping]],
    mapping: Mapping,
    said: Values,
) -> None:
    """Partners and sites that the register calls by other names: which of ours is each of theirs?

    A cell that is the register's name of just one of them means that one; any other is asked, the likeliest first.
    """
    if contract.name == "partners" or not known.sites.height:
        return
    partner = mapping.constants.get("partner_id")
    for name in ("partner_id", "site_id"):
        header = columns.get(name)
        if header is None:
            continue
        register = (
            known.sites
            if partner is None or name == "partner_id"
            else known.sites.filter(pl.col("partner_id") == partner)
        )
        ours = register[name].drop_nulls().unique().sort().to_list()
        taken = mapping.values.get(name, {})
        strange = [
            cell
            for cell in without(counts[header], words.missing)["value"].head(500).to_list()
            if cell not in ours and cell not in taken and cell != "*"
        ]
        if not ours or len(strange) > MOST_ASKED:
            continue
        called = _names(known, name, partner)
        for cell in strange:
            earlier = _earlier(name, cell, past)
            bearing = [one for one, its in called.items() if folded(cell) in its]
            if earlier in ours or len(bearing) == 1:
                _put(said, contract.column(name), cell, str(earlier) if earlier in ours else bearing[0])
                continue
            noun = "partner" if name == "partner_id" else "site"
            likely = {one: max(_likeness(text, cell) for text in (one, *called.get(one, ()))) for one in ours}
            ranked = sorted(ours, key=lambda one: (-likely[one], one))
            choices = [*((one, one) for one in ranked), (cell, f'"{cell}" itself, which the register does not have')]
            text = f'Which {noun} of the register is "{cell}" in "{header}"?'
            said.questions.append(Question("value", name, header, text, tuple(choices), (cell,)))


def _names(known: KnownRecords, name: str, partner: str | None) -> dict[str, set[str]]:
    """{partner or site of the register: what it is called there, folded}; of ``partner``'s sites only, if given."""
    called: dict[str, set[str]] = {}
    for partner_id, partner_name, site_id, site_name in known.names.iter_rows():
        if name == "site_id" and partner not in (None, partner_id):
            continue
        one, its = (partner_id, partner_name) if name == "partner_id" else (site_id, site_name)
        if one and its:
            called.setdefault(one, set()).add(folded(its))
    return called


def _translated(column: Column, cell: str, words: Words) -> str | None:
    """The cell in our words where all of it is certain."""
    ours = []
    for part in parts(column, cell):
        meaning = words.meaning(column.name, column.kind, part)
        if is_ours(column, part):
            ours.append(part)
        elif meaning is not None and meaning.certain:
            ours.append(meaning.ours[0])
        else:
            return None
    return LIST_SEPARATOR.join(ours) if ours else None


def _question(column: Column, header: str, cell: str, meaning: Meaning | None) -> Question:
    allowed = ("yes", "no") if column.kind == "yes_no" else column.allowed
    first = meaning.ours if meaning else ()
    choices = [*first, *(value for value in allowed if value not in first)]
    perhaps = f" Perhaps {' or '.join(_said(one) for one in first)}." if first else ""
    text = f'What does "{cell}" in "{header}" mean for {column.title.lower()}?{perhaps}'
    return Question("value", column.name, header, text, (*((one, _said(one)) for one in choices), NO_VALUE), (cell,))


def _said(value: str) -> str:
    return value.replace("_", " ")


def _earlier(column: str, cell: str, past: Sequence[tuple[str, Mapping]]) -> str | None:
    """What an earlier mapping of the partner says about this cell."""
    for _, mapping in past:
        if cell in mapping.values.get(column, {}):
            return mapping.values[column][cell]
    return None


def _put(said: Values, column: Column, cell: str, ours: str) -> None:
    said.values.setdefault(column.name, {})[cell] = ours


def _expected(column: Column) -> str:
    return {"date": "a date", "number": "a number", "integer": "a whole number"}[column.kind]


def _likeness(one: str, other: str) -> float:
    first, second = sorted((folded(one), folded(other)))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() + (folded(one) in folded(other))
