"""Definition files → the catalogue. Collects every mistake in every file, then raises once."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from kpi.catalog.escalation import read_escalation
from kpi.catalog.expressions import ExpressionChecker
from kpi.catalog.indicator import read_indicator
from kpi.catalog.model import Calendar, Catalog, Category, Indicator
from kpi.errors import DefinitionsInvalid

DEFINITIONS = Path(__file__).parents[1] / "definitions"


def load_catalog(folder: Path | None = None) -> Catalog:
    """Read every definition below ``folder`` (default: the product's own, read once per process).

    Raises DefinitionsInvalid with a line per mistake, all files at once.
    """
    return _load_default() if folder is None else _load(folder)


@lru_cache(maxsize=1)
def _load_default() -> Catalog:
    return _load(DEFINITIONS)


def _load(folder: Path) -> Catalog:
    mistakes: list[str] = []
    fields = _read_toml(folder / "fields.toml", mistakes)
    categories = _read_categories(folder / "categories.toml", mistakes)
    calendar = _read_calendar(folder / "calendar.toml", fields, mistakes)
    indicators = _read_indicators(folder / "indicators", fields, categories, mistakes)
    escalation = read_escalation(folder / "escalation.toml", {i.id: i for i in indicators}, mistakes)
    if mistakes:
        raise DefinitionsInvalid(mistakes)
    position = {category.id: place for place, category in enumerate(categories)}
    ordered = sorted(indicators, key=lambda i: (position[i.category], i.order, i.id))
    return Catalog({i.id: i for i in ordered}, categories, calendar, fields, _digest(folder), escalation)


def _read_toml(path: Path, mistakes: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.append(f"{path.name}: the file is missing")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(f"{path.name}: not readable as TOML: {error}")
    return {}


def _read_categories(path: Path, mistakes: list[str]) -> tuple[Category, ...]:
    listed = _read_toml(path, mistakes).get("category", [])
    if not listed:
        mistakes.append(f"{path.name}: names no category")
    return tuple(Category(str(entry.get("id", "")), str(entry.get("name", ""))) for entry in listed)


def _read_calendar(path: Path, fields: dict[str, Any], mistakes: list[str]) -> Calendar:
    table = _read_toml(path, mistakes)
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
        table = _read_toml(path, found)
        indicator = read_indicator(path, table, known, fields, checker, found) if table else None
        mistakes.extend(f"indicators/{path.name}: {line.removeprefix(path.name + ': ')}" for line in found)
        if indicator is not None and not found:
            indicators.append(indicator)
    checker.close()
    return indicators


def _digest(folder: Path) -> str:
    """Twelve hexadecimal digits over every definition file's name and bytes."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.toml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
