"""What was said about a figure, beside it: the partner's objections and the sponsor's answers, and a form for one."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from kpi.access import PARTNER_SIDE, SPONSOR_SIDE, right_to_act
from kpi.catalog import Indicator
from kpi.errors import KpiError
from kpi.ledger.figure_names import COMMENT, OBJECT, TURN_DOWN, UPHOLD, WITHDRAW
from kpi.ledger.figure_notes import Figure, FigureNote, open_objections, record_figure_note
from kpi.present.wording import month_name
from pages.shared import marts, problems
from pages.shared.session import FIGURE_ACT, FIGURE_SAID, FIGURE_SIDE, FIGURE_TEXT, Session
from pages.shared.text import literal

TEXT_LIMIT = 4000
NAMES = {  # act → (what the button says, what the text is for)
    OBJECT: ("Object", "What is wrong with the figure, and why"),
    WITHDRAW: ("Withdraw the objection", "Why"),
    COMMENT: ("Comment", "Comment"),
    UPHOLD: ("Uphold the objection", "What follows, and by when"),
    TURN_DOWN: ("Turn the objection down", "Why the figure stands"),
}
DONE = {
    OBJECT: "Objected",
    WITHDRAW: "Withdrew the objection",
    COMMENT: "Commented",
    UPHOLD: "Upheld the objection",
    TURN_DOWN: "Turned the objection down",
}


def show(here: Session, indicator: Indicator, partner: str, currency: str) -> None:
    """Of the month's own figure, whatever window is looked at."""
    figure: Figure = (partner, indicator.id, currency, here.month)
    notes = [note for note in marts.figure_notes(here) if note.figure == figure]
    standing = open_objections(notes).get(figure)
    sides = speaks_for(here, partner)
    said = st.session_state.pop(FIGURE_SAID, None)
    if not notes and not sides and said is None:
        return
    st.subheader(f"Objections and comments, {month_name(here.month)}")
    if said:
        good, text = said
        (st.success if good else st.error)(literal(text))
    for note in reversed(notes):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{DONE[note.action]}**{', not answered yet' if note == standing else ''}")
            st.markdown(literal(note.text))
            st.caption(literal(_who(note)))
    if not notes:
        st.caption("Nobody has objected to this month's figure or commented on it.")
    if not sides:
        return
    if here.filters.as_of is not None:
        st.caption("This is the ledger as it was. Empty the field “As of” to write about the figure.")
        return
    with st.expander("Object, comment or answer", icon=":material/rate_review:"):
        _form(here, figure, sides, standing)


def speaks_for(here: Session, partner: str) -> list[str]:
    """The sides for which this reader may write about the partner's figures."""
    return [
        side for side in (PARTNER_SIDE, SPONSOR_SIDE) if here.person.scope(right_to_act(side), side).allows(partner)
    ]


def offered(side: str, standing: FigureNote | None) -> list[str]:
    """What this side can do now."""
    if side == PARTNER_SIDE:
        return [COMMENT if standing else OBJECT, WITHDRAW if standing else COMMENT]
    return [UPHOLD, TURN_DOWN, COMMENT] if standing else [COMMENT]


def _who(note: FigureNote) -> str:
    return (
        f"{note.actor} for the {note.side}, {note.at:%Y-%m-%d %H:%M} UTC, version {note.version}, about the figure of "
        f"version {note.seen_version}"
    )


def _form(here: Session, figure: Figure, sides: list[str], standing: FigureNote | None) -> None:
    side = sides[0]
    if len(sides) > 1:
        side = st.segmented_control(
            "Writing for", sides, default=side, required=True, key=FIGURE_SIDE, format_func=str.capitalize
        )
    acts = offered(side, standing)
    if st.session_state.get(FIGURE_ACT) not in (None, *acts):
        del st.session_state[FIGURE_ACT]
    act = st.segmented_control(
        "What to do", acts, default=acts[0], required=True, key=FIGURE_ACT, format_func=lambda name: NAMES[name][0]
    )
    label, text_label = NAMES[act]
    key = "_".join((FIGURE_TEXT, *figure[:3], f"{figure[3]:%Y%m}"))  # a text never goes along to another figure
    with st.form("figure_note_form", border=False):
        st.text_area(text_label, key=key, max_chars=TEXT_LIMIT, help="It stays on record. The figure does not change.")
        st.form_submit_button(label, type="primary", on_click=_write, args=(here, figure, act, side, here.version, key))


def _write(here: Session, figure: Figure, act: str, side: str, seen: int, key: str) -> None:
    """From the form's callback. ``seen`` is the version on the screen: who wrote since is told, not overwritten."""
    with problems.shown("a note on a figure"):
        partner, kpi, currency, month = figure
        try:
            record_figure_note(
                here.store,
                partner_id=partner,
                kpi_id=kpi,
                currency=currency,
                month=month,
                action=act,
                side=side,
                text=(st.session_state.get(key) or "").strip(),
                seen_version=seen,
                actor=here.actor,
                now=datetime.now(UTC),
                scope=here.scope_for(right_to_act(side), side),
            )
        except KpiError as error:
            st.session_state[FIGURE_SAID] = (False, f"{error} Your text is still in the form.")
            return
        st.session_state[FIGURE_SAID] = (True, f"{DONE[act]}. It is in the ledger, under your name.")
        st.session_state.pop(FIGURE_ACT, None)
        st.session_state[key] = ""
