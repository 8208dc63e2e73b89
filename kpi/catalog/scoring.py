"""scores.toml → the score policy, with every mistake in it named."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kpi.catalog.model import WINDOWS, Category, Indicator
from kpi.catalog.policy import Flag, ScorePolicy, Weight
from kpi.catalog.toml_file import read_toml

TEXTS = ("owner", "why", "source")
FLAG_TEXTS = ("id", "name", "kpi", "why")
KNOWN = ("window", "least_weight", "wobble", "draws", "seed", *TEXTS, "review_by", "category", "flag")
HIGHEST_SCORE = 100.0
MOST_DRAWS = 10_000
MOST_WOBBLE = 0.9
TOLERANCE = 1e-9  # of a sum of weights that were written as decimals


def read_scoring(
    path: Path, indicators: Mapping[str, Indicator], categories: tuple[Category, ...], mistakes: list[str]
) -> ScorePolicy:
    """The policy of ``path``; appends a line to ``mistakes`` for each thing that is wrong.

    What is returned beside mistakes is no policy to use.
    """
    table = read_toml(path, mistakes)
    reader = _Reader(table, indicators, [category.id for category in categories])
    policy = reader.policy()
    if table:
        mistakes.extend(f"{path.name}: {line}" for line in reader.mistakes)
    return policy


class _Reader:
    """Reads the table of scores.toml and collects what is wrong with it."""

    def __init__(self, table: Mapping[str, Any], indicators: Mapping[str, Indicator], categories: list[str]) -> None:
        self.table, self.indicators, self.categories = table, indicators, categories
        self.mistakes: list[str] = []

    def policy(self) -> ScorePolicy:
        self._refuse_unknown(self.table, KNOWN, "")
        window = self._number(self.table, "window", "", 1, max(WINDOWS))
        if window not in WINDOWS:
            self.mistakes.append(f"window is {window:g}; allowed are {', '.join(map(str, WINDOWS))} months")
        review_by = self.table.get("review_by")
        if not isinstance(review_by, date) or isinstance(review_by, datetime):
            self.mistakes.append("review_by must be a date, written 2027-09-30")
            review_by = date.min
        owner, why, source = (self._text(self.table, name, "") for name in TEXTS)
        shares, weights = self._weights()
        return ScorePolicy(
            window=int(window),
            categories=shares,
            weights=weights,
            flags=self._flags(),
            least_weight=self._number(self.table, "least_weight", "", 0, 1),
            wobble=self._number(self.table, "wobble", "", 0, MOST_WOBBLE),
            draws=self._whole("draws", 1, MOST_DRAWS),
            seed=self._whole("seed", 0, 2**63 - 1),
            owner=owner,
            why=why,
            source=source,
            review_by=review_by,
        )

    def _weights(self) -> tuple[tuple[tuple[str, float], ...], tuple[Weight, ...]]:
        """Categories and indicators in the order in which screens list them."""
        listed = self.table.get("category")
        if not isinstance(listed, dict) or not listed:
            self.mistakes.append("names no category: a score is made of [category.…] tables with weight and shares")
            return (), ()
        allowed = ", ".join(self.categories)
        self.mistakes += [f"category {name}: there is none; allowed are {allowed}" for name in self._unknown(listed)]
        shares: list[tuple[str, float]] = []
        weights: list[Weight] = []
        for category in self.categories:
            if category in listed:
                entry = listed[category] if isinstance(listed[category], dict) else {}
                self._refuse_unknown(entry, ("weight", "shares"), f"category {category}: ")
                shares.append((category, self._number(entry, "weight", f"category {category}: ", 0, 1)))
                weights += self._shares(category, entry.get("shares"))
        self._check_sum("the categories' weights", [share for _, share in shares])
        return tuple(shares), tuple(weights)

    def _unknown(self, listed: Mapping[str, Any]) -> list[str]:
        return [name for name in listed if name not in self.categories]

    def _shares(self, category: str, listed: Any) -> list[Weight]:
        if not isinstance(listed, dict) or not listed:
            self.mistakes.append(f"category {category}: shares must name its indicators, as {{ indicator = 0.5, … }}")
            return []
        own = [indicator.id for indicator in self.indicators.values() if indicator.category == category]
        for name in listed:
            if name not in own:
                self.mistakes.append(f"category {category}: {name!r} is none of its indicators, {', '.join(own)}")
            elif self.indicators[name].split_by:
                split = self.indicators[name].split_by
                self.mistakes.append(f"category {category}: {name} is split by {split}; a score cannot add these up")
        shares = [self._number(listed, name, f"category {category}: ", 0, 1) for name in listed]
        self._check_sum(f"category {category}: the shares", shares)
        by_name = dict(zip(listed, shares, strict=True))
        return [Weight(name, category, by_name[name]) for name in own if name in by_name]

    def _check_sum(self, what: str, parts: list[float]) -> None:
        total = math.fsum(parts)
        if abs(total - 1) > TOLERANCE:
            self.mistakes.append(f"{what} add up to {total:.6g}; they must add up to 1")

    def _flags(self) -> tuple[Flag, ...]:
        listed = self.table.get("flag", [])
        if not isinstance(listed, list) or any(not isinstance(entry, dict) for entry in listed):
            self.mistakes.append("flag must be a list of [[flag]] tables")
            return ()
        flags = tuple(self._flag(entry, place) for place, entry in enumerate(listed, start=1))
        ids = [flag.id for flag in flags]
        self.mistakes += [f"flag {name}: the id is used twice" for name in dict.fromkeys(ids) if ids.count(name) > 1]
        return flags

    def _flag(self, entry: Mapping[str, Any], place: int) -> Flag:
        where = f"flag {entry.get('id', place)}: "
        self._refuse_unknown(entry, (*FLAG_TEXTS, "at_least", "cap"), where)
        flag_id, name, kpi_id, why = (self._text(entry, field, where) for field in FLAG_TEXTS)
        if kpi_id and kpi_id not in self.indicators:
            self.mistakes.append(f"{where}kpi {kpi_id!r} is no indicator")
        elif kpi_id and self.indicators[kpi_id].kind != "snapshot":
            self.mistakes.append(f"{where}{kpi_id} is a {self.indicators[kpi_id].kind}; a flag is a state at month end")
        at_least = self._number(entry, "at_least", where, 0, math.inf)
        return Flag(flag_id, name, kpi_id, at_least, self._number(entry, "cap", where, 0, HIGHEST_SCORE), why)

    def _text(self, entry: Mapping[str, Any], name: str, where: str) -> str:
        text = entry.get(name)
        if not isinstance(text, str) or not text.strip():
            self.mistakes.append(f"{where}{name} is missing or not a text")
            return ""
        return text

    def _number(self, entry: Mapping[str, Any], name: str, where: str, least: float, most: float) -> float:
        value = entry.get(name)
        usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not usable or not least <= float(value) <= most:  # type: ignore[arg-type]
            upto = "up" if most == math.inf else f"to {most:g}"
            self.mistakes.append(f"{where}{name} is {value!r}; it must be a number from {least:g} {upto}")
            return 0.0
        return float(value)  # type: ignore[arg-type]

    def _whole(self, name: str, least: int, most: int) -> int:
        value = self.table.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.mistakes.append(f"{name} is {value!r}; it must be a whole number from {least} to {most}")
            return least
        return value

    def _refuse_unknown(self, entry: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        self.mistakes += [f"{where}{name!r} is not a known entry" for name in entry if name not in known]
