"""Commands about what comes of meetings: decisions and agreed actions."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from kpi.access import Right
from kpi.cli.meeting_options import (
    ABOUT,
    AS_OF,
    OF_MEETING,
    OF_PARTNER,
    SIDE,
    day_of,
    day_option,
    link_of,
    require_partner,
)
from kpi.cli.messages import say
from kpi.cli.options import format_option, settings_of, store_and_actor
from kpi.cli.tables import CSV, JSON, TABLE, write_frame
from kpi.ledger.meeting_names import ACTION_STATES

DECISION_COLUMNS = (
    "id", "at", "partner_id", "meeting", "text", "about", "decided_by", "withdrawn_by", "withdrawn",
)  # fmt: skip
ACTION_COLUMNS = (
    "id", "partner_id", "meeting", "text", "about", "owner", "side", "first_due_on", "due_on", "state", "closed_on",
    "overdue",
)  # fmt: skip
# "in-progress" needs no quotes in a shell.
STATE_OF_WORD = {state.replace(" ", "-"): state for state in ACTION_STATES}


@click.command()
@OF_MEETING
@OF_PARTNER
@click.option("--text", required=True, help="What was decided; it is kept for good.")
@click.option("--by", "decided_by", metavar="NAME", required=True, help="Who decided.")
@ABOUT
@store_and_actor
@click.pass_context
def decide(context: click.Context, meeting_id: str, partner_id: str, text: str, decided_by: str, about: str) -> None:
    """Record a decision of a meeting, or of a partner's committee outside one."""
    from kpi.ledger.decisions import record_decision

    settings = settings_of(context)
    store = settings.open_store()
    require_partner(store, partner_id, settings.scope_for(Right.HOLD_MEETINGS))
    decision = record_decision(
        store,
        meeting_id=meeting_id,
        partner_id=partner_id,
        text=text,
        decided_by=decided_by,
        link=link_of(about),
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.HOLD_MEETINGS),
    )
    say(f"Recorded {decision.id}. The ledger is at version {decision.version}.")


@click.command("withdraw-decision")
@click.argument("decision_id", metavar="DECISION")
@click.option("--reason", required=True, help="Why; it is kept for good.")
@store_and_actor
@click.pass_context
def withdraw_decision(context: click.Context, decision_id: str, reason: str) -> None:
    """Withdraw a decision. It stays on record with the reason."""
    from kpi.ledger.decisions import withdraw_decision as take_back

    settings = settings_of(context)
    gone = take_back(
        settings.open_store(), decision_id, reason=reason, actor=settings.actor, now=datetime.now(UTC),
        scope=settings.scope_for(Right.HOLD_MEETINGS),
    )  # fmt: skip
    say(f"Withdrew {gone.id}.")


@click.command()
@OF_MEETING
@OF_PARTNER
@AS_OF
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def decisions(context: click.Context, meeting_id: str, partner_id: str, as_of: str | None, layout: str | None) -> None:
    """List the decisions, newest first, withdrawn ones too."""
    import pandas as pd

    from kpi.ledger.decisions import decisions as read_decisions

    settings = settings_of(context)
    found = read_decisions(
        settings.open_store(),
        scope=settings.scope_for(Right.READ),
        as_of=as_of,
        partner=partner_id or None,
        meeting_id=meeting_id,
    )
    rows = [
        (d.id, d.at, d.partner_id, d.meeting_id, d.text, d.link.text, d.decided_by, d.withdrawn_by, d.withdrawn)
        for d in found
    ]
    write_frame(pd.DataFrame(rows, columns=list(DECISION_COLUMNS)), layout)


