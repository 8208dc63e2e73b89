"""The KPI dictionary in words: what is found by a search, and what one definition says, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from kpi.intake.contracts import DATASET_NAMES
from kpi.present.wording import better_text, day_name, format_target, joined
from pages.shared.text import literal

if TYPE_CHECKING:
    from kpi.catalog import Catalog, Indicator
    from kpi.intake.contracts import Dataset, Rule

KIND_WORDS = {
    "proportion": "Share: numerator ÷ denominator",
    "rate": "Rate: numerator ÷ denominator",
    "median": "Median of the values in the month",
    "ratio": "Ratio of sums: numerator ÷ denominator",
    "snapshot": "Count of what holds at the month's end",
}
COUNTED_WORDS = {"median": "Values", "snapshot": "Counted"}
CHART_WORDS = {"p": "p chart", "u": "u chart", "xmr": "XmR chart (individuals and moving range)"}


def found(indicators: Iterable[Indicator], search: str, category: str | None) -> list[Indicator]:
    """The indicators of ``category`` (None for all) that have every word of ``search`` somewhere in their texts."""
    words = search.casefold().split()
    return [
        indicator
        for indicator in indicators
        if category in (None, indicator.category) and all(word in _searched(indicator) for word in words)
    ]


def _searched(indicator: Indicator) -> str:
    texts = (
        indicator.id,
        indicator.name,
        indicator.sentence,
        indicator.why,
        indicator.numerator_text,
        indicator.denominator_text,
        indicator.month_text,
        indicator.source,
        indicator.owner,
        indicator.caveat,
        *indicator.datasets,
    )
    return "\n".join(texts).casefold()


def counting_lines(indicator: Indicator) -> dict[str, str]:
    """What is counted and how it is judged, as {what: text} in reading order; the texts are Markdown, escaped."""
    counted = COUNTED_WORDS.get(indicator.kind, "Numerator")
    lines = {
        "Formula": _formula(indicator),
        counted: indicator.numerator_text,
        "Denominator": indicator.denominator_text,
        "Month of": indicator.month_text,
        "Unit": indicator.unit,
        "Better": better_text(indicator),
        "Target": format_target(indicator, indicator.target),
        "Limit": format_target(indicator, indicator.limit),
        "Minimum n": f"{indicator.minimum_n:,}",
        "Settings": "; ".join(f"{name.replace('_', ' ')} = {value:g}" for name, value in indicator.parameters),
    }
    return _escaped(lines)


def origin_lines(indicator: Indicator, catalog: Catalog) -> dict[str, str]:
    """Where the definition comes from and who answers for it, in the same form."""
    lines = {
        "Chart": CHART_WORDS.get(indicator.chart, indicator.chart),
        "Counted by": joined(list(indicator.grains)),
        "Read from": _read_from(indicator, catalog),
        "Source": indicator.source,
        "Owner": indicator.owner,
        "Review by": day_name(indicator.review_by),
        "Id": indicator.id,
        "Version": str(indicator.version),
        "File": file_of(indicator),
    }
    return _escaped(lines)


def _escaped(lines: dict[str, str]) -> dict[str, str]:
    return {what: literal(text) for what, text in lines.items() if text}


def file_of(indicator: Indicator) -> str:
    return indicator.file or f"{indicator.id}.toml"


def review_is_due(indicator: Indicator, today: date) -> bool:
    return indicator.review_by < today


def _formula(indicator: Indicator) -> str:
    words = KIND_WORDS[indicator.kind]
    return f"{words} × {indicator.scale:g}" if indicator.kind == "rate" and indicator.scale != 1 else words


def _read_from(indicator: Indicator, catalog: Catalog) -> str:
    names = [name for name in indicator.datasets if name in DATASET_NAMES]
    if names:
        return joined([name.replace("_", " ") for name in names])
    day = catalog.calendar.reporting_day
    return f"the submissions themselves; a month's files are due on day {day} of the month after"


def column_table(dataset: Dataset) -> list[dict[str, str]]:
    """One row per column of a dataset, as a person filling in the file wants to know it."""
    return [
        {
            "Column": column.name,
            "Needed": "required" if column.required else "optional",
            "What it is": column.help + (f" Unit: {column.unit}." if column.unit else ""),
            "Allowed": column.allows,
            "Example": column.example,
        }
        for column in dataset.columns
    ]


def rule_line(rule: Rule) -> str:
    """One rule across columns in words: the column, what it may be, and what happens otherwise."""
    otherwise = "otherwise the file is refused" if rule.severity == "error" else "otherwise a warning to accept"
    return f"{rule.columns[0]}: {rule.allowed}; {otherwise}."


def contract_sentence(dataset: Dataset) -> str:
    """For example: One row is one batch (lot). A record is known by partner_id and batch_id."""
    return f"One row is {dataset.one_row_is}. A record is known again by its {joined(list(dataset.key), limit=6)}."
