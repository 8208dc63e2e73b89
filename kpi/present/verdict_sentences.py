"""The two verdicts on a series in full: is something going on and since when; will the target be met and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi.present.chart_points import READING_WORDS
from kpi.present.icons import assurance_icon, variation_icon
from kpi.present.signals import rule_words, trial_words
from kpi.present.wording import format_target, format_value, is_missing, month_name, plural, short_value

if TYPE_CHECKING:
    from kpi.catalog import Indicator

TITLES = {
    "concern": "Special cause for the worse",
    "improvement": "Special cause for the better",
    "high": "Special cause, high",
    "low": "Special cause, low",
}


@dataclass(frozen=True)
class Said:
    """One of the two verdicts: the name of its icon ("" for none) and a sentence in Markdown."""

    icon: str
    sentence: str


def variation_verdict(months: pd.DataFrame, row: Any | None, month: date) -> Said:
    """What the month looked at says about the process, since when, and what the chart last said otherwise."""
    name = month_name(month)
    if row is None or row.variation == "":
        here = months[(months["month"] == pd.Timestamp(month)) & months["value"].notna()]
        if here.empty:
            return Said("", f"**No verdict**: {name} has no value.")
        return Said("", f"**No verdict yet** for {name}: control limits need more months.")
    if row.variation == "common cause":
        sentence = f"**Common cause** in {name}: within the usual ups and downs.{_last(months)}{_provisional(row)}"
        return Said("common cause", sentence)
    words = rule_words(row.variation_rule, int(row.variation_side))
    sentence = f"**{TITLES[row.variation]}** in {name}: {words}.{_since(months, row.variation)}{_provisional(row)}"
    return Said(variation_icon(row.variation, int(row.variation_side)), sentence)


def _since(months: pd.DataFrame, reading: str) -> str:
    """Since when every month with a point reads as the last one does; "" when it is alone."""
    points: list[Any] = list(months[months["reading"] != ""].itertuples(index=False))
    alike = list(takewhile(lambda point: point.reading == reading, reversed(points)))
    if len(alike) < 2:
        return ""
    since, count = month_name(alike[-1].month), plural(len(alike), "month")
    return f" Every month since {since} ({count}) was flagged {READING_WORDS[reading]}."


def _last(months: pd.DataFrame) -> str:
    flagged = months[months["rule"] != ""]
    if flagged.empty:
        return ""
    last = flagged.iloc[-1]
    return f" The last special cause was in {month_name(last['month'])}, {READING_WORDS[last['reading']]}."


def assurance_verdict(indicator: Indicator, row: Any | None, month: date, currency: str) -> Said:
    """Whether the target will be met if the process stays as it is, and why."""
    if row is None or is_missing(row.target):
        return Said("", "**No forecast**: no target is agreed.")
    target = f"the target ({format_target(indicator, row.target)})"
    if row.assurance == "not known":
        if is_missing(row.last_month) or row.last_month != pd.Timestamp(month):
            return Said("", f"**No forecast**: {month_name(month)} has no value.")
        return Said("", f"**No forecast yet**: {target} needs control limits to be compared with.")
    low, high = short_value(indicator, row.lower_limit), format_value(indicator, row.upper_limit, currency)
    limits = f"the control limits ({low} to {high})"
    is_band = indicator.better == "band"
    good, wrong = ("within", "beyond") if is_band else ("on the good side of", "on the wrong side of")
    sentences = {
        "consistently passes": f"**Will meet the target** if nothing changes: {limits} lie wholly {good} {target}.",
        "consistently fails": f"**Will miss the target** unless something is changed: {limits} lie wholly {wrong} "
        f"{target}.",
        "hit or miss": f"**Will meet the target in some months and miss it in others**: "
        f"{f'{limits} reach beyond {target}' if is_band else f'{target} lies within {limits}'}, "
        "so which month meets it is chance.",
    }
    doubt = " Read this with care while a special cause is at work." if row.variation_rule else ""
    return Said(assurance_icon(row.assurance), sentences[row.assurance] + doubt + _provisional(row))


def _provisional(row: Any) -> str:
    """So that nobody takes a verdict from a few months for settled."""
    points = int(row.points)
    return f" Provisional: it rests on {plural(points, 'month')}." if trial_words(points) else ""
