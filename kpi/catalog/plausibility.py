"""plausibility.toml → what a file is compared with history for, with every mistake in it named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kpi.catalog.toml_file import read_toml

SEVERITIES = ("warning", "notice")
TEXTS = ("owner", "source")
Columns = Mapping[str, tuple[str, ...]]  # by dataset


@dataclass(frozen=True)
class Differ:
    """A key is reused where all of ``differ`` differ; dates only when more than ``days_apart`` days apart."""

    dataset: str
    differ: tuple[str, ...]
    days_apart: int


@dataclass(frozen=True)
class Amount:
    """A number compared within a partner among records that share ``alike``; divided by ``per`` unless that is ""."""

    dataset: str
    column: str
    per: str
    alike: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """One check. ``numbers`` by name; ``datasets`` it applies to (empty: those that its other parts name)."""

    id: str
    severity: str
    why: str
    numbers: Mapping[str, float]
    datasets: tuple[str, ...] = ()
    when: tuple[Differ, ...] = ()
    of: tuple[Amount, ...] = ()
    dates: Columns | None = None
    finished: Columns | None = None
    original: Columns | None = None
    decided: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None

    def number(self, name: str) -> float:
        return self.numbers[name]

    def whole(self, name: str) -> int:
        return int(self.numbers[name])


@dataclass(frozen=True)
class Plausibility:
    """All checks by id, in the order of their file."""

    checks: Mapping[str, Check]
    owner: str
    source: str
    review_by: date

    def check(self, check_id: str) -> Check:
        return self.checks[check_id]


# For each check the numbers that it takes, with the least and the most that each may be, and its other parts.
NUMBERS: dict[str, dict[str, tuple[float, float]]] = {
    "volume_unusual": {
        "least_months": (3, 60),
        "look_back_months": (3, 120),
        "factor": (1, 1000),
        "chance": (1e-9, 0.5),
    },
    "month_reported_already": {"named": (1, 20)},
    "records_vanished": {"named": (1, 20), "whole_share": (0, 1)},
    "key_reused": {},
    "yield_tenfold": {"least_lots": (3, 1000), "within": (1, 3), "powers": (1, 6), "beyond": (1, 9)},
    "month_does_not_match": {"named": (1, 20)},
    "back_dated_target": {},
    "went_backwards": {},
}
WHOLE = ("least_months", "look_back_months", "named", "least_lots", "powers", "days_apart")
PARTS: dict[str, tuple[str, ...]] = {
    "volume_unusual": ("datasets",),
    "month_reported_already": ("datasets",),
    "records_vanished": ("datasets",),
    "key_reused": ("when",),
    "yield_tenfold": ("of",),
    "month_does_not_match": ("dates",),
    "back_dated_target": (),
    "went_backwards": ("finished", "decided", "original"),
}


def read_plausibility(path: Path, fields: Mapping[str, Mapping[str, str]], mistakes: list[str]) -> Plausibility:
    """The checks of ``path``; appends a line to ``mistakes`` for each thing that is wrong.

    ``fields``: dataset → column → type. What is returned beside mistakes is no policy to use.
    """
    table = read_toml(path, mistakes)
    reader = _Reader(fields)
    policy = reader.policy(table)
    if table:
        mistakes.extend(f"{path.name}: {line}" for line in reader.mistakes)
    return policy


class _Reader:
    """Reads the table of plausibility.toml and collects what is wrong with it."""

    def __init__(self, fields: Mapping[str, Mapping[str, str]]) -> None:
        self.fields = fields
        self.mistakes: list[str] = []

    def policy(self, table: Mapping[str, Any]) -> Plausibility:
        self._unknown("", table, (*TEXTS, "review_by", "check"))
        listed = self._table("", table, "check")
        self._unknown("check: ", listed, tuple(NUMBERS))
        self.mistakes += [f"check {name} is missing" for name in NUMBERS if name not in listed]
        review_by = table.get("review_by")
        if not isinstance(review_by, date) or isinstance(review_by, datetime):
            self.mistakes.append("review_by must be a date, written 2027-09-30")
            review_by = date.min
        checks = {name: self._check(name, listed) for name in NUMBERS if name in listed}
        owner, source = (self._text("", table, name) for name in TEXTS)
        return Plausibility(checks, owner, source, review_by)

    def _check(self, name: str, listed: Mapping[str, Any]) -> Check:
        entry, where = self._table("check.", listed, name), f"check {name}: "
        self._unknown(where, entry, ("severity", "why", *NUMBERS[name], *PARTS[name]))
        severity = entry.get("severity")
        if severity not in SEVERITIES:
            self.mistakes.append(f"{where}severity is {severity!r}; allowed are {', '.join(SEVERITIES)}")
        parts = PARTS[name]
        return Check(
            id=name,
            severity=str(severity),
            why=self._text(where, entry, "why"),
            numbers={key: self._number(where, entry, key, *span) for key, span in NUMBERS[name].items()},
            datasets=self._datasets(where, entry) if "datasets" in parts else (),
            when=tuple(self._differ(where, one) for one in self._list(where, entry, "when")) if "when" in parts else (),
            of=tuple(self._amount(where, one) for one in self._list(where, entry, "of")) if "of" in parts else (),
            dates=self._dates(where, entry, "dates") if "dates" in parts else None,
            finished=self._dates(where, entry, "finished") if "finished" in parts else None,
            original=self._dates(where, entry, "original") if "original" in parts else None,
            decided=self._decided(where, entry) if "decided" in parts else None,
        )

    def _datasets(self, where: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
        names = self._names(where, entry, "datasets")
        self.mistakes += [f"{where}{name!r} is not a dataset" for name in names if name not in self.fields]
        return names

    def _differ(self, where: str, entry: Mapping[str, Any]) -> Differ:
        self._unknown(where, entry, ("dataset", "differ", "days_apart"))
        dataset, columns = self._text(where, entry, "dataset"), self._names(where, entry, "differ")
        self._columns(where, dataset, columns)
        days = self._number(where, {"days_apart": 0, **entry}, "days_apart", 0, 3660)
        return Differ(dataset, columns, int(days))

    def _amount(self, where: str, entry: Mapping[str, Any]) -> Amount:
        self._unknown(where, entry, ("dataset", "column", "per", "alike"))
        dataset, column = self._text(where, entry, "dataset"), self._text(where, entry, "column")
        per, alike = str(entry.get("per", "")), self._names(where, entry, "alike")
        self._columns(where, dataset, (column, *([per] if per else [])), "DOUBLE")
        self._columns(where, dataset, alike)
        return Amount(dataset, column, per, alike)

    def _dates(self, where: str, entry: Mapping[str, Any], part: str) -> Columns:
        listed = self._table(where, entry, part)
        found = {dataset: self._names(f"{where}{part}: ", listed, dataset) for dataset in listed}
        for dataset, columns in found.items():
            self._columns(f"{where}{part}: ", dataset, columns, "DATE")
        return found

    def _decided(self, where: str, entry: Mapping[str, Any]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        listed, where = self._table(where, entry, "decided"), f"{where}decided: "
        found = {}
        for dataset in listed:
            columns = self._table(where, listed, dataset)
            self._columns(where, dataset, tuple(columns), "VARCHAR")
            found[dataset] = {column: self._names(where, columns, column) for column in columns}
        return found

    def _columns(self, where: str, dataset: str, columns: tuple[str, ...], kind: str = "") -> None:
        known = self.fields.get(dataset)
        if known is None:
            self.mistakes.append(f"{where}{dataset!r} is not a dataset")
            return
        for column in columns:
            if column not in known:
                self.mistakes.append(f"{where}{dataset} has no column {column!r}")
            elif kind and known[column] != kind:
                self.mistakes.append(f"{where}{dataset}.{column} is {known[column]}, not {kind}")

    def _table(self, where: str, table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = table.get(name)
        if not isinstance(found, dict):
            self.mistakes.append(f"{where}{name} is missing or no table")
            return {}
        return found

    def _list(self, where: str, entry: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        found = entry.get(name)
        if not isinstance(found, list) or not found or any(not isinstance(one, dict) for one in found):
            self.mistakes.append(f"{where}names no [[{name}]]")
            return []
        return found

    def _names(self, where: str, entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
        found = entry.get(name)
        if not isinstance(found, list) or not found or any(not isinstance(one, str) for one in found):
            self.mistakes.append(f"{where}{name} must list at least one name")
            return ()
        return tuple(found)

    def _text(self, where: str, entry: Mapping[str, Any], name: str) -> str:
        found = entry.get(name)
        if not isinstance(found, str) or not found.strip():
            self.mistakes.append(f"{where}{name} is missing or not a text")
            return ""
        return found

    def _number(self, where: str, entry: Mapping[str, Any], name: str, least: float, most: float) -> float:
        found = entry.get(name)
        kinds = (int,) if name in WHOLE else (int, float)
        if isinstance(found, kinds) and not isinstance(found, bool) and least <= found <= most:
            return found
        noun = "a whole number" if name in WHOLE else "a number"
        self.mistakes.append(f"{where}{name} is {found!r}; it must be {noun} from {least:g} to {most:g}")
        return least

    def _unknown(self, where: str, entry: Mapping[str, Any], known: tuple[str, ...]) -> None:
        self.mistakes += [f"{where}{name!r} is not a known entry" for name in entry if name not in known]
