"""Which of their headers is which column of ours: names, values and earlier mappings weighed, and the best whole found.

Every pair gets a score from 0 to 1; of all ways to give each column at most one header, the one with the highest sum
wins. The order of the file's columns plays no part in it.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass

from kpi.intake.contracts.base import Column, Dataset
from kpi.intake.headers import fold
from kpi.intake.known import KnownRecords
from kpi.intake.mapping_data import Mapping
from kpi.intake.suggest_fit import fit, told_by_values
from kpi.intake.suggest_names import KNOWN_WORD, NOT_NAMED, SAME, SAME_PARTS, Named, named
from kpi.intake.suggest_profile import Profile
from kpi.intake.suggestion_data import Suggestion
from kpi.intake.vocabulary import Words

LEAST = 0.5  # a pair below is not proposed
SURE = 0.85
MARGIN = 0.05  # two candidates this close are not told apart by their scores
LEAST_OTHER = 0.2
MOST_OTHERS = 4
FROM_PAST = 0.99


@dataclass(frozen=True)
class Pair:
    """How well one header fits one column. ``name`` is the score of the name alone."""

    score: float
    name: float
    why: str


def suggest_columns(
    contract: Dataset,
    profiles: Dict[str, Profile],
    words: Words,
    known: KnownRecords,
    past: Sequence[tuple[str, Mapping]],
    base: Mapping,
) -> tuple[Suggestion, ...]:
    """One per column of ours. past: (whose, mapping) of earlier files; base: what a person has chosen already."""
    headers = sorted(profiles)  # so that the order in the file decides nothing
    chosen = {ours: _header(theirs, headers) for ours, theirs in base.columns.items()}
    free = [column for column in contract.columns if column.name not in chosen and column.name not in base.constants]
    left = [header for header in headers if header not in chosen.values()]
    pairs = {
        (column.name, header): _pair(column, profiles[header], contract, words, known, past)
        for column in contract.columns
        for header in headers
    }
    given = assign({name: {h: pairs[name, h].score for h in left} for name in (c.name for c in free)})
    suggestions = []
    for column in contract.columns:
        if column.name in base.constants:
            said = f'"{base.constants[column.name]}" for every row, as chosen'
            suggestions.append(Suggestion(column.name, None, (), said, True))
            continue
        header = chosen.get(column.name) or given.get(column.name)
        taken = set(chosen.values()) | set(given.values())
        others = _others(column, headers, pairs, profiles, header, taken)
        if column.name in chosen:
            suggestions.append(Suggestion(column.name, header, others, "as chosen", header is not None))
        elif header is None:
            suggestions.append(Suggestion(column.name, None, others, "no header like it", False))
        else:
            sure = _sure(column, header, contract, headers, pairs, profiles[header])
            suggestions.append(Suggestion(column.name, header, others, pairs[column.name, header].why, sure))
    return tuple(suggestions)


def assign(scores: Dict[str, Dict[str, float]]) -> dict[str, str]:
    """Ours -> theirs with the highest sum; pairs below LEAST are left out. Deterministic."""
    columns = list(scores)
    headers = sorted({header for row in scores.values() for header in row})
    if not columns or not headers:
        return {}
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    matrix = np.array([[scores[c].get(h, 0.0) for h in headers] for c in columns])
    matrix[matrix < LEAST] = 0.0
    rows, places = linear_sum_assignment(matrix, maximize=True)
    return {
        columns[row]: headers[place] for row, place in zip(rows, places, strict=True) if matrix[row, place] >= LEAST
    }


def _pair(
    column: Column,
    profile: Profile,
    contract: Dataset,
    words: Words,
    known: KnownRecords,
    past: Sequence[tuple[str, Mapping]],
) -> Pair:
    name = _from_past(column, profile.header, past) or named(profile.header, column, words)
    fitting = fit(column, profile, contract, words)
    by_name = name.score * (0.35 + 0.65 * fitting)
    told = told_by_values(column, profile, words, known)
    if told.score > by_name:
        return Pair(told.score, name.score, told.why)
    agreed = 0.02 if told.score and name.score else 0.0
    return Pair(min(1.0, by_name + agreed), name.score, name.why if name.score else "")


def _from_past(column: Column, header: str, past: Sequence[tuple[str, Mapping]]) -> Named | None:
    """What an earlier mapping says: that it is this column, or that it is another one."""
    for whose, mapping in past:
        theirs = mapping.columns.get(column.name)
        if theirs is not None and fold(theirs) == fold(header):
            return Named(FROM_PAST, f"as in the last file of {whose}")
        if any(fold(other) == fold(header) for other in mapping.columns.values()):
            return NOT_NAMED
    return None


def _header(theirs: str, headers: Sequence[str]) -> str | None:
    if theirs in headers:
        return theirs
    alike = [header for header in headers if fold(header) == fold(theirs)]
    return alike[0] if len(alike) == 1 else None


def _others(
    column: Column,
    headers: Sequence[str],
    pairs: Dict[tuple[str, str], Pair],
    profiles: Dict[str, Profile],
    header: str | None,
    taken: set[str | None],
) -> tuple[str, ...]:
    """Further candidates: by score, and for a column of dates or numbers those that hold some and are still free."""

    def weight(other: str) -> float:
        profile = profiles[other]
        looks = {"date": profile.dates, "number": profile.numbers, "integer": profile.wholes}.get(column.kind, 0.0)
        return max(pairs[column.name, other].score, 0.0 if other in taken else 0.4 * looks)

    ranked = sorted((other for other in headers if other != header), key=lambda other: (-weight(other), other))
    return tuple(other for other in ranked if weight(other) >= LEAST_OTHER)[:MOST_OTHERS]


def _sure(
    column: Column,
    header: str,
    contract: Dataset,
    headers: Sequence[str],
    pairs: Dict[tuple[str, str], Pair],
    profile: Profile,
) -> bool:
    """A known name, cells that fit it, and nothing else that could be meant."""
    own = pairs[column.name, header]
    if own.name >= SAME and own.score >= SURE:
        return True
    if own.name < SAME_PARTS or own.score < SURE or not profile.filled:
        return False
    rivals = [pairs[column.name, other].score for other in headers if other != header]
    rivals += [pairs[other, header].score for other in contract.names if other != column.name]
    return own.score - max(rivals, default=0.0) >= MARGIN or own.name > KNOWN_WORD + MARGIN / 2
