"""Definition files → the catalogue. Collects every mistake in every file, then raises once."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from kpi.catalog.escalation import read_escalation
from kpi.catalog.expressions import ExpressionChecker
from kpi.catalog.indicator import read_indicator
from kpi.catalog.model import Calendar, Catalog, Category, Indicator
from kpi.catalog.peers import read_peers
from kpi.catalog.plausibility import read_plausibility
from kpi.catalog.scoring import read_scoring
from kpi.catalog.toml_file import read_toml
from kpi.errors import DefinitionsInvalid

DEFINITIONS = Path(__file__).parents[1] / "definitions"
_loading = Lock()
ROLES = "roles.toml"  # read by kpi.access
PEERS = "peers.toml"


def load_catalog(folder: Path | None = None) -> Catalog:
    """Read every definition below ``folder`` (default: the product's own, read once per process).

    Raises DefinitionsInvalid with a line per mistake, all files at once.
    """
    if folder is not None:
        return _load(folder)
    with _loading:  # many readers who come at once to a server that has just started wait for one of them
        return _load_default()


@lru_cache(maxsize=1)
def _load_default() -> Catalog:
    return _load(DEFINITIONS)


def _load(folder: Path) -> Catalog:
    mistakes: list[str] = []
    fields = read_toml(folder / "fields.toml", mistakes)
    categories = _read_categories(folder / "categories.toml", mistakes)
    calendar = _read_calendar(folder / "calendar.toml", fields, mistakes)
    found = _read_indicators(folder / "indicators", fields, categories, mistakes)
    position = {category.id: place for place, category in enumerate(categories)}
    indicators = {i.id: i for i in sorted(found, key=lambda i: (position[i.category], i.order, i.id))}
    escalation = read_escalation(folder / "escalation.toml", indicators, mistakes)
    scoring = read_scoring(folder / "scores.toml", indicators, categories, mistakes)
    plausibility = read_plausibility(folder / "plausibility.toml", fields, mistakes)
    peers = read_peers(folder / PEERS, mistakes)
    if mistakes:
        raise DefinitionsInvalid(mistakes)
    return Catalog(indicators, categories, calendar, fields, _digest(folder), escalation, scoring, plausibility, peers)


def _read_categories(path: Path, mistakes: list[str]) -> tuple[Category, ...]:
    listed = read_toml(path, mistakes).get("category", [])
    if not listed:
        mistakes.append(f"{path.name}: names no category")
    return tuple(Category(str(entry.get("id", "")), str(entry.get("name", ""))) for entry in listed)


def _read_calendar(path: Path, fields: dict[str, Any], mistakes: list[str]) -> Calendar:
    table = read_toml(path, mistakes)
    day, datasets = table.get("reporting_day"), table.get("datasets")
    if not isinstance(day, int) or not 1 <= day <= 28:
        mistakes.append(f"{path.name}: reporting_day is {day!r}; allowed are whole numbers from 1 to 28")
        day = 1
    if not isinstance(datasets, list) or not datasets:
        mistakes.append(f"{path.name}: datasets is {datasets!r}; it must list at least one dataset")
        datasets = []
    for name in datasets:
        if name not in fields:
            mistakes.append(f"{path.name}: {name!r} is not a dataset; the datasets are {', '.join(fields)}")
    return Calendar(day, tuple(datasets))


def _read_indicators(
    folder: Path, fields: dict[str, Any], categories: tuple[Category, ...], mistakes: list[str]
) -> list[Indicator]:
    checker = ExpressionChecker(fields)
    known = [category.id for category in categories]
    indicators: list[Indicator] = []
    for path in sorted(folder.glob("*.toml")):
        found: list[str] = []
        table = read_toml(path, found)
        indicator = read_indicator(path, table, known, fields, checker, found) if table else None
        mistakes.extend(f"indicators/{path.name}: {line.removeprefix(path.name + ': ')}" for line in found)
        if indicator is not None and not found:
            indicators.append(indicator)
    checker.close()
    return indicators


def _digest(folder: Path) -> str:
    """Twelve hexadecimal digits over every definition file's name and bytes, but for those that make no figure."""
    digest = hashlib.sha256()
    for path in sorted(set(folder.rglob("*.toml")) - {folder / ROLES, folder / PEERS}):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
