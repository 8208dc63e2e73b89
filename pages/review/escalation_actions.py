"""What people did about an escalation, and the forms to do more. Everything is appended to the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import streamlit as st

from kpi.access import right_to_act
from kpi.errors import KpiError
from kpi.ledger.actions import Action, record_action
from kpi.present.escalations import is_shelved
from kpi.present.wording import day_name
from kpi.signals.escalation import Escalation
from kpi.signals.review import Review
from pages.shared import problems
from pages.shared.session import (
    ACTION,
    ACTION_OWNER,
    ACTION_SAID,
    ACTION_SIDE,
    ACTION_TEXT,
    ACTION_UNTIL,
    Session,
)
from pages.shared.text import literal

SPONSOR, PARTNER = "sponsor", "partner"
TEXT_LIMIT = 4000
SHELVED_DAYS = 30
NAMES = {  # action → (what the button says, what the text is for, whether it is needed)
    "acknowledge": ("Acknowledge", "Note (optional)", False),
    "comment": ("Comment", "Comment", True),
    "assign": ("Assign", "Note (optional)", False),
    "shelve": ("Shelve", "Reason", True),
    "unshelve": ("Take off the shelf", "Note (optional)", False),
    "reply": ("Reply", "Reply of the partner", True),
    "object": ("Object", "What the partner objects to, and why", True),
    "withdraw objection": ("Withdraw the objection", "Note (optional)", False),
}
DONE = {
    "acknowledge": "Acknowledged",
    "comment": "Commented",
    "assign": "Assigned",
    "shelve": "Shelved",
    "unshelve": "Taken off the shelf",
    "reply": "Replied",
    "object": "Objected",
    "withdraw objection": "Withdrew the objection",
}


def timeline(escalation: Escalation) -> None:
    """Who did what, when and why, the newest first."""
    st.markdown("##### What was done")
    if said := st.session_state.pop(ACTION_SAID, None):
        good, text = said
        (st.success if good else st.error)(literal(text))
    if not escalation.actions:
        st.markdown("Nobody has acted on it yet.")
    for action in reversed(escalation.actions):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{DONE[action.action]}**{literal(_detail(action))}")
            if action.text:
                st.markdown(literal(action.text))
            st.caption(
                literal(
                    f"{action.actor} for the {action.side}, {action.at:%Y-%m-%d %H:%M} UTC, version {action.version}"
                )
            )


def _detail(action: Action) -> str:
    if action.action == "assign":
        return f" to {action.owner}"
    return f" until {day_name(action.until)}" if action.until else ""


def offered(escalation: Escalation, day: date, side: str) -> list[str]:
    """What this side can do now, in the order of a meeting."""
    if side == PARTNER:
        objection = "withdraw objection" if escalation.objection else "object"
        return ["reply", objection, "comment"]
    if not escalation.open:
        return ["comment"]
    shelf = "unshelve" if is_shelved(escalation, day) else "shelve"
    return [*([] if escalation.acknowledged else ["acknowledge"]), "comment", "assign", shelf]


def forms(here: Session, review: Review, escalation: Escalation) -> None:
    """One form: for whom, what, and its fields."""
    if here.filters.as_of is not None:
        st.caption("This is the ledger as it was. Empty the field “As of” to act on the escalation.")
        return
    sides = here.sides(right_to_act, escalation.partner_id)
    if not sides:
        st.caption("Acts on escalations are recorded by members of the committee, each for their own side.")
        return
    with st.container(border=True):
        side = _side(sides)
        actions = offered(escalation, review.day, side)
        if st.session_state.get(ACTION) not in (None, *actions):
            del st.session_state[ACTION]
        action = st.segmented_control(
            "What to do",
            actions,
            default=actions[0],
            required=True,
            key=ACTION,
            format_func=lambda name: NAMES[name][0],
        )
        label, text_label, _needed = NAMES[action]
        with st.form("escalation_form", border=False):
            if action == "assign":
                st.text_input("Owner", key=ACTION_OWNER, max_chars=200, help="The person who answers for the response.")
            if action == "shelve":
                today = datetime.now(UTC).date()
                st.date_input(
                    "Shelve until",
                    value=max(today, review.day) + timedelta(days=SHELVED_DAYS),
                    min_value=today + timedelta(days=1),
                    key=ACTION_UNTIL,
                    format="YYYY-MM-DD",
                )
            st.text_area(text_label, key=ACTION_TEXT, max_chars=TEXT_LIMIT)
            st.form_submit_button(
                label, type="primary", on_click=_act, args=(here, escalation, action, side, here.version)
            )


def _side(sides: list[str]) -> str:
    """For whom it is done; asked only of somebody who may speak for both."""
    if len(sides) == 1:
        st.markdown(f"Acting for the **{sides[0]}**")
        return sides[0]
    return st.segmented_control(
        "Acting for",
        sides,
        default=sides[0],
        required=True,
        key=ACTION_SIDE,
        format_func=str.capitalize,
    )


def _act(here: Session, escalation: Escalation, action: str, side: str, seen: int) -> None:
    """From the form's callback. ``seen`` is the version on the screen: who acted since is told, not overwritten."""
    with problems.shown("an action on an escalation"):
        try:
            record_action(
                here.store,
                escalation_id=escalation.id,
                rule_id=escalation.rule.id,
                partner_id=escalation.partner_id,
                kpi_id=escalation.kpi_id,
                currency=escalation.currency,
                month=escalation.active_from or escalation.since,
                action=action,
                side=side,
                text=(st.session_state.get(ACTION_TEXT) or "").strip(),
                owner=(st.session_state.get(ACTION_OWNER) or "").strip() if action == "assign" else "",
                until=st.session_state.get(ACTION_UNTIL) if action == "shelve" else None,
                actor=here.actor,
                now=datetime.now(UTC),
                scope=here.scope_for(right_to_act(side), side),
                after_version=seen,
            )
        except KpiError as error:
            st.session_state[ACTION_SAID] = (False, f"{error} Your text is still in the form.")
            return
        st.session_state[ACTION_SAID] = (True, f"{DONE[action]}. It is in the ledger, under your name.")
        st.session_state.pop(ACTION, None)
        for key in (ACTION_TEXT, ACTION_OWNER):
            st.session_state[key] = ""  # the browser would go on showing what is only forgotten here
