"""Proposing a mapping for a partner's own file: the columns, how it writes dates and numbers, what its words mean.

The values decide, or a person does: whatever the file leaves open becomes a question, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from kpi.errors import InputRefused
from kpi.intake.contracts.base import Dataset
from kpi.intake.known import KnownRecords
from kpi.intake.mapping import parse_mapping
from kpi.intake.mapping_data import NO_MAPPING, Mapping
from kpi.intake.saved import SavedMapping
from kpi.intake.suggest_answers import answered
from kpi.intake.suggest_columns import suggest_columns
from kpi.intake.suggest_constants import missing_columns
from kpi.intake.suggest_datasets import dataset_scores, needs_mapping
from kpi.intake.suggest_dates import suggest_dates
from kpi.intake.suggest_encodings import EncodingChoice, encoding_choices
from kpi.intake.suggest_numbers import suggest_numbers
from kpi.intake.suggest_preview import Preview, preview
from kpi.intake.suggest_profile import Profile, counted, profiles
from kpi.intake.suggest_values import Values, known_ids, suggest_values
from kpi.intake.suggestion_data import Proposal, Question, Suggestion
from kpi.intake.table import TextTable
from kpi.intake.translate import NATIVE
from kpi.intake.vocabulary import words_of

MOSTLY = 0.9  # of a column's cells look like numbers

__all__ = [
    "EncodingChoice",
    "Preview",
    "Proposal",
    "Question",
    "Suggestion",
    "answered",
    "dataset_scores",
    "encoding_choices",
    "needs_mapping",
    "preview",
    "propose",
]


def propose(
    table: TextTable,
    contract: Dataset,
    *,
    known: KnownRecords,
    past: Sequence[SavedMapping] = (),
    base: Mapping = NO_MAPPING,
) -> Proposal:
    """What the file seems to say. past: earlier mappings of this partner; base: what a person has chosen already.

    ``base`` is kept as it is and completed: nothing in it is questioned. The mapping proposed names every column that
    has a suggestion, sure or not.
    """
    words = words_of(contract)
    found = profiles(table, words)
    earlier = _earlier(past, contract)
    suggestions = suggest_columns(contract, found, words, known, earlier, base)
    columns = {one.column: one.header for one in suggestions if one.header is not None}
    ours_already = not base.columns and not needs_mapping(table.cells.columns, contract)
    everything = {header: found[header].every for header in columns.values()}

    said = suggest_values(contract, columns, everything, words, earlier, base)
    dates = suggest_dates(_text_cells(table, found, contract, columns, "date", said), words, base)
    numbers = suggest_numbers(
        _text_cells(table, found, contract, columns, "number", said), _others(found, columns), base
    )
    mapping = replace(
        base,
        columns={} if ours_already else {**columns, **base.columns},
        date_format=dates.date_format,
        dates=dates.dates,
        decimal=numbers.decimal,
        thousands=numbers.thousands,
        missing=tuple(dict.fromkeys([*base.missing, *said.missing])),
        values=said.values,
        replace={**dates.replace, **base.replace},
    )
    known_ids(contract, columns, everything, known, words, earlier, mapping, said)
    absent = missing_columns(contract, suggestions, found, known, earlier, replace(mapping, columns=columns))
    return Proposal(
        replace(mapping, values=said.values),
        suggestions,
        (*absent, *dates.questions, *numbers.questions, *said.questions),
        tuple(header for header in table.cells.columns if header not in columns.values()),
        (*dates.notes, *numbers.notes, *said.notes),
    )


def _text_cells(
    table: TextTable,
    found: Dict[str, Profile],
    contract: Dataset,
    columns: Dict[str, str],
    native: str,
    said: Values,
) -> dict[str, tuple[str, pl.DataFrame]]:
    """Per column of ours of this kind: its header, and the different cells that are no real dates or numbers.

    Cells whose meaning is settled already ("no value") are left out.
    """
    chosen = {}
    for column in contract.columns:
        header = columns.get(column.name)
        if header is None or NATIVE.get(column.kind) != native:
            continue
        cells = found[header].every
        if header in table.typed:
            cells = counted(table.cells[header].filter((table.typed[header] != native).fill_null(True)))
        settled = [*said.missing, *said.values.get(column.name, {})]
        chosen[column.name] = header, cells.filter(~pl.col("value").is_in(settled)) if settled else cells
    return chosen


def _others(found: Dict[str, Profile], columns: Dict[str, str]) -> list[tuple[str, pl.DataFrame]]:
    """Columns of numbers that stand for none of ours, by name."""
    free = sorted(set(found) - set(columns.values()))
    numeric = [name for name in free if found[name].numbers >= MOSTLY and "number" not in found[name].real]
    return [(name, found[name].counts) for name in numeric]


def _earlier(past: Sequence[SavedMapping], contract: Dataset) -> list[tuple[str, Mapping]]:
    """Whose and what, newest first; a text that this release cannot read any more is left out."""
    read = []
    for saved in sorted(past, key=lambda one: -one.version):
        if saved.dataset != contract.name:
            continue
        try:
            read.append((saved.partner_id, parse_mapping(saved.mapping_text, contract)))
        except InputRefused:
            continue
    return read
