"""Escalations in words: why one was raised, how it stands, whose turn it is and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpi.present.wording import STATUS_LOOKS, Look, day_name, format_number, joined, month_name, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpi.catalog import Catalog
    from kpi.catalog.policy import Condition, Rule
    from kpi.signals.escalation import Escalation

_GREEN = ("#00735c", "#3cc7a3", "#00936f", "green")
_AMBER = ("#9a5200", "#f0a04b", "#c77700", "orange")
_RED = ("#b3261e", "#ff8f80", "#d8453b", "red")
_GREY = ("#5c6875", "#a5b0bb", "#7b8794", "gray")

STATE_LOOKS = (
    Look("active", "◆", "diamond", *_RED, "active: the condition holds"),
    Look("recovering", "▲", "triangle-up", *_AMBER, "recovering: better, not yet for long enough"),
    Look("no data", "✕", "x-thin-open", *_GREY, "still open, and the month was not reported"),
    Look("pending", "○", "circle-open", *_GREY, "pending: the condition holds, not yet for long enough"),
    Look("normal", "●", "circle", *_GREEN, "closed"),
)
_STATE_NAMES = {"normal": "closed"}
_SIGNALS = {
    "outside": "a month outside the control limits",
    "trend": "a trend of 7 months",
    "two_of_three": "2 of 3 months near a control limit",
    "run": "7 months in a row on the worse side of the mean",
}
_MEANINGS = {look.state: look.meaning for look in STATUS_LOOKS}
WHOLE_PARTNER = "Whole partner"


@dataclass(frozen=True)
class Clock:
    """``text`` says how long there is; ``overdue`` that it ran out."""

    text: str
    overdue: bool


def subject(escalation: Escalation, catalog: Catalog) -> str:
    """What it is about: the indicator's name (with its currency), or the whole partner."""
    if not escalation.kpi_id:
        return WHOLE_PARTNER
    name = catalog.indicators[escalation.kpi_id].name
    return f"{name}, {escalation.currency}" if escalation.currency else name


def state_name(escalation: Escalation, day: date) -> str:
    """The state in one or two words; "shelved" where it is kept out of the way for the moment."""
    name = _STATE_NAMES.get(escalation.state, escalation.state)
    return f"{name}, shelved" if is_shelved(escalation, day) else name


def is_shelved(escalation: Escalation, day: date) -> bool:
    return escalation.open and escalation.shelved_until is not None and escalation.shelved_until > day


def state_sentence(escalation: Escalation, day: date) -> str:
    """ "Active since September 2026, for 43 days." and what follows from it."""
    if escalation.active_from is None:
        return f"Pending since {month_name(escalation.since)}: {months_needed(escalation.rule.enter_months)} raise it."
    raised = f"Raised for {month_name(escalation.active_from)}"
    if escalation.closed_on is not None:
        return f"{raised}, closed on {day_name(escalation.closed_on)}."
    since = f"{raised}, open for {plural(age(escalation, day), 'day')}"
    if escalation.state == "recovering":
        return f"{since}. Recovering: {months_needed(escalation.rule.exit_months)} like the last one close it."
    if escalation.state == "no data":
        return f"{since}. The last month was not reported, so nothing says that it is over."
    return f"{since}."


def months_needed(months: int) -> str:
    return "one month" if months == 1 else f"{months} months in a row"


def age(escalation: Escalation, day: date) -> int:
    """Days since it was raised; 0 for one that is only pending."""
    return 0 if escalation.opened_on is None else max((day - escalation.opened_on).days, 0)


def clock(escalation: Escalation, day: date) -> Clock:
    """How long a response may still take before it climbs a tier."""
    if not escalation.open:
        return Clock("", False)
    if escalation.due_on is None:
        return Clock("no tier above", False)
    left = (escalation.due_on - day).days
    until = day_name(escalation.due_on)
    if left < 0:
        return Clock(f"overdue by {plural(-left, 'day')} (since {until})", True)
    return Clock(f"{plural(left, 'day')} left (until {until})" if left else f"today ({until})", False)


