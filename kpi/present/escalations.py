"""Escalations in words: why one was raised, how it stands, whose turn it is and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kpi.present.prose import lower_first
from kpi.present.wording import AMBER, GREEN, GREY, RED, Look, day_name, format_number, joined, month_name, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpi.catalog import Catalog
    from kpi.catalog.policy import Condition, Rule
    from kpi.signals.escalation import Escalation

STATE_LOOKS = (
    Look("active", "◆", "diamond", *RED, "active: raised, and not closed yet"),
    Look("recovering", "▲", "triangle-up", *AMBER, "recovering: better, not yet for long enough"),
    Look("no data", "✕", "x-thin-open", *GREY, "still open, and the month was not reported"),
    Look("pending", "○", "circle-open", *GREY, "pending: the condition holds, not yet for long enough"),
    Look("normal", "●", "circle", *GREEN, "closed"),
    Look("overdue", "■", "square", *RED, "the clock has run out"),
)
_STATE_NAMES = {"normal": "closed"}
_SIGNALS = {
    "outside": "a month outside the control limits",
    "trend": "a trend of 7 months",
    "two_of_three": "2 of 3 months near a control limit",
    "run": "7 months in a row on the worse side of the mean",
}
_STATUS_VERBS = {
    frozenset({"met"}): "meets the target",
    frozenset({"missed"}): "misses the target, within the limit",
    frozenset({"past limit"}): "is past the limit",
    frozenset({"met", "missed"}): "is within the limit",
    frozenset({"missed", "past limit"}): "misses the target",
}
WHOLE_PARTNER = "Whole partner"


@dataclass(frozen=True)
class Clock:
    """``text`` says how long there is, ``until`` the day; ``overdue`` that it ran out."""

    text: str
    until: str
    overdue: bool

    @property
    def sentence(self) -> str:
        return f"{self.text}, {self.until}" if self.until else self.text


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
        needed = months_needed(escalation.rule.enter_months)
        return f"Pending since {month_name(escalation.since)}; it takes {needed} to raise it."
    raised = f"Raised for {month_name(escalation.active_from)}"
    if escalation.closed_on is not None:
        return f"{raised}, closed on {day_name(escalation.closed_on)}."
    since = f"{raised}, open for {plural(age(escalation, day), 'day')}"
    if escalation.state == "recovering":
        needed = months_needed(escalation.rule.exit_months)
        return f"{since}. Recovering: it takes {needed} like the last one to close it."
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
        return Clock("", "", False)
    if escalation.due_on is None:
        return Clock("no clock", "it cannot climb further", False)
    left = (escalation.due_on - day).days
    if left < 0:
        return Clock(f"overdue by {plural(-left, 'day')}", f"since {day_name(escalation.due_on)}", True)
    return Clock(f"{plural(left, 'day')} left" if left else "today", f"until {day_name(escalation.due_on)}", False)


def climbs_sentence(escalation: Escalation, catalog: Catalog) -> str:
    """ "Climbed to tier 3 (executive sponsors) on 3 October 2026: the clock had run out."; "" when it never did."""
    said = [
        f"tier {climb.tier} ({catalog.escalation.tier(climb.tier).name.lower()}) on {day_name(climb.on)}"
        for climb in escalation.climbs
    ]
    if not said:
        return ""
    now = catalog.escalation.tier(escalation.tier).name.lower()
    decides = f" The {now} decides what happens next." if escalation.open else ""
    return f"Climbed to {joined(said, 6)}: the clock had run out.{decides}"


def acknowledged_sentence(escalation: Escalation) -> str:
    """ "Acknowledged by anna on 12 February 2026."; "" when nobody has."""
    by = escalation.acknowledged
    return "" if by is None else f"Acknowledged by {by.actor} on {day_name(by.at.date())}."


def rule_sentence(rule: Rule, catalog: Catalog) -> str:
    """When the rule raises an escalation and when it closes one, from the rule's own data."""
    raised = _conditions(rule.enter, rule.enter_when, catalog)
    closed = _conditions(rule.exit, rule.exit_when, catalog)
    return f"Raised when {raised}{_for_months(rule.enter_months)}. Closed when {closed}{_for_months(rule.exit_months)}."


