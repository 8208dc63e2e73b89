"""The page of an evidence bundle: one HTML file that needs nothing else, to read, print or send on."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from kpi.present.escalations import (
    climbs_sentence,
    clock,
    heading,
    rule_sentence,
    state_sentence,
)
from kpi.present.months import each_row
from kpi.present.signals import rule_words
from kpi.present.wording import (
    day_name,
    format_interval,
    format_n,
    format_target,
    format_value,
    is_missing,
    look_of,
    month_name,
    short_month,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.signals.evidence import Evidence

MOST_RECORDS = 200  # on the page; the CSV beside it has them all
STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2733}"
    "table{border-collapse:collapse;margin:.4rem 0 1rem;font-size:.86rem}"
    "th,td{border:1px solid #c9d1d9;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    "th{background:#f0f3f6}h2{margin-top:1.8rem;font-size:1.15rem}.wide{overflow-x:auto}small{color:#5c6875}"
)


def evidence_page(evidence: Evidence, catalog: Catalog, names: Mapping[str, str]) -> str:
    """HTML; every text of a record or a person in it is escaped."""
    escalation, rule = evidence.escalation, evidence.escalation.rule
    title = f"{escalation.id}: {heading(escalation, catalog, names)}"
    now = clock(escalation, evidence.day).sentence
    facts = [
        ("Rule", f"{rule.name} ({rule.id}, version {rule.version})"),
        ("What it says", rule_sentence(rule, catalog)),
        ("Why", rule.why),
        ("Source", rule.source),
        ("State", state_sentence(escalation, evidence.day)),
        ("Tier", f"{escalation.tier}, {catalog.escalation.tier(escalation.tier).name.lower()}"),
        ("Climbs", climbs_sentence(escalation, catalog)),
        ("Clock", now),
        ("Proposed response", rule.response),
        ("Owner", escalation.owner),
        ("Data", f"Ledger version {evidence.version}, definitions {evidence.definitions}, judged on "
                 f"{day_name(evidence.day)}"),
    ]  # fmt: skip
    parts = [
        f"<h1>{escape(title)}</h1>",
        _table([], [(label, text) for label, text in facts if text]),
        *_figures(evidence, catalog),
        *_chart(evidence, catalog),
        "<h2>History</h2>",
        _table(
            ["Known on", "Month", "State"],
            [
                (day_name(step.on), month_name(step.month), "closed" if step.state == "normal" else step.state)
                for step in escalation.history
            ],
        ),
        "<h2>What people did</h2>",
        _actions(evidence),
        *_records(evidence),
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _figures(evidence: Evidence, catalog: Catalog) -> Iterable[str]:
    for kpi_id, rows in evidence.figures.groupby("kpi_id", observed=True, sort=False):
        indicator = catalog.indicators[str(kpi_id)]
        yield f"<h2>{escape(indicator.name)} by month</h2><p>{escape(indicator.sentence)}</p>"
        yield _table(
            ["Month", "Value", "Numerator", "Denominator", "n", "95 % interval", "Target", "Status"],
            [
                (
                    short_month(row.month),
                    format_value(indicator, row.value, row.currency),
                    _number(row.numerator),
                    _number(row.denominator),
                    format_n(row.n),
                    format_interval(indicator, row.lower, row.upper),
                    format_target(indicator, row.target),
                    look_of(row.status).meaning,
                )
                for row in each_row(rows)
            ],
        )


def _chart(evidence: Evidence, catalog: Catalog) -> Iterable[str]:
    flagged = evidence.chart[evidence.chart["rule"] != ""] if len(evidence.chart) else evidence.chart
    if not evidence.escalation.kpi_id:
        return
    indicator = catalog.indicators[evidence.escalation.kpi_id]
    yield "<h2>Control chart</h2>"
    if flagged.empty:
        yield "<p>No month is flagged: by the chart alone this is common cause.</p>"
        return
    yield _table(
        ["Month", "Value", "Limits", "Rule", "Reading"],
        [
            (
                short_month(row.month),
                format_value(indicator, row.value, row.currency),
                f"{format_value(indicator, row.lower_limit)} to {format_value(indicator, row.upper_limit)}",
                rule_words(row.rule, row.side, indicator),
                row.reading,
            )
            for row in each_row(flagged)
        ],
    )


def _actions(evidence: Evidence) -> str:
    rows = [
        (f"{action.at:%Y-%m-%d %H:%M} UTC", f"{action.actor} ({action.side})", action.action, _what(action))
        for action in evidence.escalation.actions
    ]
    return _table(["When", "Who", "Action", "Text"], rows) if rows else "<p>Nobody has acted on it.</p>"


def _what(action: Any) -> str:
    extra = [f"owner: {action.owner}"] if action.owner else []
    extra += [f"until {day_name(action.until)}"] if action.until else []
    return "; ".join(text for text in [action.text, *extra] if text)


def _records(evidence: Evidence) -> Iterable[str]:
    frames: dict[str, pd.DataFrame] = {"Records behind it": evidence.records}
    frames |= {f"Linked {name.replace('_', ' ')}": frame for name, frame in sorted(evidence.linked.items())}
    if not evidence.escalation.kpi_id:
        frames["Data received"] = evidence.coverage
    for title, frame in frames.items():
        if frame.empty:
            continue
        shown = frame.head(MOST_RECORDS)
        more = f" (the first {MOST_RECORDS} of {len(frame):,}; the CSV has all)" if len(frame) > MOST_RECORDS else ""
        yield f"<h2>{escape(title)}{more}</h2>"
        rows = [[_cell(value) for value in row] for row in shown.itertuples(index=False, name=None)]
        yield f'<div class="wide">{_table([str(name).replace("_", " ") for name in shown.columns], rows)}</div>'


def _cell(value: Any) -> str:
    if is_missing(value):
        return ""
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)


def _number(value: Any) -> str:
    if is_missing(value):
        return ""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "<tr>" + "".join(f"<th>{escape(name)}</th>" for name in heads) + "</tr>" if heads else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"
