"""Required columns that the file does not have: one value for every row, or a header that only a person recognises."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence

import polars as pl

from kpi.intake.contracts.base import Column, Dataset
from kpi.intake.known import KnownRecords
from kpi.intake.mapping_data import Mapping
from kpi.intake.saved import EVERY_PARTNER
from kpi.intake.suggest_profile import Profile
from kpi.intake.suggestion_data import Question, Suggestion

OFTEN_CONSTANT = ("partner_id", "site_id")  # in every dataset, and often in none of a file's columns
MOST_OFFERED = 60
LEAST_ALIKE = 0.5  # of the cells look like what the column holds
SHOWN_VALUES = 3


def missing_columns(
    contract: Dataset,
    suggestions: Sequence[Suggestion],
    profiles: Dict[str, Profile],
    known: KnownRecords,
    past: Sequence[tuple[str, Mapping]],
    mapping: Mapping,
) -> list[Question]:
    """A question per required column without a source, in contract order; columns with a constant are not asked."""
    questions = []
    by_name = {one.column: one for one in suggestions}
    for column in contract.columns:
        if not column.required or column.name in mapping.columns or column.name in mapping.constants:
            continue
        question = None
        if column.name == "partner_id":
            question = _partner(column, by_name, profiles, known, past)
        elif column.name == "site_id" and contract.name != "partners":
            question = _site(column, known, mapping)
        elif column.kind == "choice":
            text = f"No header stands for {column.title}. Which is it, for every row?"
            question = Question(
                "constant", column.name, None, text, tuple((v, v.replace("_", " ")) for v in column.allowed), ()
            )
        question = question or _header(column, by_name[column.name], profiles, mapping)
        if question is not None:
            questions.append(question)
    return questions


def _partner(
    column: Column,
    suggestions: Dict[str, Suggestion],
    profiles: Dict[str, Profile],
    known: KnownRecords,
    past: Sequence[tuple[str, Mapping]],
) -> Question | None:
    """The register's partners, first the one whose sites and lots stand in the file."""
    partners = known.sites["partner_id"].drop_nulls().unique().sort().to_list()
    if not partners:
        return None
    points = dict.fromkeys(partners, 0.0)
    for name, frame, ours in (
        ("site_id", known.sites, "site_id"),
        ("batch_id", known.batches, "batch_id"),
        ("repeat_of", known.findings, "finding_id"),
    ):
        header = suggestions[name].header if name in suggestions else None
        if header is not None:
            for partner in partners:
                mine = frame.filter(pl.col("partner_id") == partner)[ours].drop_nulls().unique()
                points[partner] += profiles[header].share(mine)
    for whose, mapping in past:
        said = mapping.constants.get("partner_id", whose)
        if said in points and whose != EVERY_PARTNER:
            points[said] += 0.1
    ranked = sorted(partners, key=lambda one: (-points[one], one))
    choices = tuple((one, f"{one}, whose sites or lots are in it" if points[one] > 0.1 else one) for one in ranked)
    text = "No header says whose file it is. Which partner is it, for every row?"
    return Question("constant", column.name, None, text, choices, ())


def _site(column: Column, known: KnownRecords, mapping: Mapping) -> Question | None:
    """The partner's sites; those of every partner while it is not known which one it is."""
    partner = mapping.constants.get("partner_id")
    sites = known.sites if partner is None else known.sites.filter(pl.col("partner_id") == partner)
    pairs = sites.drop_nulls().unique().sort("partner_id", "site_id").rows()[:MOST_OFFERED]
    if not pairs:
        return None
    labels: dict[str, list[str]] = {}
    for whose, site in pairs:
        labels.setdefault(site, []).append(whose)
    choices = tuple((site, site if partner else f"{site} ({', '.join(whose)})") for site, whose in labels.items())
    text = "No header says which site it is. Which one, for every row?"
    return Question("constant", column.name, None, text, choices, ())


def _header(column: Column, suggestion: Suggestion, profiles: Dict[str, Profile], mapping: Mapping) -> Question | None:
    """Headers whose cells could be this column's, the likeliest first, each with some of its values.

    A date may stand for two of ours, so those in use are offered too; anything else only where it is free. None where
    the file has no such column.
    """
    used = {theirs: ours for ours, theirs in mapping.columns.items()}
    possible = [name for name, profile in profiles.items() if _possible(column, profile)]
    free = [name for name in possible if name not in used or column.kind == "date"]
    free.sort(key=lambda name: name in used)
    ranked = [header for header in suggestion.others if header in free]
    ranked += [header for header in free if header not in ranked]
    choices = tuple(
        (header, _with_values(header, profiles[header], used.get(header))) for header in ranked[:MOST_OFFERED]
    )
    text = f"No header stands for {column.title}. Which column of the file is it? {column.help}"
    if column.name in OFTEN_CONSTANT:
        text += " Where there is none, give one value for every row instead."
    return Question("column", column.name, None, text, choices, ()) if choices else None


def _possible(column: Column, profile: Profile) -> bool:
    if column.kind == "date":
        return profile.dates >= LEAST_ALIKE
    if column.kind in ("number", "integer"):
        return profile.numbers >= LEAST_ALIKE
    fractions = profile.numbers - profile.wholes
    return profile.filled > 0 and profile.dates < LEAST_ALIKE and fractions < LEAST_ALIKE


def _with_values(header: str, profile: Profile, ours: str | None) -> str:
    values = ", ".join(profile.examples[:SHOWN_VALUES])
    also = f", also {ours}" if ours else ""
    return f"{header} ({values}{also})" if values else header
