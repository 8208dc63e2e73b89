"""Meetings and agreed actions in words and as tables: what state they are in, what is due, what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from kpi.ledger.meeting_model import AgreedAction, Decision, Edition, Meeting
from kpi.ledger.meeting_names import AGREED, CANCELLED, CONFIRMED, DONE, DROPPED, IN_PROGRESS, ISSUED, OPEN, WAITING
from kpi.present.board import Cell, Column, Row, payload
from kpi.present.wording import AMBER, GREEN, GREY, RED, Look, day_name, period_name, plural

SOON_DAYS = 14  # an action due within these many days is named among the reminders
PLANNED, NO_MINUTES, OVERDUE, OBJECTED = "planned", "no minutes", "overdue", "objected"

MEETING_LOOKS = (
    Look(PLANNED, "○", "", *GREY, "planned"),
    Look(NO_MINUTES, "△", "", *AMBER, "its day has passed and no minutes are issued"),
    Look(ISSUED, "◐", "", *AMBER, "minutes issued, waiting for the other side's confirmation"),
    Look(OBJECTED, "◆", "", *RED, "somebody objects to the minutes"),
    Look(CONFIRMED, "●", "", *GREEN, "minutes confirmed by the other side"),
    Look(CANCELLED, "✕", "", *GREY, "cancelled"),
)
ACTION_LOOKS = (
    Look(OVERDUE, "◆", "", *RED, "overdue: not done by the date first agreed"),
    Look(OPEN, "○", "", *GREY, "open"),
    Look(IN_PROGRESS, "◐", "", *GREY, "in progress"),
    Look(DONE, "●", "", *GREEN, "done"),
    Look(DROPPED, "✕", "", *GREY, "cancelled"),
)
DECISION_LOOKS = (Look(DONE, "●", "", *GREEN, "stands"), Look(DROPPED, "✕", "", *GREY, "withdrawn"))
STATE_WORDS = {
    PLANNED: "Planned",
    NO_MINUTES: "Minutes due",
    ISSUED: "Minutes issued",
    OBJECTED: "Objected to",
    CONFIRMED: "Confirmed",
    CANCELLED: "Cancelled",
}


def state_of(meeting: Meeting, edition: Edition | None, day: date) -> str:
    """One of STATE_WORDS. ``edition``: the newest of its minutes."""
    if edition is not None:
        return {WAITING: ISSUED, AGREED: CONFIRMED}.get(edition.state, OBJECTED)
    if meeting.state == OPEN:
        return PLANNED if meeting.day >= day else NO_MINUTES
    return meeting.state


def meetings_board(
    found: Sequence[Meeting],
    editions: Mapping[int, Sequence[Edition]],
    actions: Iterable[AgreedAction],
    names: Mapping[str, str],
    day: date,
    label: str,
) -> str:
    """Meetings in the order given, each a link to itself. "" for none."""
    counted = list(actions)
    rows = []
    for one in found:
        mine = [action for action in counted if action.meeting_version == one.version]
        issued = editions.get(one.version)
        edition = issued[-1] if issued else None
        rows.append(_meeting_row(one, edition, mine, names, day))
    if not rows:
        return ""
    columns = [
        Column("Meeting", kind="words"),
        Column("State", kind="text"),
        Column("Figures of", kind="text", note="frozen ledger version"),
        Column("Actions open", kind="text", note="agreed in it"),
    ]
    return payload(label, "Day", columns, rows, MEETING_LOOKS)


def _meeting_row(
    one: Meeting, edition: Edition | None, mine: Sequence[AgreedAction], names: Mapping[str, str], day: date
) -> Row:
    state = state_of(one, edition, day)
    running = [action for action in mine if action.running]
    late = sum(1 for action in running if action.overdue(day))
    return Row(
        day_name(one.day),
        [
            Cell(text=one.title, note=names.get(one.partner_id, one.partner_id)),
            Cell(text=STATE_WORDS[state], state=state, note=f"edition {edition.number}" if edition else ""),
            Cell(text=_capital(period_name(one.month, one.window)), note=f"version {one.frozen_version}"),
            Cell(
                text=f"{len(running)} of {len(mine)}" if mine else "none agreed",
                note=f"{late} overdue" if late else "",
            ),
        ],
        note=one.id,
        opens={"page": "meeting", "held": one.id},
    )


def reminders(actions: Iterable[AgreedAction], day: date) -> tuple[list[AgreedAction], list[AgreedAction]]:
    """(overdue on ``day``, due within SOON_DAYS): each by its date, then in the order of agreement."""
    running = sorted((one for one in actions if one.running), key=lambda one: (one.first_due_on, one.version))
    until = day + timedelta(days=SOON_DAYS)
    late = [one for one in running if one.overdue(day)]
    return late, [one for one in running if not one.overdue(day) and one.due_on <= until]


def due_words(action: AgreedAction, day: date) -> str:
    """ "12 days overdue", "due today", "due in 5 days"; "done on 3 December 2026" for a closed one."""
    if not action.running:
        return f"{action.state} on {day_name(action.closed_on)}" if action.closed_on else action.state
    days = (action.first_due_on - day).days
    if days < 0:
        return f"{plural(-days, 'day')} overdue"
    return "due today" if days == 0 else f"due in {plural(days, 'day')}"


def action_state(action: AgreedAction, day: date) -> str:
    return OVERDUE if action.overdue(day) else action.state


def actions_board(
    found: Sequence[AgreedAction],
    about: Mapping[int, str],
    names: Mapping[str, str] | None,
    day: date,
    label: str,
    opens: Mapping[str, str] | None = None,
) -> str:
    """Agreed actions in the order given. ``about``: {version: what it is linked to}. ``names``: of partners, None
    where all are of one. ``opens``: where a row leads to, to which the action's id is added. "" for none.
    """
    rows = []
    for one in found:
        partner = f"{names.get(one.partner_id, one.partner_id)}, " if names is not None else ""
        state = action_state(one, day)
        later = f"first agreed: {day_name(one.first_due_on)}" if one.due_on != one.first_due_on else ""
        linked = about.get(one.version, "")
        rows.append(
            Row(
                one.id,
                [
                    Cell(text=one.text, note=linked),
                    Cell(text=_capital(one.state), state=state, note=due_words(one, day)),
                    Cell(text=one.owner, note=f"{partner}{one.side}"),
                    Cell(text=day_name(one.due_on), note=later),
                ],
                note=one.meeting_id,
                opens={**opens, "agreed": one.id} if opens is not None else {},
            )
        )
    if not rows:
        return ""
    columns = [
        Column("Action", kind="words", note="and what it is about"),
        Column("State", kind="text"),
        Column("Owner", kind="words"),
        Column("Due", kind="text"),
    ]
    return payload(label, "Id", columns, rows, ACTION_LOOKS)


def item_actions_board(found: Sequence[AgreedAction], day: date, label: str, opens: Mapping[str, str]) -> str:
    """Beside the agenda item that they are about, where there is little room: who and when in one line. "" for none."""
    rows = [
        Row(
            one.id,
            [
                Cell(text=one.text, note=f"{one.owner} ({one.side}), due {day_name(one.due_on)}"),
                Cell(text=_capital(one.state), state=action_state(one, day), note=due_words(one, day)),
            ],
            opens={**opens, "agreed": one.id},
        )
        for one in found
    ]
    columns = [Column("Action", kind="words", note="owner and due date"), Column("State", kind="text")]
    return payload(label, "Id", columns, rows, ACTION_LOOKS) if rows else ""


def item_decisions_board(found: Sequence[Decision], label: str) -> str:
    """Beside the agenda item that they are about. "" for none."""
    rows = [
        Row(one.id, [Cell(text=one.text, note=f"Decided by {one.decided_by}"), _stands(one, brief=True)])
        for one in found
    ]
    columns = [Column("Decision", kind="words"), Column("State", kind="text")]
    return payload(label, "Id", columns, rows, DECISION_LOOKS) if rows else ""


def _stands(one: Decision, *, brief: bool = False) -> Cell:
    if one.stands:
        return Cell(text="Stands", state=DONE)
    why = f"by {one.withdrawn_by}: {one.withdrawn}"
    return Cell(text="Withdrawn", state=DROPPED, note="" if brief else why, tip=why)


def decisions_board(found: Sequence[Decision], about: Mapping[int, str], label: str) -> str:
    """Decisions in the order given, withdrawn ones with who withdrew them and why. "" for none."""
    rows = [
        Row(
            one.id,
            [
                Cell(text=one.text, note=about.get(one.version, "")),
                Cell(text=one.decided_by),
                _stands(one),
            ],
        )
        for one in found
    ]
    if not rows:
        return ""
    columns = [
        Column("Decision", kind="words", note="and what it is about"),
        Column("Decided by", kind="words"),
        Column("State", kind="words"),
    ]
    return payload(label, "Id", columns, rows, DECISION_LOOKS)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
