"""The KPI dictionary as Markdown and JSON, from the definitions alone. docs/indicators.md is this text."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from kpi.catalog import Calendar, Catalog, Indicator, Measure, State
from kpi.present.wording import better_text, format_number, format_target, format_value, plural

KIND_WORDS = {
    "proportion": "proportion: records that meet the condition / records that count, with a Wilson 95 % interval",
    "rate": "rate: events / opportunities, with an exact Poisson 95 % interval",
    "median": "median over the single records",
    "ratio": "ratio of two sums",
    "snapshot": "state at the month's end, counted",
}
CHART_WORDS = {"p": "p chart", "u": "u chart", "xmr": "XmR chart"}
INTRODUCTION = """# Indicators

What every indicator means, printed from its definition in `kpi/definitions/indicators/`. How months, windows, intervals
and statuses work for all of them: [how figures are made](how-figures-are-made.md).
"""


def as_markdown(catalog: Catalog) -> str:
    parts = [INTRODUCTION, _reporting_calendar(catalog.calendar), _overview(catalog)]
    for category in catalog.categories:
        listed = catalog.in_category(category.id)
        if listed:
            parts.append(f"## {category.name}\n")
            parts.extend(_entry(indicator) for indicator in listed)
    return "\n".join(parts)


def as_json(catalog: Catalog) -> str:
    """The definitions as they are: one object per indicator, with categories and calendar beside them."""
    whole = {
        "definitions": catalog.digest,
        "calendar": asdict(catalog.calendar),
        "categories": [asdict(category) for category in catalog.categories],
        "indicators": [_as_object(indicator) for indicator in catalog.indicators.values()],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2, default=str) + "\n"


def _as_object(indicator: Indicator) -> dict[str, Any]:
    return asdict(indicator) | {"parameters": dict(indicator.parameters)}


def _reporting_calendar(calendar: Calendar) -> str:
    expected = ", ".join(f"`{name}`" for name in calendar.datasets)
    return f"Files are due on day {calendar.reporting_day} of the following month: {expected}.\n"


def _overview(catalog: Catalog) -> str:
    lines = ["| indicator | unit | default target | limit |", "|---|---|---|---|"]
    for indicator in catalog.indicators.values():
        link = f"[{indicator.name}](#{indicator.id})"
        lines.append(f"| {link} | {indicator.unit} | {target_text(indicator)} | {limit_text(indicator)} |")
    return "\n".join(lines) + "\n"


def _entry(indicator: Indicator) -> str:
    facts = [
        *formula_lines(indicator),
        ("Month", f"{indicator.month_text}"),
        ("Unit", f"{indicator.unit}, {plural(indicator.decimals, 'decimal')}; {better_text(indicator).lower()}"),
        ("Target, limit", f"{target_text(indicator)}, {limit_text(indicator)} by default; an agreed target goes first"),
        ("Judged from", f"{plural(indicator.minimum_n, 'record')} up" if indicator.minimum_n > 1 else "any number"),
        ("Kind", f"{KIND_WORDS[indicator.kind]}; {CHART_WORDS[indicator.chart]}"),
        ("By", ", ".join(indicator.grains) + (f", per {indicator.split_by}" if indicator.split_by else "")),
        ("Counted from", "; ".join(_part(name, part) for name, part in _parts(indicator))),
        ("Source", indicator.source),
        ("Owner", f"{indicator.owner}; next review {indicator.review_by:%Y-%m-%d}; version {indicator.version}"),
        ("Defined in", f"`kpi/definitions/{indicator.file}`"),
    ]
    lines = [f'### <a id="{indicator.id}"></a>{indicator.name}', "", f"`{indicator.id}` · {indicator.sentence}", ""]
    lines += [indicator.why, ""]
    if indicator.caveat:
        lines += [f"Read with care: {indicator.caveat}", ""]
    lines += [f"- {name}: {text}" for name, text in facts]
    return "\n".join(lines) + "\n"


def formula_lines(indicator: Indicator) -> list[tuple[str, str]]:
    """What is divided by what, in words; the denominator first, because a numerator may say "of these"."""
    if indicator.kind == "median":
        return [("Median of", indicator.numerator_text)]
    if indicator.kind == "snapshot":
        return [("Counts", indicator.numerator_text)]
    factor = f", times {format_number(indicator.scale, 0)}" if indicator.scale != 1 else ""
    return [("Denominator", indicator.denominator_text), ("Numerator", indicator.numerator_text + factor)]


def target_text(indicator: Indicator) -> str:
    return format_target(indicator, indicator.target)


def limit_text(indicator: Indicator) -> str:
    """The red line; a band's limit is a wider band."""
    if indicator.better == "band":
        return format_target(indicator, indicator.limit)
    return format_value(indicator, indicator.limit)


def _parts(indicator: Indicator) -> list[tuple[str, Measure | State]]:
    named = {
        "numerator": indicator.numerator,
        "denominator": indicator.denominator,
        "values": indicator.values,
        "state": indicator.state,
    }
    return [(name, part) for name, part in named.items() if part is not None]


def _part(name: str, part: Measure | State) -> str:
    where = f" where `{part.where}`" if part.where else ""
    if isinstance(part, State):
        return f"{name} = `{part.dataset}`{where}, from the day `{part.starts}` until the day before `{part.ends}`"
    amount = part.amount.replace("_", " ") + (f" of `{part.of}`" if part.of else "")
    return f"{name} = {amount} over `{part.dataset}`{where}, month of `{part.month_of}`"
