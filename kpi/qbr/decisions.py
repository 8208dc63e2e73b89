"""Decisions and agreed actions as rows of a pack, as they stand at a ledger version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from kpi.ledger.links import ESCALATION, INDICATOR
from kpi.ledger.meetings import book_at
from kpi.present.audit_meetings import link_words
from kpi.present.escalations import subject
from kpi.present.wording import day_name, plural
from kpi.qbr.closed_on_time import a_year_before, closed_on_time
from kpi.qbr.pack import DECISIONS, ActionRow, DecisionRow, DecisionsPage

if TYPE_CHECKING:
    from kpi.access import Scope
    from kpi.catalog import Catalog
    from kpi.ledger.links import Link
    from kpi.ledger.meeting_model import AgreedAction, Decision, Meeting
    from kpi.ledger.store import Store
    from kpi.signals.escalation import Escalation

Names = Mapping[str, str]


def decisions_page_of(
    store: Store,
    version: int,
    day: date,
    partner: str,
    scope: Scope,
    catalog: Catalog,
    escalations: Iterable[Escalation] = (),
) -> DecisionsPage:
    """The partner's decisions of the year up to ``day`` and its actions: those that run, and those closed in that year.

    ``escalations``: of the review of the same version, to say what those linked to are about.
    """
    book = book_at(store, scope=scope, as_of=version)
    names = names_of_escalations(escalations, catalog)
    since = a_year_before(day)
    mine = [one for one in book.actions.values() if one.partner_id == partner]
    decided = decision_rows(
        [one for one in book.decisions.values() if one.partner_id == partner], book.meetings, catalog, names
    )
    decided = tuple(row for row in decided if row.day > since)
    agreed = action_rows(
        [one for one in mine if one.running or (one.closed_on and one.closed_on > since)], catalog, names, day
    )
    figure = closed_on_time(mine, day).sentence
    title = _title(decided, agreed)
    notes = [
        f"{title}.",
        figure,
        *(f"{row.id}, {day_name(row.day)}: {row.text}" for row in decided),
        *(f"{row.id}, {row.owner} by {day_name(row.due_on)}, {row.state}: {row.text}" for row in agreed),
    ]
    return DecisionsPage(
        DECISIONS,
        DECISIONS,
        title,
        notes="\n".join(notes),
        closed_on_time=figure,
        decisions=decided,
        actions=agreed,
    )


def decision_rows(
    decisions: Iterable[Decision], meetings: Mapping[int, Meeting], catalog: Catalog, names: Names
) -> tuple[DecisionRow, ...]:
    """Those that stand, newest first; ``meetings`` by version, ``names`` of escalations by id."""
    rows = []
    for one in decisions:
        if not one.stands:
            continue
        meeting = meetings.get(one.meeting_version) if one.meeting_version else None
        row = DecisionRow(
            id=one.id,
            day=meeting.day if meeting else one.at.date(),
            meeting=meeting_name(meeting) if meeting else "",
            text=one.text,
            about=about_words(one.link, catalog, names),
            decided_by=one.decided_by,
        )
        rows.append((row.day, one.version, row))
    return tuple(row for *_, row in sorted(rows, key=lambda entry: entry[:2], reverse=True))


def action_rows(actions: Iterable[AgreedAction], catalog: Catalog, names: Names, day: date) -> tuple[ActionRow, ...]:
    """By the date first agreed, then in the order of agreement; overdue as on ``day``."""
    return tuple(
        ActionRow(
            id=one.id,
            text=one.text,
            about=about_words(one.link, catalog, names),
            owner=one.owner,
            side=one.side,
            due_on=one.first_due_on,
            state=one.state,
            closed_on=one.closed_on,
            overdue=one.overdue(day),
            extended_to=one.due_on if one.due_on != one.first_due_on else None,
        )
        for one in sorted(actions, key=lambda one: (one.first_due_on, one.version))
    )


def meeting_name(meeting: Meeting) -> str:
    """ "Steering committee of 3 December 2026"."""
    return f"{meeting.title} of {day_name(meeting.day)}"


def names_of_escalations(escalations: Iterable[Escalation], catalog: Catalog) -> dict[str, str]:
    """{id: "Right first time: past the limit two months running"}."""
    return {one.id: f"{subject(one, catalog)}: {one.rule.name}" for one in escalations}


def about_words(link: Link, catalog: Catalog, names: Names) -> str:
    """ "Right first time", "E-1a2b3c4d, Right first time: …", "deviations DEV-12"; "" for nothing."""
    if link.kind == INDICATOR:
        indicator = catalog.indicators.get(link.kpi_id)
        name = indicator.name if indicator else link.kpi_id
        return f"{name}, {link.currency}" if link.currency else name
    if link.kind == ESCALATION:
        name = names.get(link.escalation_id, "")
        return f"{link.escalation_id}, {name}" if name else link.escalation_id
    return link_words(link.text)


def _title(decided: tuple[DecisionRow, ...], agreed: tuple[ActionRow, ...]) -> str:
    if not decided and not agreed:
        return "Decisions and actions: none recorded"
    late = sum(1 for row in agreed if row.overdue)
    running = sum(1 for row in agreed if row.closed_on is None)
    said = f"{plural(len(decided), 'decision')}, {plural(running, 'action')} open"
    return f"Decisions and actions: {said}, {late} overdue" if late else f"Decisions and actions: {said}"
