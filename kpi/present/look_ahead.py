"""What is coming up before a meeting, in words and tables: what is overdue already, and what falls due by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from kpi.marts.look_ahead import WHAT
from kpi.present.board import Cell, Column, Row, payload
from kpi.present.wording import day_name, joined, look_of, month_name, plural, shortened

if TYPE_CHECKING:
    from kpi.present.wording import Look

NAMES = {  # what is due, as one and as many
    "deviation": ("deviation", "deviations"),
    "CAPA": ("CAPA", "CAPAs"),
    "response": ("response to a finding", "responses to findings"),
    "finding": ("audit finding", "audit findings"),
    "delivery": ("order line", "order lines"),
}
DATASET_OF = {  # which file would tell that a commitment was met
    "deviation": "deviations",
    "CAPA": "deviations",
    "response": "audit_findings",
    "finding": "audit_findings",
    "delivery": "deliveries",
}
OVERDUE, DUE = "overdue", "due"
LOOKS: tuple[Look, ...] = (
    replace(look_of("past limit"), state=OVERDUE, meaning="past its original due date"),
    replace(look_of("too few"), state=DUE, meaning="falls due by the meeting"),
)
PARTNER_LENGTH = 40  # in a table of records, where the name stands in every row; the board above has it in full
TOLD = ("when", "what", "partner", "site", "record_id", "severity", "description", "due_on", "extended_due_date")
SOMETIMES = ("severity", "extended_due_date")  # left out where no row has one
FILE_AND_ROW = ("submission_id", "file_name", "row_number")


@dataclass(frozen=True)
class LookAhead:
    """``summary``: one or two sentences. ``board``: by partner, "" for nothing. The rest as ``listed`` gives it."""

    summary: str
    board: str
    overdue: pd.DataFrame
    due: pd.DataFrame


def look_ahead_of(
    found: pd.DataFrame, day: date, until: date, partners: Mapping[str, str], sites: Mapping[tuple[str, str], str]
) -> LookAhead:
    """``found`` as kpi.marts.look_ahead gives it. ``partners``: {partner id: label}, ``sites``: see sites.py."""
    late = found["days_left"] < 0
    return LookAhead(
        summary=summary(found, day, until, partners),
        board=_board(found, until, partners),
        overdue=listed(found[late], partners, sites),
        due=listed(found[~late], partners, sites),
    )


def summary(found: pd.DataFrame, day: date, until: date, partners: Mapping[str, str]) -> str:
    """ "44 commitments are overdue on 16 November 2026: … 22 commitments are due by 16 December 2026: …"."""
    if found.empty:
        return f"Nothing was overdue on {day_name(day)}, and nothing falls due by {day_name(until)}."
    late, due = found[found["days_left"] < 0], found[found["days_left"] >= 0]
    sentences = [_counted(late, f"overdue on {day_name(day)}"), _counted(due, f"due by {day_name(until)}")]
    told = partners if found["partner_id"].nunique() > 1 else None
    critical = [_named(row, told) for row in found[found["severity"] == "critical"].itertuples()]
    if critical:
        sentences.append(f"Critical: {joined(critical)}.")
    if len(late):
        oldest: Any = next(late.itertuples())
        sentences.append(f"The oldest is {_named(oldest, told)}, {days(oldest.days_left)}.")
    return " ".join(sentences)


def unconfirmed(found: pd.DataFrame, coverage: pd.DataFrame, partners: Mapping[str, str]) -> str:
    """What is overdue only as far as anybody knows: it fell due after the newest month of that partner's file.

    ``coverage`` as the marts have it. "" when every overdue commitment could have been reported as met.
    """
    received = coverage[coverage["received_on"].notna()]
    newest = received.groupby(["partner_id", "dataset"])["month"].max().to_dict()
    counts: dict[tuple[str, str, date], int] = {}
    for row in found[found["days_left"] < 0].itertuples():
        what, partner = str(row.what), str(row.partner_id)
        last = newest.get((partner, DATASET_OF[what]))
        if last is not None and pd.Timestamp(row.due_on).to_period("M") > pd.Timestamp(last).to_period("M"):  # type: ignore[arg-type]
            key = (partner, what, pd.Timestamp(last).date())
            counts[key] = counts.get(key, 0) + 1
    told = [
        f"{plural(count, *NAMES[what])} of {partners.get(partner, partner)} (its newest "
        f"{DATASET_OF[what].replace('_', ' ')} file is for {month_name(last)})"
        for (partner, what, last), count in sorted(counts.items())
    ]
    return f"Not confirmed, some may be done: {joined(told, 4)}." if told else ""


def days(left: int) -> str:
    """ "12 days overdue", "today", "in 5 days"."""
    if left < 0:
        return f"{plural(-left, 'day')} overdue"
    return f"in {plural(left, 'day')}" if left else "today"


def listed(found: pd.DataFrame, partners: Mapping[str, str], sites: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """The commitments as people read them, in the same order; columns TOLD, then FILE_AND_ROW."""
    table = found.assign(
        when=[days(int(left)) for left in found["days_left"]],
        what=[NAMES[what][0].capitalize() if what != "CAPA" else what for what in found["what"]],
        partner=[shortened(partners.get(partner, partner), PARTNER_LENGTH) for partner in found["partner_id"]],
        site=[sites.get(key, key[1]) for key in zip(found["partner_id"], found["site_id"], strict=True)],
    )
    told = [name for name in TOLD if name not in SOMETIMES or table[name].notna().any()]
    return table[[*told, *FILE_AND_ROW]].reset_index(drop=True)


def _counted(found: pd.DataFrame, when: str) -> str:
    """ "44 commitments are overdue on …: 9 deviations, 5 CAPAs …"; in the order of WHAT."""
    if found.empty:
        return f"Nothing is {when}."
    counts = found["what"].value_counts()
    kinds = [plural(int(counts[what]), *NAMES[what]) for what in WHAT if what in counts]
    if len(kinds) == 1:
        return f"{kinds[0]} {'is' if len(found) == 1 else 'are'} {when}."
    return f"{plural(len(found), 'commitment')} are {when}: {joined(kinds, len(WHAT))}."


def _named(row: Any, partners: Mapping[str, str] | None) -> str:
    """ "audit finding F-12 of Basel Works"; without the partner where all is about one."""
    noun = "" if row.record_id.startswith(row.what) else f"{NAMES[row.what][0]} "  # CAPAs mostly say so themselves
    of = "" if partners is None else f" of {partners.get(row.partner_id, row.partner_id)}"
    return f"{noun}{row.record_id}{of}"


def _board(found: pd.DataFrame, until: date, partners: Mapping[str, str]) -> str:
    """One row per partner, most overdue first; one column per kind of commitment."""
    if found.empty:
        return ""
    kinds = [what for what in WHAT if (found["what"] == what).any()]
    counted = {
        str(partner): [_count(mine[mine["what"] == what]) for what in kinds]
        for partner, mine in found.groupby("partner_id")
    }
    order = sorted(counted, key=lambda p: (-sum(late for late, _ in counted[p]), partners.get(p, p).casefold(), p))
    rows = [Row(partners.get(p, p), [_cell(*pair) for pair in counted[p]], opens=_opens(p, partners)) for p in order]
    heads = [NAMES[what][1] if what == "CAPA" else NAMES[what][1].capitalize() for what in kinds]
    columns = [Column(head, kind="text") for head in heads]
    return payload(f"Due by {day_name(until)}, by partner", "Partner", columns, rows, LOOKS)


def _opens(partner: str, partners: Mapping[str, str]) -> dict[str, str]:
    return {"partner": partners[partner]} if partner in partners else {}


def _count(found: pd.DataFrame) -> tuple[int, int]:
    late = int((found["days_left"] < 0).sum())
    return late, len(found) - late


def _cell(late: int, due: int) -> Cell:
    if late:
        return Cell(text=f"{late:,} overdue", state=OVERDUE, note=f"{due:,} due" if due else "")
    return Cell(text=f"{due:,} due", state=DUE) if due else Cell(text="–")
