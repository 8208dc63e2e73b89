"""The small language of a definition's conditions: fields, values, comparisons, and, or, not.

It is a part of SQL, cut down to what can't do harm (no sub-queries, no function outside a short list), so that a
definition can be compiled into one statement. DuckDB itself then checks grammar and types against empty records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import duckdb

FUNCTIONS = frozenset({"abs", "least", "greatest", "coalesce"})
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "null", "between", "true", "false"})
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*')|(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z_][a-z0-9_]*)|(?P<sign><=|>=|<>|!=|[=<>+\-*/(),]))"
)


def fill_parameters(expression: str, parameters: Mapping[str, float]) -> str:
    """Put the definition's settings into ``{name}`` places. Raises KeyError for a setting that is not there."""
    return re.sub(r"\{(\w+)\}", lambda found: f"{parameters[found.group(1)]:g}", expression)


def words(*expressions: str) -> set[str]:
    """Every name that stands in the expressions, outside quoted texts: fields, keywords and functions alike."""
    found = (token.group("name") for expression in expressions for token in _TOKEN.finditer(expression))
    return {name for name in found if name}


def unknown_words(expression: str, fields: Iterable[str]) -> list[str]:
    """Words and signs in ``expression`` that are no field, value, keyword or allowed function."""
    known = KEYWORDS | FUNCTIONS | set(fields)
    strange: list[str] = []
    position = 0
    text = expression.rstrip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            return [*strange, text[position:].strip().split()[0]]
        if token.group("name") and token.group("name") not in known:
            strange.append(token.group("name"))
        position = token.end()
    return strange


class ExpressionChecker:
    """Binds expressions against empty records of each dataset; keeps one in-memory DuckDB for all of them."""

    def __init__(self, fields: Mapping[str, Mapping[str, str]]) -> None:
        self._fields = fields
        self._duckdb = duckdb.connect(":memory:")
        for dataset, columns in fields.items():
            listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            self._duckdb.execute(f'CREATE TABLE "{dataset}" ({listed})')

    def problem(self, dataset: str, expression: str, expected: tuple[str, ...]) -> str | None:
        """Why ``expression`` can't be used on ``dataset``, or None. ``expected`` are the type names it may yield."""
        strange = unknown_words(expression, self._fields[dataset])
        if strange:
            known = ", ".join(self._fields[dataset])
            return f"{strange[0]!r} is not a field of {dataset}; its fields are {known}"
        try:
            described = self._duckdb.execute(f'DESCRIBE SELECT ({expression}) AS it FROM "{dataset}"').fetchone()
        except duckdb.Error as error:
            return f"{expression!r} can't be read: {str(error).splitlines()[0]}"
        kind = described[1] if described else "nothing"
        if kind.split("(")[0] not in expected:
            return f"{expression!r} gives {kind}, where {' or '.join(expected)} is needed"
        return None

    def close(self) -> None:
        self._duckdb.close()
