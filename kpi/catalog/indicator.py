"""One definition file → one ``Indicator``, with every mistake in it named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from kpi.catalog.expressions import ExpressionChecker, fill_parameters
from kpi.catalog.model import BETTER, CHARTS, GRAINS, KINDS, UNITS, Indicator, Measure, State

NUMBER = ("BIGINT", "DOUBLE", "INTEGER", "DECIMAL", "HUGEINT")
TEXTS = ("id", "name", "category", "sentence", "why", "kind", "unit", "better", "chart", "source", "owner")
OPTIONAL = ("caveat", "target", "limit", "centre", "scale", "split_by", "parameters", "headline")
# Which parts each kind is made of; a file must have exactly these.
PARTS = {
    "proportion": ("numerator", "denominator"),
    "rate": ("numerator", "denominator"),
    "ratio": ("numerator", "denominator"),
    "median": ("values",),
    "snapshot": ("state",),
}
AMOUNTS = ("sum", "count_if", "count_distinct", "days")
ALL_PARTS = ("numerator", "denominator", "values", "state")


def read_indicator(
    path: Path,
    table: Mapping[str, Any],
    categories: list[str],
    fields: Mapping[str, Mapping[str, str]],
    checker: ExpressionChecker,
    mistakes: list[str],
) -> Indicator | None:
    """Build the indicator of ``path``; append a line to ``mistakes`` for each thing that is wrong."""
    _check_texts(path, table, categories, mistakes)
    _check_numbers(table, mistakes)
    _check_targets(table, mistakes)
    parts = _read_parts(table, fields, checker, mistakes)
    if mistakes:
        return None
    return Indicator(
        **{name: table[name] for name in (*TEXTS, "version", "order", "decimals", "minimum_n", "review_by")},
        headline=table.get("headline", False),
        caveat=table.get("caveat", ""),
        grains=tuple(table["grains"]),
        target=_as_float(table.get("target")),
        limit=_as_float(table.get("limit")),
        centre=_as_float(table.get("centre")),
        scale=float(table.get("scale", 1.0)),
        split_by=table.get("split_by", ""),
        parameters=tuple(table.get("parameters", {}).items()),
        file=f"indicators/{path.name}",
        **cast(dict[str, Any], parts),
    )


def _check_texts(path: Path, table: Mapping[str, Any], categories: list[str], mistakes: list[str]) -> None:
    for name in TEXTS:
        if not isinstance(table.get(name), str) or not table[name].strip():
            mistakes.append(f"{name} is missing or not a text")
    if table.get("id") not in (None, path.stem):
        mistakes.append(f"id is {table['id']!r}; it must be the file's name, {path.stem!r}")
    closed = {"kind": KINDS, "better": BETTER, "chart": CHARTS, "unit": UNITS, "category": tuple(categories)}
    for name, allowed in closed.items():
        if isinstance(table.get(name), str) and table[name] not in allowed:
            mistakes.append(f"{name} is {table[name]!r}; allowed are {', '.join(allowed)}")
    known = {
        *TEXTS,
        *OPTIONAL,
        *ALL_PARTS,
        "version",
        "order",
        "decimals",
        "minimum_n",
        "review_by",
        "grains",
    }
    mistakes.extend(f"{name!r} is not a known entry" for name in table if name not in known)


def _check_numbers(table: Mapping[str, Any], mistakes: list[str]) -> None:
    for name, least in (("version", 1), ("order", 0), ("decimals", 0), ("minimum_n", 0)):
        value = table.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            mistakes.append(f"{name} is {value!r}; it must be a whole number from {least} up")
    if not isinstance(table.get("review_by"), date):
        mistakes.append("review_by must be a date, written 2027-09-30")
    grains = table.get("grains")
    if not isinstance(grains, list) or not grains or any(grain not in GRAINS for grain in grains):
        mistakes.append(f"grains is {grains!r}; it must list one or more of {', '.join(GRAINS)}")
    for name, value in table.get("parameters", {}).items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            mistakes.append(f"parameters.{name} is {value!r}; it must be a number")


def _check_targets(table: Mapping[str, Any], mistakes: list[str]) -> None:
    target, limit, centre = (table.get(name) for name in ("target", "limit", "centre"))
    for name, value in (
        ("target", target),
        ("limit", limit),
        ("centre", centre),
        ("scale", table.get("scale")),
    ):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            mistakes.append(f"{name} is {value!r}; it must be a number")
            return
    if table.get("better") == "band" and centre is None:
        mistakes.append("better is 'band', so centre must say around which value the band lies")
    if table.get("kind") == "proportion" and any(v is not None and not 0 <= v <= 1 for v in (target, limit)):
        mistakes.append("target and limit of a proportion lie between 0 and 1: write 95 % as 0.95")
    if target is not None and limit is not None:
        wrong = limit < target if table.get("better") == "lower" else limit > target
        if wrong:
            mistakes.append(f"limit {limit} lies on the better side of target {target}")


def _read_parts(
    table: Mapping[str, Any],
    fields: Mapping[str, Mapping[str, str]],
    checker: ExpressionChecker,
    mistakes: list[str],
) -> dict[str, Measure | State]:
    wanted = PARTS.get(str(table.get("kind")), ())
    mistakes.extend(
        f"[{name}] does not belong to a {table.get('kind')}"
        for name in ALL_PARTS
        if wanted and name in table and name not in wanted
    )
    parts: dict[str, Measure | State] = {}
    parameters = table.get("parameters", {})
    base: Measure | None = None
    for name in sorted(wanted):  # the denominator comes first: a numerator may be a part of it
        if not isinstance(table.get(name), dict):
            mistakes.append(f"[{name}] is missing; a {table['kind']} needs {' and '.join(wanted)}")
            continue
        part = _PartReader(name, table[name], parameters, fields, checker, mistakes)
        built = part.state() if name == "state" else part.measure(base)
        if built is not None:
            parts[name] = built
            base = built if isinstance(built, Measure) else None
    return parts


class _PartReader:
    """Reads one table of a definition: [numerator], [denominator], [values] or [state]."""

    def __init__(
        self,
        name: str,
        table: Mapping[str, Any],
        parameters: Mapping[str, float],
        fields: Mapping[str, Mapping[str, str]],
        checker: ExpressionChecker,
        mistakes: list[str],
    ) -> None:
        self.name, self.table, self.parameters = name, table, parameters
        self.fields, self.checker, self.mistakes = fields, checker, mistakes

    def measure(self, base: Measure | None) -> Measure | None:
        """A measure; without a dataset of its own it counts among the records of ``base``."""
        before = len(self.mistakes)
        self._refuse_unknown(("text", "dataset", "month_of", "where", *AMOUNTS))
        own = "dataset" in self.table or base is None
        dataset = self._dataset() if own else base.dataset if base else ""
        month_of = str(self.table.get("month_of", "")) if own else base.month_of if base else ""
        if dataset and self.fields[dataset].get(month_of) != "DATE":
            dates = [name for name, kind in self.fields[dataset].items() if kind == "DATE"]
            self._wrong(f"month_of is {month_of!r}; the dates of {dataset} are {', '.join(dates)}")
        where = self._expression("where", dataset, ("BOOLEAN",))
        if not own and base is not None and base.where:
            where = f"({base.where}) and ({where})" if where else base.where
        amount, of = self._amount(dataset)
        text = self._text()
        if len(self.mistakes) > before:
            return None
        return Measure(text, dataset, month_of, where, amount, of)

    def state(self) -> State | None:
        before = len(self.mistakes)
        self._refuse_unknown(("text", "dataset", "where", "starts", "ends"))
        dataset = self._dataset()
        where = self._expression("where", dataset, ("BOOLEAN",))
        starts, ends = (self._expression(name, dataset, ("DATE",), needed=True) for name in ("starts", "ends"))
        text = self._text()
        if len(self.mistakes) > before:
            return None
        return State(text, dataset, where, starts, ends)

    def _amount(self, dataset: str) -> tuple[str, str]:
        stated = [name for name in AMOUNTS if name in self.table]
        if (self.name == "values") != (stated == ["days"]) or len(stated) > 1:
            self._wrong("needs days = …" if self.name == "values" else f"takes one of {', '.join(AMOUNTS[:-1])}")
            return "count", ""
        if not stated:
            return "count", ""
        types = {"count_if": ("BOOLEAN",), "count_distinct": ("VARCHAR",)}.get(stated[0], NUMBER)
        return stated[0], self._expression(stated[0], dataset, types)

    def _dataset(self) -> str:
        dataset = self.table.get("dataset")
        if dataset in self.fields:
            return str(dataset)
        self._wrong(f"dataset is {dataset!r}; the datasets are {', '.join(self.fields)}")
        return ""

    def _expression(self, name: str, dataset: str, types: tuple[str, ...], needed: bool = False) -> str:
        written = self.table.get(name, "")
        if not written and not needed:
            return ""
        if not isinstance(written, str) or not written.strip():
            self._wrong(f"{name} must be written out")
            return ""
        try:
            expression = fill_parameters(written, self.parameters)
        except KeyError as missing:
            self._wrong(f"{name} uses {{{missing.args[0]}}}, which [parameters] does not name")
            return ""
        problem = self.checker.problem(dataset, expression, types) if dataset else None
        if problem:
            self._wrong(f"{name}: {problem}")
        return expression

    def _text(self) -> str:
        """The sentence for people, its settings filled in."""
        try:
            return fill_parameters(str(self.table.get("text", "")), self.parameters)
        except KeyError as missing:
            self._wrong(f"text uses {{{missing.args[0]}}}, which [parameters] does not name")
            return ""

    def _refuse_unknown(self, known: tuple[str, ...]) -> None:
        if not isinstance(self.table.get("text"), str):
            self._wrong("text is missing: say in words what is counted")
        for name in self.table:
            if name not in known:
                self._wrong(f"{name!r} is not a known entry")

    def _wrong(self, line: str) -> None:
        self.mistakes.append(f"[{self.name}] {line}")


def _as_float(value: float | None) -> float | None:
    return None if value is None else float(value)
