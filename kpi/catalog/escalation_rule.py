"""One [[rule]] of escalation.toml → one ``Rule``, with every mistake in it named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from kpi.catalog.model import WINDOWS, Indicator
from kpi.catalog.policy import CLOCKS, CONDITIONS, SUBJECTS, WHENS, Condition, Rule, Tier

# The statuses that judge a figure, the special causes and the measures that a condition may speak of. The marts and the
# charts name them the same; tests compare.
JUDGED_STATUSES = ("met", "missed", "past limit")
SIGNALS = ("outside", "trend", "two_of_three", "run")
MEASURES = ("value", "numerator", "shortfall")
LEAST, MOST = 1, 36  # months in a row that a rule may ask for

TEXTS = ("id", "name", "subject", "response", "owner", "why", "source")
NEEDED = ("version", "tier", "enter", "enter_months", "exit", "exit_months", "review_by")
CHOICES = {"subject": SUBJECTS, "enter_when": WHENS, "exit_when": WHENS, "clock": CLOCKS}
OPTIONAL = ("enter_when", "exit_when", "kpis", "not_kpis", "clock_days", "clock", "covers", "top_tier", "quiet_months")
# Per kind of condition: the settings it must have, and those it may have.
SETTINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "status": (("statuses",), ("window", "beyond_chance", "widen", "negated")),
    "signal": (("signals",), ("least_points", "negated")),
    "amount": (("kpi", "at_least"), ("measure", "window", "negated")),
    "several": (("statuses", "at_least"), ("window", "beyond_chance", "widen", "negated")),
    "missing_data": ((), ("grace_days", "negated")),
}
OF_AN_INDICATOR = ("status", "signal")  # what a rule about a partner as a whole cannot ask
ID = re.compile(r"[a-z][a-z0-9_]*")


class RuleReader:
    """Reads one [[rule]]."""

    def __init__(
        self,
        table: Mapping[str, Any],
        indicators: Mapping[str, Indicator],
        tiers: tuple[Tier, ...],
        mistakes: list[str],
    ) -> None:
        self.table, self.indicators, self.tiers, self.mistakes = table, indicators, tiers, mistakes
        self.name = str(table.get("id", "without an id"))

    def rule(self) -> Rule:
        table, wrong = self.table, [name for name in TEXTS if not self._is_text(self.table.get(name))]
        for name in wrong:
            self._wrong(f"{name} is missing or not a text")
        if "id" not in wrong and not ID.fullmatch(table["id"]):
            self._wrong("id must be small letters, digits and underscores")
        for name, allowed in CHOICES.items():
            if name in table and table[name] not in allowed:
                self._wrong(f"{name} is {table[name]!r}; allowed are {', '.join(allowed)}")
        known = (*TEXTS, *NEEDED, *OPTIONAL)
        for name in table:
            if name not in known:
                self._wrong(f"{name!r} is not a known entry")
        if not is_date(table.get("review_by")):
            self._wrong("review_by must be a date, written 2027-09-30")
        rule = Rule(
            **{name: str(table.get(name, "")) for name in TEXTS},
            version=self._number("version", 1),
            tier=self._number("tier", 1, max(len(self.tiers), 1)),
            enter=self._conditions("enter"),
            enter_when=table.get("enter_when", "all"),
            enter_months=self._number("enter_months", LEAST, MOST),
            exit=self._conditions("exit"),
            exit_when=table.get("exit_when", "all"),
            exit_months=self._number("exit_months", LEAST, MOST),
            review_by=table.get("review_by", date.min),
            kpis=self._kpis("kpis"),
            not_kpis=self._kpis("not_kpis"),
            clock_days=self._number("clock_days", 1) if "clock_days" in table else None,
            clock=table.get("clock", CLOCKS[0]),
            covers=self._texts("covers"),
            top_tier=self._number("top_tier", 1, max(len(self.tiers), 1)) if "top_tier" in table else None,
            quiet_months=self._number("quiet_months", LEAST, MOST) if "quiet_months" in table else None,
        )
        for entry in rule.covers:
            if ":" in entry:
                self._check_kpi("covers", entry.partition(":")[2])
        self._checkwhole(rule)
        return rule

    def _checkwhole(self, rule: Rule) -> None:
        if rule.kpis and rule.not_kpis:
            self._wrong("kpis and not_kpis exclude each other: name the indicators that it is about, or the others")
        if rule.top_tier is not None and rule.top_tier < rule.tier:
            self._wrong(f"top_tier is {rule.top_tier}, below its tier {rule.tier}")
        if "clock" in self.table and rule.clock_days is None:
            self._wrong("clock without clock_days says nothing")
        conditions = (*rule.enter, *rule.exit)
        kinds = [condition.kind for condition in conditions]
        if rule.subject == "partner":
            for kind in dict.fromkeys(kind for kind in kinds if kind in OF_AN_INDICATOR):
                self._wrong(f"{kind!r} looks at one indicator; a rule about a partner takes the others")
        if "missing_data" in kinds and not self._is_missing_data(rule):
            self._wrong(
                "'missing_data' stands alone: a rule about a partner that enters by it and exits by it negated, with "
                "the same grace_days and one month each, since data arrive on a day and not for a month"
            )

    @staticmethod
    def _is_missing_data(rule: Rule) -> bool:
        if len(rule.enter) != 1 or len(rule.exit) != 1 or rule.subject != "partner":
            return False
        enter, leave = rule.enter[0], rule.exit[0]
        return (
            enter.kind == leave.kind == "missing_data"
            and enter.grace_days == leave.grace_days
            and not enter.negated
            and leave.negated
            and rule.enter_months == rule.exit_months == 1
        )

    def _conditions(self, part: str) -> tuple[Condition, ...]:
        listed = self.table.get(part)
        if not isinstance(listed, list) or not listed or any(not isinstance(entry, dict) for entry in listed):
            self._wrong(f"names no [[rule.{part}]]")
            return ()
        return tuple(self._condition(part, entry) for entry in listed)

    def _condition(self, part: str, entry: Mapping[str, Any]) -> Condition:
        kind = entry.get("kind")
        if kind not in CONDITIONS:
            self._wrong(f"{part}: kind is {kind!r}; allowed are {', '.join(CONDITIONS)}")
            return Condition(str(kind))
        needed, optional = SETTINGS[kind]
        for name in needed:
            if name not in entry:
                self._wrong(f"{part}: {kind!r} needs {name}")
        for name in entry:
            if name not in ("kind", *needed, *optional):
                self._wrong(f"{part}: {name!r} is no setting of {kind!r}; it takes {', '.join((*needed, *optional))}")
        before = len(self.mistakes)
        self._check_settings(part, entry)
        if len(self.mistakes) > before:
            return Condition(kind)
        return Condition(
            kind=kind,
            window=entry.get("window", 1),
            statuses=tuple(entry.get("statuses", ())),
            beyond_chance=entry.get("beyond_chance", False),
            widen=entry.get("widen", False),
            signals=tuple(entry.get("signals", ())),
            least_points=entry.get("least_points", 0),
            kpi=entry.get("kpi", ""),
            measure=entry.get("measure", "value"),
            at_least=float(entry.get("at_least", 0)),
            grace_days=entry.get("grace_days", 0),
            negated=entry.get("negated", False),
        )

    def _check_settings(self, part: str, entry: Mapping[str, Any]) -> None:
        for name, allowed in (("statuses", JUDGED_STATUSES), ("signals", SIGNALS)):
            listed = entry.get(name, [allowed[0]])
            if not isinstance(listed, list) or not listed or any(value not in allowed for value in listed):
                self._wrong(f"{part}: {name} is {listed!r}; it must list one or more of {', '.join(allowed)}")
        for name, choices in (("window", WINDOWS), ("measure", MEASURES)):
            if name in entry and (entry[name] not in choices or isinstance(entry[name], bool)):
                self._wrong(f"{part}: {name} is {entry[name]!r}; allowed are {', '.join(map(str, choices))}")
        for name in ("beyond_chance", "widen", "negated"):
            if not isinstance(entry.get(name, False), bool):
                self._wrong(f"{part}: {name} is {entry[name]!r}; it must be true or false")
        for name in ("least_points", "grace_days"):
            value = entry.get(name, 0)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                self._wrong(f"{part}: {name} is {value!r}; it must be a whole number from 0 up")
        least = entry.get("at_least", 1)
        if isinstance(least, bool) or not isinstance(least, int | float) or not least > 0:
            self._wrong(f"{part}: at_least is {least!r}; it must be a number above 0")
        if "kpi" in entry:
            self._check_kpi(part, entry["kpi"])
            found = self.indicators.get(str(entry["kpi"]))
            if found is not None and found.split_by:
                self._wrong(f"{part}: kpi: {found.id!r} is split by {found.split_by}, so it has no one amount")

    def _kpis(self, name: str) -> tuple[str, ...]:
        listed = self._texts(name)
        if name in self.table and not listed:
            self._wrong(f"{name} names no indicator")
        for kpi_id in listed:
            self._check_kpi(name, kpi_id)
        return listed

    def _check_kpi(self, where: str, kpi_id: object) -> None:
        if not isinstance(kpi_id, str) or kpi_id not in self.indicators:
            self._wrong(f"{where}: no valid definition has the id {kpi_id!r}; known are {', '.join(self.indicators)}")

    def _texts(self, name: str) -> tuple[str, ...]:
        listed = self.table.get(name, [])
        if not isinstance(listed, list) or any(not self._is_text(value) for value in listed):
            self._wrong(f"{name} is {listed!r}; it must list texts")
            return ()
        return tuple(listed)

    def _number(self, name: str, least: int, most: int | None = None) -> int:
        wrong: list[str] = []
        value = whole(self.table, name, least, wrong, most)
        for line in wrong:
            self._wrong(line)
        return value

    @staticmethod
    def _is_text(value: object) -> bool:
        return isinstance(value, str) and bool(value.strip())

    def _wrong(self, line: str) -> None:
        self.mistakes.append(f"rule {self.name}: {line}")


def whole(table: Mapping[str, Any], name: str, least: int, mistakes: list[str], most: int | None = None) -> int:
    """A whole number of ``table``, else ``least`` and a line in ``mistakes``."""
    value = table.get(name)
    inside = isinstance(value, int) and not isinstance(value, bool) and least <= value <= (most or value)
    if not inside:
        allowed = f"from {least} up" if most is None else f"from {least} to {most}"
        mistakes.append(f"{name} is {value!r}; it must be a whole number {allowed}")
        return least
    return int(value)  # type: ignore[arg-type]


def is_date(value: object) -> bool:
    """A day; a day with a time is none."""
    return type(value) is date
