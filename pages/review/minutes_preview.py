"""What minutes say, on the screen: the same content as the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from kpi.ledger.act_names import SIDES
from kpi.present.meeting_agenda import KIND_NAMES
from kpi.present.wording import day_name, shape_in_markdown
from pages.shared.text import literal

if TYPE_CHECKING:
    from kpi.meeting.minutes import Minutes, MinutesItem
    from kpi.qbr.pack import ActionRow, Figure


def show(minutes: Minutes) -> None:
    """Everything, in the order of the document."""
    st.markdown(f"#### {literal(minutes.heading)}")
    st.caption(
        literal(f"{minutes.partner}, {minutes.period}. {minutes.provenance.line}. Content {minutes.content_sha256}.")
    )
    if not minutes.as_issued:
        st.warning(
            "Put together again, these minutes do not have the content that was issued and signed: the definitions or "
            "the programme have changed since. The issued document is what counts.",
            icon=":material/warning:",
        )
    for side in SIDES:
        people = [f"{one.name} ({one.role})" if one.role else one.name for one in minutes.of_side(side)]
        st.markdown(f"**{side.capitalize()}:** {literal(', '.join(people)) or 'nobody named'}")
    if minutes.text:
        st.markdown(f"**Summary**  \n{_lines(minutes.text)}")
    st.markdown(f"**Figures.** {literal(minutes.figures_summary)}")
    if minutes.figures:
        st.markdown("\n".join(_figure(one) for one in minutes.figures))
    _agenda(minutes.agenda)
    st.markdown("**Decisions**")
    st.markdown(
        "\n".join(
            f"- **{row.id}** {_inline(row.text)}{_about(row.about)} Decided by {literal(row.decided_by)}."
            for row in minutes.decisions
        )
        or "None."
    )
    _actions("Actions agreed", minutes.actions)
    _actions("Earlier actions still open", minutes.earlier_actions)
    st.markdown(literal(minutes.closed_on_time))


def _agenda(items: tuple[MinutesItem, ...]) -> None:
    if not items:
        return
    lines = [
        f"{one.number}. **{_inline(one.title)}** ({KIND_NAMES[one.kind].lower()})"
        + (f". {_inline(one.why)}" if one.why else "")
        + (f"  \n   {_inline(one.note)}" if one.note else "")
        for one in items
    ]
    st.markdown("**Agenda**\n\n" + "\n".join(lines))


def _figure(one: Figure) -> str:
    n = f", n {one.n_text}" if one.n_text else ""
    return (
        f"- {shape_in_markdown(one.status)} {literal(one.name)}: **{literal(one.value_text)}**{n}, "
        f"{one.status_meaning}, target {literal(one.target_text)}"
    )


def _actions(label: str, rows: tuple[ActionRow, ...]) -> None:
    if not rows and label != "Actions agreed":
        return
    lines = [
        f"- **{row.id}** {_inline(row.text)}{_about(row.about)} {literal(row.owner)} ({row.side}), due "
        f"{day_name(row.due_on)}{', overdue' if row.overdue else ''}, {row.state}."
        for row in rows
    ]
    st.markdown(f"**{label}**")
    st.markdown("\n".join(lines) or "None.")


def _about(text: str) -> str:
    return f" ({literal(text)})." if text else "."


def _inline(text: str) -> str:
    """What may have several lines, within one line of a list."""
    return literal(" ".join(text.split())).rstrip(".")


def _lines(text: str) -> str:
    return "  \n".join(literal(line) for line in text.splitlines())
