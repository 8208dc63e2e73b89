"""Which of our datasets a file of foreign headers most likely is, and whether its headers need a mapping at all."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.intake.contracts import DATASET_NAMES, Dataset, dataset
from kpi.intake.headers import match_headers
from kpi.intake.known import KnownRecords
from kpi.intake.mapping_data import NO_MAPPING
from kpi.intake.suggest_columns import suggest_columns
from kpi.intake.suggest_constants import OFTEN_CONSTANT
from kpi.intake.suggest_profile import Profile, profiles
from kpi.intake.suggestion_data import Suggestion
from kpi.intake.table import TextTable
from kpi.intake.vocabulary import words_of

REQUIRED_WEIGHT = 0.65  # the rest is for how much of the file is understood
UNSURE_WEIGHT = 0.7
LOOKED_AT = 5_000  # records: enough to tell what a file is
MOST_HEADERS = 120  # compared with all our columns, which takes long; a wider file that stays unclear is asked about


def needs_mapping(headers: Sequence[str], contract: Dataset) -> bool:
    """Whether something about these headers would be refused without a mapping."""
    return bool(match_headers(list(headers), contract, NO_MAPPING).faults)


def dataset_scores(table: TextTable, known: KnownRecords) -> tuple[tuple[str, float, str], ...]:
    """Every dataset with a score (0..1) and a phrase that says why, best first.

    1.0 is a file whose headers are our own. What counts are the required columns found and the headers understood;
    partner and site do not count: every dataset has them.
    """
    first = table.cells.columns[:MOST_HEADERS]
    head = TextTable(
        table.cells.select(first).head(LOOKED_AT),
        table.rows.head(LOOKED_AT),
        table.reading,
        {header: kinds.head(LOOKED_AT) for header, kinds in table.typed.items() if header in first},
    )
    counted: dict[tuple[frozenset[str], frozenset[str]], dict[str, Profile]] = {}
    headers = table.cells.columns
    scored = [(name, *_score(head, headers, dataset(name), known, counted)) for name in DATASET_NAMES]
    return tuple(sorted(scored, key=lambda one: (-one[1], DATASET_NAMES.index(one[0]))))


def _score(
    table: TextTable,
    headers: Sequence[str],
    contract: Dataset,
    known: KnownRecords,
    counted: dict[tuple[frozenset[str], frozenset[str]], dict[str, Profile]],
) -> tuple[float, str]:
    """headers: all of the file's, of which the table has the first.

    counted: the table's profiles by the texts for "no value"; the datasets mostly have the same ones.
    """
    if not needs_mapping(headers, contract):
        return 1.0, f"its headers are those of {contract.title.lower()}"
    words = words_of(contract)
    nothing = words.missing, words.missing_where_typed
    if nothing not in counted:
        counted[nothing] = profiles(table, words)
    suggested = suggest_columns(contract, counted[nothing], words, known, (), NO_MAPPING)
    own = [one for one in suggested if one.column not in OFTEN_CONSTANT]
    required = [one for one in own if one.column in contract.required]
    found = [one for one in own if one.header is not None]
    needed = [one for one in required if one.header is not None]
    understood = sum(one.header is not None for one in suggested)
    score = REQUIRED_WEIGHT * _weight(needed) / len(required) if required else 0.0
    score += (1 - REQUIRED_WEIGHT) * _weight(found) / max(len(headers), 1)
    said = f"{len(needed)} of {len(required)} required columns found, {understood} of {len(headers)} headers understood"
    return round(min(score, 0.99), 3), said


def _weight(suggestions: list[Suggestion]) -> float:
    return sum(1.0 if one.sure else UNSURE_WEIGHT for one in suggestions)