def climbs_sentence(escalation: Escalation, catalog: Catalog) -> str:
    """ "Climbed to tier 3 (executive sponsors) on 3 October 2026: the clock had run out."; "" when it never did."""
    said = [
        f"tier {climb.tier} ({catalog.escalation.tier(climb.tier).name.lower()}) on {day_name(climb.on)}"
        for climb in escalation.climbs
    ]
    return f"Climbed to {joined(said, 6)}: the clock had run out." if said else ""


def rule_sentence(rule: Rule, catalog: Catalog) -> str:
    """When the rule raises an escalation and when it closes one, from the rule's own data."""
    raised = _conditions(rule.enter, rule.enter_when, catalog)
    closed = _conditions(rule.exit, rule.exit_when, catalog)
    return (
        f"Raised when {raised}, {_for_months(rule.enter_months)}. "
        f"Closed when {closed}, {_for_months(rule.exit_months)}."
    )


def _for_months(months: int) -> str:
    return "for one month" if months == 1 else f"for {months} months in a row"


def _conditions(conditions: Iterable[Condition], when: str, catalog: Catalog) -> str:
    word = " and " if when == "all" else " or "
    return word.join(condition_text(condition, catalog) for condition in conditions)


def condition_text(condition: Condition, catalog: Catalog) -> str:
    """One condition in words, with its thresholds."""
    text = _condition_texts(condition, catalog)
    return f"not ({text})" if condition.negated else text


def _condition_texts(condition: Condition, catalog: Catalog) -> str:
    period = "the month" if condition.window == 1 else f"the last {condition.window} months together"
    if condition.kind == "status":
        meanings = " or ".join(_MEANINGS[status] for status in condition.statuses)
        chance = ", by more than chance explains (the 95 % interval excludes the target)"
        return f"{period}: {meanings}{chance if condition.beyond_chance else ''}"
    if condition.kind == "signal":
        kinds = " or ".join(_SIGNALS[signal] for signal in condition.signals)
        least = f", on a chart of at least {condition.least_points} months" if condition.least_points else ""
        return f"the control chart shows {kinds}, for the worse{least}"
    if condition.kind == "amount":
        name = catalog.indicators[condition.kpi].name.lower()
        what = {"value": "", "numerator": "the count of ", "shortfall": "what is missing to full "}[condition.measure]
        number = format_number(condition.at_least, 0 if float(condition.at_least).is_integer() else 2)
        return f"{what}{name} over {period} is at least {number}"
    if condition.kind == "several":
        meanings = " or ".join(_MEANINGS[status] for status in condition.statuses)
        return f"at least {condition.at_least:g} indicators at once: {meanings}"
    grace = f" by more than {plural(condition.grace_days, 'day')}" if condition.grace_days else ""
    return f"a dataset of the month is not received and its reporting day has passed{grace}"


def months_text(escalation: Escalation) -> str:
    """ "September 2026", or "July to September 2026" as far as it goes back."""
    last = escalation.history[-1].month if escalation.history else escalation.since
    first = escalation.since
    return month_name(first) if first == last else f"{month_name(first)} to {month_name(last)}"


def heading(escalation: Escalation, catalog: Catalog, names: Mapping[str, str]) -> str:
    """ "Tarnwick Sterile Services Ltd: right first time"."""
    partner = names.get(escalation.partner_id, escalation.partner_id)
    return f"{partner}: {subject(escalation, catalog)}"


def summary(escalations: Iterable[Escalation], catalog: Catalog, day: date) -> str:
    """How many are open, at which tier, and how many wait for somebody."""
    open_ones = [e for e in escalations if e.open and not e.covered_by]
    if not open_ones:
        return "No escalation is open."
    by_tier = [
        f"{count} with {tier.name.lower()} (tier {tier.tier})"
        for tier in sorted(catalog.escalation.tiers, key=lambda tier: -tier.tier)
        if (count := sum(1 for e in open_ones if e.tier == tier.tier))
    ]
    waiting = sum(1 for e in open_ones if e.acknowledged is None and not is_shelved(e, day))
    late = sum(1 for e in open_ones if clock(e, day).overdue)
    tails = [f"{waiting} not yet acknowledged"] if waiting else ["all acknowledged"]
    tails += [f"{late} overdue"] if late else []
    return f"{plural(len(open_ones), 'escalation')} open: {joined(by_tier)}; {' and '.join(tails)}."