@click.command("agree-action")
@OF_MEETING
@OF_PARTNER
@click.option("--text", required=True, help="What is to be done; it is kept for good.")
@click.option("--owner", metavar="NAME", required=True, help="The person or role who answers for it.")
@SIDE
@day_option("--due", "The day by which it is to be done.", required=True)
@ABOUT
@store_and_actor
@click.pass_context
def agree_action(
    context: click.Context,
    meeting_id: str,
    partner_id: str,
    text: str,
    owner: str,
    side: str,
    due: datetime,
    about: str,
) -> None:
    """Record an action agreed in a meeting, or outside one. --side is that of its owner."""
    from kpi.ledger.agreed_actions import agree_action as record

    settings = settings_of(context)
    store = settings.open_store()
    require_partner(store, partner_id, settings.scope_for(Right.HOLD_MEETINGS))
    action = record(
        store,
        meeting_id=meeting_id,
        partner_id=partner_id,
        text=text,
        owner=owner,
        side=side,
        due_on=due.date(),
        link=link_of(about),
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.HOLD_MEETINGS),
    )
    say(f"Recorded {action.id}, due on {action.due_on}. The ledger is at version {action.version}.")


@click.command("change-action")
@click.argument("action_id", metavar="ACTION")
@click.option("--state", "word", type=click.Choice(list(STATE_OF_WORD)), help="How it stands now.")
@click.option("--owner", metavar="NAME", help="Another owner.")
@day_option("--due", "A later day. The one first agreed stays on record and decides whether it is on time.")
@click.option("--note", default="", help="Why, or how it goes; it is kept for good.")
@store_and_actor
@click.pass_context
def change_action(
    context: click.Context, action_id: str, word: str | None, owner: str | None, due: datetime | None, note: str
) -> None:
    """Change the state, owner or due date of an agreed action.

    A closed one is opened again with --state open or in-progress. Cancelling, opening again and another due date need a
    note.
    """
    from kpi.ledger.agreed_actions import change_action as record

    settings = settings_of(context)
    changed = record(
        settings.open_store(),
        action_id,
        state=STATE_OF_WORD[word] if word else None,
        owner=owner,
        due_on=day_of(due),
        note=note,
        actor=settings.actor,
        now=datetime.now(UTC),
        scope=settings.scope_for(Right.HOLD_MEETINGS),
    )
    say(f"{changed.id} is {changed.state}, {changed.owner}, due on {changed.due_on}.")


@click.command("agreed-actions")
@OF_MEETING
@OF_PARTNER
@click.option("--open", "only_open", is_flag=True, help="Only those that are not closed.")
@AS_OF
@format_option(TABLE, CSV, JSON)
@store_and_actor
@click.pass_context
def agreed_actions(
    context: click.Context,
    meeting_id: str,
    partner_id: str,
    only_open: bool,
    as_of: str | None,
    layout: str | None,
) -> None:
    """List the agreed actions by due date, and how many were closed on time.

    Overdue means after the date first agreed. An action is on time when it was closed by that date.
    """
    import pandas as pd

    from kpi.ledger.agreed_actions import agreed_actions as read_actions
    from kpi.ledger.evaluation import day_asked
    from kpi.ledger.reads import resolve_as_of
    from kpi.qbr.closed_on_time import closed_on_time

    settings = settings_of(context)
    store = settings.open_store()
    version = resolve_as_of(store, as_of)
    day = day_asked(store, version, as_of, datetime.now(UTC).date())
    scope = settings.scope_for(Right.READ)
    found = read_actions(store, scope=scope, as_of=version, partner=partner_id or None, meeting_id=meeting_id)
    rows = [
        (
            a.id, a.partner_id, a.meeting_id, a.text, a.link.text, a.owner, a.side, a.first_due_on.isoformat(),
            a.due_on.isoformat(), a.state, a.closed_on.isoformat() if a.closed_on else None, a.overdue(day),
        )
        for a in found
        if a.running or not only_open
    ]  # fmt: skip
    write_frame(pd.DataFrame(rows, columns=list(ACTION_COLUMNS)), layout)
    say(f"{closed_on_time(found, day).sentence} Ledger version {version}.")
