"""Runs a dataset's pandera contract over cast columns and words what it finds.

pandera says which rows fail which named check; the sentence is ours. A finding about a row is dropped where one of the
cells that the rule is about is bad already, so that one mistake is told once.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from kpi.intake.contracts.base import Column, Dataset, Rule
from kpi.intake.places import CELL, Places, plain_number

NULLS = "not_nullable"
ROWS_AT_ONCE = 500_000
NO_VALUE = 'means "no value" by the mapping, but one is needed here'


def contract_findings(
    dataset: Dataset,
    records: pl.DataFrame,
    bad: dict[str, pl.Series],
    places: Places,
    progress: Callable[[float], None] = lambda share: None,
) -> list[pl.DataFrame]:
    """Findings of the contract. ``bad`` (column -> mask of bad cells) is added to, column by column."""
    columns, rules = _failures(dataset, records, progress)
    said = []
    for column, check, mask in columns:
        mask = mask & ~bad[column.name]
        said.append(_cell_findings(column, check, mask, places))
        bad[column.name] = bad[column.name] | mask
    for rule, mask in rules:
        for name in rule.columns:
            mask = mask & ~bad[name]
        said.append(_rule_findings(rule, mask, records, places))
    return said


def _failures(
    dataset: Dataset, records: pl.DataFrame, progress: Callable[[float], None]
) -> tuple[list[tuple[Column, str, pl.Series]], list[tuple[Rule, pl.Series]]]:
    """What failed: (column, check name, mask) and (rule, mask), in the order of the contract.

    Every check looks at one row alone, so the records are checked slice by slice.
    """
    masks: dict[tuple[int, int], dict[int, pl.Series]] = {}  # (column or rule, which check) -> start of slice -> mask
    names: dict[tuple[int, int], str] = {}
    slices = range(0, records.height, ROWS_AT_ONCE)
    for start in slices:
        for place, name, mask in _failures_of(dataset, records.slice(start, ROWS_AT_ONCE)):
            masks.setdefault(place, {})[start] = mask
            names[place] = name
        progress(min(1.0, (start + ROWS_AT_ONCE) / records.height))
    whole = {place: _joined(found, slices, records.height) for place, found in sorted(masks.items())}
    width = len(dataset.columns)
    return (
        [(dataset.columns[at], names[at, order], mask) for (at, order), mask in whole.items() if at < width],
        [(dataset.rules[order], mask) for (at, order), mask in whole.items() if at == width],
    )


def _joined(found: dict[int, pl.Series], slices: range, height: int) -> pl.Series:
    """One mask from those of the slices in which a check failed."""
    return pl.concat(
        [
            found[start] if start in found else pl.repeat(False, min(slices.step, height - start), eager=True)
            for start in slices
        ]
    )


def _failures_of(dataset: Dataset, records: pl.DataFrame) -> list[tuple[tuple[int, int], str, pl.Series]]:
    """(which column or, behind them, the rules; which check), its name, the mask of rows that fail.

    Any other complaint of pandera's is a defect and is raised.
    """
    import pandera.errors

    from kpi.intake.contracts.fields import RULE

    failed: list[tuple[tuple[int, int], str, pl.Series]] = []
    try:
        dataset.model.validate(records, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            if not isinstance(error.check_output, pl.DataFrame):
                raise
            mask = ~error.check_output.to_series()
            wording = getattr(error.check, "statistics", None) or {}
            if RULE in wording:
                failed.append(((len(dataset.columns), dataset.rules.index(wording[RULE])), "", mask))
            else:
                check = NULLS if error.check == NULLS else error.check.name
                failed.append(((dataset.names.index(error.schema.name), int(check != NULLS)), check, mask))
    return failed


def _cell_findings(column: Column, check: str, mask: pl.Series, places: Places) -> pl.DataFrame:
    if check == NULLS:
        return places.where(
            mask,
            column.name,
            "value_missing",
            pl.when(pl.col(CELL).is_not_null()).then(pl.lit(NO_VALUE)).otherwise(pl.lit("is empty")),
            column.allows,
            "fill in the cell",
        )
    if check == "isin":
        return places.where(
            mask,
            column.name,
            "not_allowed",
            "is not an allowed value",
            column.allows,
            "use an allowed value, or say in the mapping what this one means",
        )
    return places.where(
        mask, column.name, "out_of_range", f"is not {column.range_text}", column.range_text, "correct the number"
    )


def _rule_findings(rule: Rule, mask: pl.Series, records: pl.DataFrame, places: Places) -> pl.DataFrame:
    return places.where(
        mask,
        rule.columns[0],
        rule.code,
        _filled(rule.problem, records),
        rule.allowed,
        rule.action,
        frame=records,
        severity=rule.severity,
    )


def _filled(problem: str, records: pl.DataFrame) -> pl.Expr:
    """The sentence with each {column} replaced by the row's own value."""
    parts: list[pl.Expr] = []
    for piece in problem.replace("}", "{").split("{"):
        if piece not in records.columns:
            parts.append(pl.lit(piece))
        elif records.schema[piece] == pl.Float64:
            parts.append(plain_number(pl.col(piece)))
        else:
            parts.append(pl.col(piece).cast(pl.String))
    return pl.concat_str([part.fill_null("empty") for part in parts])