def _for_months(months: int) -> str:
    return "" if months == 1 else f", {months} months in a row"


def _conditions(conditions: Iterable[Condition], when: str, catalog: Catalog) -> str:
    word = " and " if when == "all" else " or "
    return word.join(condition_text(condition, catalog) for condition in conditions)


def condition_text(condition: Condition, catalog: Catalog) -> str:
    """One condition in words, with its thresholds."""
    return _CONDITION_TEXTS[condition.kind](condition, catalog)


def _status_text(condition: Condition, catalog: Catalog) -> str:
    figure = "the month's figure" if condition.window == 1 else f"the figure of {condition.window} months"
    chance = " by more than chance explains" if condition.beyond_chance else ""
    said = _STATUS_VERBS.get(frozenset(condition.statuses)) or "is one of " + " or ".join(condition.statuses)
    text = f"{figure} {said}{chance}"
    return f"it is not so that {text}" if condition.negated else text


def _signal_text(condition: Condition, catalog: Catalog) -> str:
    every = set(condition.signals) == set(_SIGNALS)
    kinds = "a special cause" if every else " or ".join(_SIGNALS[signal] for signal in condition.signals)
    if condition.negated:
        return f"the control chart shows {kinds.replace('a ', 'no ', 1)} for the worse"
    least = f" (charts of at least {condition.least_points} months)" if condition.least_points else ""
    return f"the control chart shows {kinds} for the worse{least}"


def _amount_text(condition: Condition, catalog: Catalog) -> str:
    indicator = catalog.indicators[condition.kpi]
    name = lower_first(indicator.name)
    over = "" if condition.window == 1 else f" in {condition.window} months"
    number = format_number(condition.at_least, 0 if float(condition.at_least).is_integer() else 2)
    if condition.measure == "value" and indicator.unit != "count":
        return f"the {name}{over} is {'below' if condition.negated else 'at least'} {number}"
    amount = f"fewer than {number}" if condition.negated else f"{number} or more"
    if condition.measure == "value":
        return f"there are {amount} {name}{over}"
    way = "for" if condition.measure == "numerator" else "against"
    return f"{amount} records count {way} the {name}{over}"


def _several_text(condition: Condition, catalog: Catalog) -> str:
    said = _STATUS_VERBS.get(frozenset(condition.statuses)) or "is one of " + " or ".join(condition.statuses)
    chance = " by more than chance explains" if condition.beyond_chance else ""
    if condition.negated:
        whose = "no indicator's" if condition.at_least <= 1 else f"fewer than {condition.at_least:g} indicators'"
        return f"{whose} figure of the month {said}"
    return f"for {condition.at_least:g} indicators or more, the month's figure {said}{chance}"


def _missing_text(condition: Condition, catalog: Catalog) -> str:
    if condition.negated:
        return "every dataset of the month is received"
    grace = f" by more than {plural(condition.grace_days, 'day')}" if condition.grace_days else ""
    return f"a dataset of the month is not received and its reporting day has passed{grace}"


_CONDITION_TEXTS = {
    "status": _status_text,
    "signal": _signal_text,
    "amount": _amount_text,
    "several": _several_text,
    "missing_data": _missing_text,
}


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
    counted = [e for e in escalations if e.open and not e.covered_by]
    open_ones = [e for e in counted if not is_shelved(e, day)]
    shelved = len(counted) - len(open_ones)
    if not open_ones:
        return "No escalation is open." + (f" {shelved} on the shelf." if shelved else "")
    by_tier = [
        f"{count} with {tier.name.lower()} (tier {tier.tier})"
        for tier in sorted(catalog.escalation.tiers, key=lambda tier: -tier.tier)
        if (count := sum(1 for e in open_ones if e.tier == tier.tier))
    ]
    waiting = sum(1 for e in open_ones if e.acknowledged is None)
    late = sum(1 for e in open_ones if clock(e, day).overdue)
    tails = [f"{waiting} not yet acknowledged"] if waiting else ["all acknowledged"]
    tails += [f"{late} overdue"] if late else []
    tails += [f"{shelved} more on the shelf"] if shelved else []
    return f"{plural(len(open_ones), 'escalation')} open: {joined(by_tier)}; {joined(tails)}."
