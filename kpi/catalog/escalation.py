"""escalation.toml → the escalation policy, with every mistake in it named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kpi.catalog.escalation_rule import RuleReader, is_date, whole
from kpi.catalog.model import Indicator
from kpi.catalog.policy import CLOCKS, EscalationPolicy, Family, Rule, Tier
from kpi.catalog.toml_file import read_toml


def read_escalation(path: Path, indicators: Mapping[str, Indicator], mistakes: list[str]) -> EscalationPolicy:
    """The policy of ``path``; appends a line to ``mistakes`` for each thing that is wrong.

    ``indicators`` are those that rules may name. What is returned beside mistakes is no policy to use.
    """
    table, found = read_toml(path, mistakes), list[str]()
    if table is None:
        return EscalationPolicy((), (), (), 1, 1)
    tiers = _read_tiers(table, found)
    rules = tuple(RuleReader(entry, indicators, tiers, found).rule() for entry in _entries(table, "rule", found))
    _check_together(rules, found)
    holidays = table.get("holidays", [])
    if not isinstance(holidays, list) or not all(is_date(day) for day in holidays):
        found.append("holidays must list dates, written 2027-12-25")
        holidays = []
    families = _read_families(table, indicators, found)
    known = ("tier", "rule", "family", "holidays", "chattering_episodes", "chattering_months")
    found.extend(f"{name!r} is not a known entry" for name in table if name not in known)
    episodes, months = (whole(table, name, 1, found) for name in ("chattering_episodes", "chattering_months"))
    mistakes.extend(f"{path.name}: {line}" for line in found)
    return EscalationPolicy(rules, tiers, tuple(sorted(holidays)), episodes, months, families)


def _entries(table: Mapping[str, Any], name: str, mistakes: list[str]) -> list[dict[str, Any]]:
    listed = table.get(name, [])
    if not isinstance(listed, list) or not listed or any(not isinstance(entry, dict) for entry in listed):
        mistakes.append(f"names no [[{name}]]")
        return []
    return listed


def _read_tiers(table: Mapping[str, Any], mistakes: list[str]) -> tuple[Tier, ...]:
    """Tiers 1, 2, 3 … in this order; only the last may be without a clock."""
    tiers: list[Tier] = []
    listed = _entries(table, "tier", mistakes)
    for place, entry in enumerate(listed, start=1):
        wrong: list[str] = []
        number = whole(entry, "tier", 1, wrong)
        if number != place:
            wrong.append(f"tier is {number}; tiers are listed 1, 2, 3 … in this order")
        name = entry.get("name")
        if not isinstance(name, str) or not name.strip():
            wrong.append("name is missing or not a text")
        clock = entry.get("clock", CLOCKS[0])
        if clock not in CLOCKS:
            wrong.append(f"clock is {clock!r}; allowed are {', '.join(CLOCKS)}")
        last = place == len(listed)
        days = None if last and "clock_days" not in entry else whole(entry, "clock_days", 1, wrong)
        if last and days is not None:
            wrong.append("clock_days: nothing lies above the last tier, so it cannot climb")
        wrong.extend(f"{key!r} is not a known entry" for key in entry if key not in Tier.__dataclass_fields__)
        mistakes.extend(f"tier {place}: {line}" for line in wrong)
        tiers.append(Tier(place, str(name), days, str(clock)))
    return tuple(tiers)


def _read_families(
    table: Mapping[str, Any], indicators: Mapping[str, Indicator], mistakes: list[str]
) -> tuple[Family, ...]:
    """Each indicator leads or belongs: one that leads is no member anywhere, so that nothing hides in a circle."""
    listed = _entries(table, "family", mistakes) if "family" in table else []
    families = []
    for entry in listed:
        lead, members, why = entry.get("lead"), entry.get("members"), entry.get("why")
        if set(entry) != {"lead", "members", "why"} or not isinstance(members, list) or not members:
            mistakes.append(f"family {lead!r}: takes lead, members (a list) and why, and nothing else")
            continue
        for kpi_id in (lead, *members):
            if kpi_id not in indicators:
                mistakes.append(f"family {lead!r}: no valid definition has the id {kpi_id!r}")
        families.append(Family(str(lead), tuple(map(str, members)), str(why)))
    leads = {family.lead for family in families}
    for family in families:
        mistakes.extend(
            f"family {family.lead!r}: its member {member!r} leads a family itself"
            for member in family.members
            if member in leads
        )
    return tuple(families)


def _check_together(rules: tuple[Rule, ...], mistakes: list[str]) -> None:
    """Ids are different, and covering names rules that exist and runs in no circle."""
    ids = [rule.id for rule in rules]
    mistakes.extend(f"rule {name}: the id is used twice" for name in dict.fromkeys(ids) if ids.count(name) > 1)
    covered = {rule.id: [entry.partition(":")[0] for entry in rule.covers] for rule in rules}
    for rule in rules:
        for name in covered[rule.id]:
            if name not in covered:
                mistakes.append(f"rule {rule.id}: covers {name!r}, which is no rule; the rules are {', '.join(ids)}")
        if rule.id in _reached(rule.id, covered):
            mistakes.append(f"rule {rule.id}: covers itself, directly or through others, so nobody would see either")


def _reached(start: str, covered: Mapping[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(covered[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(covered.get(name, ()))
    return seen
