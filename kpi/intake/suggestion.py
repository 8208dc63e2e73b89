"""Proposing a mapping for a partner's own file: the columns, how it writes dates and numbers, what its words mean.

The values decide, or a person does: whatever the file leaves open becomes a question, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi.errors import InputRefused
from kpi.intake.contracts.base import Dataset
from kpi.intake.known import KnownRecords
from kpi.intake.mapping import parse_mapping
from kpi.intake.mapping_data import NO_MAPPING, Mapping
from kpi.intake.saved import SavedMapping
from kpi.intake.suggest_answers import answered
from kpi.intake.suggest_columns import suggest_columns
from kpi.intake.suggest_datasets import dataset_scores, needs_mapping
from kpi.intake.suggest_encodings import EncodingChoice, encoding_choices
from kpi.intake.suggest_preview import Preview, preview
from kpi.intake.suggest_profile import profiles
from kpi.intake.suggestion_data import Proposal, Question, Suggestion
from kpi.intake.table import TextTable
from kpi.intake.vocabulary import words_of

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
    mapping = replace(base, columns={**columns, **base.columns})
    unused = tuple(header for header in table.cells.columns if header not in columns.values())
    return Proposal(mapping, suggestions, (), unused, ())


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
