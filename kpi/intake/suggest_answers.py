"""Answers to the questions of a proposal, put into its mapping."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import replace

from kpi.errors import UsageError
from kpi.intake.mapping_data import Mapping
from kpi.intake.number_signs import OTHER_SIGN
from kpi.intake.suggestion_data import Proposal, Question


def answered(proposal: Proposal, answers: Dict[str, str]) -> Mapping:
    """The proposal's mapping with these answers (key of a question -> value of one of its choices).

    Questions without an answer stay open. A new column brings cells that nobody has looked at: propose again with the
    result as ``base``. Raises UsageError for a key that is no question's, or a value that is none of its choices.
    """
    by_key = {question.key: question for question in proposal.questions}
    mapping = proposal.mapping
    for key, value in answers.items():
        question = by_key.get(key)
        if question is None:
            raise UsageError(f'"{key}" is not a question about this file. Open are: {", ".join(by_key) or "none"}.')
        if value not in [choice for choice, _ in question.choices]:
            allowed = ", ".join(f'"{choice}"' for choice, _ in question.choices)
            raise UsageError(f'"{value}" is no answer to: {question.text} Allowed: {allowed}.')
        mapping = _with(mapping, question, value)
    return mapping


def _with(mapping: Mapping, question: Question, value: str) -> Mapping:
    column = question.column
    if question.kind == "date order":
        if not column:
            return replace(mapping, date_format=value)
        return replace(mapping, dates={**mapping.dates, column: value})
    if question.kind == "decimal sign":
        return replace(mapping, decimal=value, thousands=OTHER_SIGN[value])
    if question.kind == "column":
        return replace(mapping, columns={**mapping.columns, column: value})
    if question.kind == "constant":
        kept = {ours: theirs for ours, theirs in mapping.columns.items() if ours != column}
        return replace(mapping, columns=kept, constants={**mapping.constants, column: value})
    theirs = question.examples[0]
    pairs = dict(mapping.values.get(column, {}))
    if value != theirs:  # else the cell stays as it is
        pairs[theirs] = value
    return replace(mapping, values={**mapping.values, column: pairs} if pairs else mapping.values)
