"""QBR pack: the deck, the workbook and the PDF for a business review, of one partner or of many."""

from __future__ import annotations

import streamlit as st

from kpi.access import Right
from kpi.present.wording import joined, period_name
from pages.export import qbr_making, qbr_many, qbr_pages, qbr_settings, qbr_source
from pages.export import qbr_state as state
from pages.shared import filters, header, problems
from pages.shared.session import MEETING_PACK, PARTNER, QBR_FIGURES, QBR_PARTNER, QBR_SCOPE, Session, current
from pages.shared.text import literal

ONE, SEVERAL = "One partner", "Several partners"


def choose_partner() -> None:
    """Where the sidebar names no partner: ask for one here, and let the sidebar name it."""
    with problems.shown("the partner of a pack"):
        st.session_state[PARTNER] = st.session_state[QBR_PARTNER]


def ask_for_partner(here: Session) -> None:
    export = here.person.scope(Right.EXPORT)
    partners = {key: label for key, label in filters.offered(here).partners.items() if key and export.allows(key)}
    st.selectbox(
        "Partner",
        list(partners),
        index=None,
        key=QBR_PARTNER,
        format_func=lambda key: partners.get(key, str(key)),
        placeholder="Choose a partner, here or in the sidebar",
        on_change=choose_partner,
        width=420,
    )


def choose_figures(here: Session, partner_id: str) -> str:
    """The sidebar's ledger version, or a meeting's frozen one; not asked where there is no meeting."""
    offered = qbr_source.offered_meetings(here, partner_id)
    if st.query_params.get(MEETING_PACK) in offered:  # followed once; then the field below says
        st.session_state[QBR_FIGURES] = st.query_params.pop(MEETING_PACK)
    if st.session_state.get(QBR_FIGURES) not in ("", *offered):
        st.session_state.pop(QBR_FIGURES, None)
    if not offered:
        return ""
    usual = f"Ledger version {here.version}, as the sidebar has it"
    return st.selectbox(
        "Figures",
        ["", *offered],
        key=QBR_FIGURES,
        format_func=lambda key: qbr_source.meeting_label(offered[key]) if key in offered else usual,
        persist_state="session",
        help="A meeting's figures stay as they were frozen, whatever is submitted later.",
        width=620,
    )


def one_partner(here: Session) -> None:
    if here.filters.partner is None:
        ask_for_partner(here)
        return
    partner = here.filters.partner
    if not here.may(Right.EXPORT, partner=partner):
        st.info("You may see this partner's figures, but not take them out as files.", icon=":material/lock:")
        return
    held = choose_figures(here, partner)
    meeting = qbr_source.offered_meetings(here, partner)[held] if held else None
    month, window = (meeting.month, meeting.window) if meeting else (here.month, here.filters.window)
    chosen = state.Chosen(partner, month, window, held)
    source = qbr_source.source(here, meeting)
    outline = qbr_source.outline(source, chosen, state.until(), state.title())
    strange = state.settle(outline.usual)
    st.subheader(literal(f"{outline.pack.partner}, {outline.pack.period}"))
    st.caption(literal(f"{outline.pack.provenance.line}."))
    if meeting and (meeting.month, meeting.window) != (here.month, here.filters.window):
        st.info(f"The meeting looks at {period_name(month, window)}, and so does its pack.", icon=":material/event:")
    if strange:
        st.info(literal(f"This partner has no page {joined(strange, 4)}; it was left out."))
    choices = state.choices_of(chosen, outline.usual)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        qbr_settings.title_and_day(outline.pack.provenance.day)
        qbr_settings.saved_choices(here, choices)
    st.subheader("Pages")
    qbr_pages.choose(outline.views, here.catalog, choices.comments)
    qbr_pages.comment_on_one(outline.views, chosen)
    st.subheader("Files")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = qbr_settings.kinds()
        qbr_settings.company_template()
    any_page = bool(state.page_list().chosen(outline.usual))
    qbr_making.make_and_offer(source, outline.pack, choices, kinds, can_make=any_page)


def several_partners(here: Session) -> None:
    source = qbr_source.source(here)
    st.caption(literal(f"{period_name(here.month, here.filters.window)}. {source.provenance.line}."))
    qbr_settings.title_and_day(source.provenance.day)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = qbr_settings.kinds()
        qbr_settings.company_template()
    qbr_many.show(here, source, kinds)


here = current()
st.title("QBR pack")
header.stop_when_empty(here)
how = ONE
if here.only_partner is None:
    how = st.segmented_control(
        "For",
        [ONE, SEVERAL],
        default=ONE,
        required=True,
        key=QBR_SCOPE,
        persist_state="session",
        label_visibility="collapsed",
    )
qbr_settings.said()
if how == ONE:
    one_partner(here)
else:
    several_partners(here)
st.caption(
    "What you choose and write here is kept while this browser tab stays open. Save the choices as a file to keep them "
    "for longer, or to use them again next quarter."
)
qbr_making.warm_up()
