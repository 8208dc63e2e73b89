"""How contracts are written: pandera fields with their own help, and rules with their own wording."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandera.polars as pa
import polars as pl

from kpi.intake.contracts.base import Column, Dataset, Kind, Rule

RULE = "rule"
# pandera keeps the whole mask of a check whatever this is; copying every failing row would only cost time.
ONE_CASE = 1


class Contract(pa.DataFrameModel):
    """What all contracts share: exactly these columns, nothing coerced (casting is done before, per cell)."""

    class Config:
        strict = True
        coerce = False


def _field(
    kind: Kind,
    title: str,
    help: str,
    *,
    example: str = "",
    required: bool = False,
    unit: str = "",
    allowed: tuple[str, ...] = (),
    allowed_text: str = "",
    range_text: str = "",
    future: bool = False,
    **checks: Any,
) -> Any:
    facts = {
        "kind": kind,
        "unit": unit,
        "allowed": allowed,
        "allowed_text": allowed_text,
        "range_text": range_text,
        "example": example,
        "future_allowed": future,
    }
    return pa.Field(
        nullable=not required,
        title=title,
        description=help,
        metadata=facts,
        n_failure_cases=ONE_CASE,
        **checks,
    )


def id_field(title: str, help: str, **facts: Any) -> Any:
    return _field("id", title, help, **facts)


def text_field(title: str, help: str, **facts: Any) -> Any:
    return _field("text", title, help, **facts)


def date_field(title: str, help: str, **facts: Any) -> Any:
    """A date; ``future=True`` where a date later than the upload day makes sense."""
    return _field("date", title, help, **facts)


def integer_field(title: str, help: str, **facts: Any) -> Any:
    return _field("integer", title, help, range_text="0 or more", ge=0, **facts)


def quantity_field(title: str, help: str, **facts: Any) -> Any:
    return _field("number", title, help, range_text="0 or more", ge=0.0, **facts)


def positive_field(title: str, help: str, **facts: Any) -> Any:
    return _field("number", title, help, range_text="more than 0", gt=0.0, **facts)


def choice_field(title: str, help: str, allowed: tuple[str, ...], **facts: Any) -> Any:
    return _field("choice", title, help, allowed=allowed, isin=list(allowed), **facts)


def list_field(title: str, help: str, allowed: tuple[str, ...], **facts: Any) -> Any:
    return _field("list", title, help, allowed=allowed, **facts)


def yes_no_field(title: str, help: str, **facts: Any) -> Any:
    return _field("yes_no", title, help, **facts)


def rule(
    *columns: str, problem: str, allowed: str = "", action: str = "Correct the row", severity: str = "error"
) -> Callable[[Callable[[Any], pl.Expr]], Any]:
    """Turns a method that returns "this row is right" into a named pandera check with our own wording.

    A row where the expression is null (a value is missing) is right: what is missing is another rule's
    business.
    """

    def decorate(expression: Callable[[Any], pl.Expr]) -> Any:
        code = expression.__name__
        wording = Rule(code, columns, problem, allowed, action, severity)  # type: ignore[arg-type]

        def check(cls: Any, data: pa.PolarsData) -> pl.LazyFrame:
            return data.lazyframe.select(expression(cls).fill_null(True))

        check.__name__ = code
        return pa.dataframe_check(
            name=code,
            description=expression.__doc__ or problem,
            statistics={RULE: wording},
            n_failure_cases=ONE_CASE,
        )(check)

    return decorate


def dataset_of(model: type[Contract], *, name: str, title: str, one_row_is: str, key: tuple[str, ...]) -> Dataset:
    """Reads a contract back as plain data."""
    schema = model.to_schema()
    return Dataset(
        name=name,
        title=title,
        one_row_is=one_row_is,
        key=key,
        columns=tuple(_column(column) for column in schema.columns.values()),
        rules=tuple(check.statistics[RULE] for check in schema.checks),
        model=model,
    )


def _column(field: Any) -> Column:
    return Column(
        name=field.name,
        title=field.title,
        help=field.description,
        required=not field.nullable,
        **field.metadata,
    )
