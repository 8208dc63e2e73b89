"""The pages of the pack: which go in, in which order, what each will hold, and the comment on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from kpi.present.wording import look_of, plural
from kpi.qbr.choices import LONGEST_COMMENT
from kpi.qbr.pack import INDICATOR, TITLE
from kpi.qbr.page_list import ALL, ATTENTION, HEADLINE, WITH_FIGURE, PageList
from pages.export import qbr_state as state
from pages.shared import problems
from pages.shared.session import QBR_COMMENT, QBR_LIST, QBR_PAGE
from pages.shared.text import literal

if TYPE_CHECKING:
    import pandas as pd

    from kpi.catalog import Catalog
    from kpi.qbr.preview import PageView

IN, PLACE = "In", "Place"
SELECTIONS = {
    ALL: ("All", "Every indicator of this partner."),
    WITH_FIGURE: ("With a figure", "Those that have a figure for the period."),
    ATTENTION: ("That need attention", "Past a limit or target, getting worse by a special cause, or not reported."),
    HEADLINE: ("Headline", "The indicators of the portfolio screen."),
}
ROW = 31  # pixels of a row and of the head, as the theme's font size makes them
MOST_ROWS = 18  # beyond, the table scrolls


def choose(views: Sequence[PageView], catalog: Catalog, comments: Mapping[str, str]) -> None:
    """The table of pages with quick choices above it. ``views`` in the usual order."""
    _quick_choices(views, catalog)
    if all(view.is_empty for view in views if view.kind == INDICATOR):
        st.info("No indicator has a figure for this period. Choose another month, or “With a figure” for a short pack.")
    pages, usual = state.page_list(), [view.key for view in views]
    keys = pages.arranged(usual)
    edited = st.data_editor(
        table(views, pages, comments),
        key=f"{QBR_LIST} {state.list_round()}",
        column_config={
            IN: st.column_config.CheckboxColumn("In", width=40, help="Whether the page goes into the pack"),
            PLACE: st.column_config.NumberColumn(
                "Place",
                width=56,
                min_value=1,
                max_value=len(keys),
                step=1,
                required=True,
                help="Type another to move the page",
            ),
            "Page": st.column_config.TextColumn(width=310),
            "Holds": st.column_config.TextColumn(width=250),
            "Remark": st.column_config.TextColumn(width=320),
            "Comment": st.column_config.TextColumn(width=220),
        },
        disabled=["Page", "Holds", "Remark", "Comment"],
        hide_index=True,
        height=ROW * (1 + min(len(keys), MOST_ROWS)) + 2,
        placeholder="",
        alt="The pages of the pack in order, with what each holds",
    )
    st.caption(counted(views, pages))
    _take_over(edited, pages, usual)


def table(views: Sequence[PageView], pages: PageList, comments: Mapping[str, str]) -> pd.DataFrame:
    """A row a page in the order arranged; shapes say how an indicator stands."""
    import pandas as pd

    by_key = {view.key: view for view in views}
    keys = pages.arranged([view.key for view in views])
    rows = [
        {
            IN: key not in pages.out,
            PLACE: place,
            "Page": page_name(view),
            "Holds": view.holds,
            "Remark": view.remark,
            "Comment": " ".join(comments.get(key, "").split()),
        }
        for place, (key, view) in enumerate(((key, by_key[key]) for key in keys), start=1)
    ]
    return pd.DataFrame(rows, index=list(keys))


def page_name(view: PageView) -> str:
    """The page's title behind the shape that says how its indicator stands."""
    if view.kind == TITLE:
        return f"Title: {view.title}"
    return f"{look_of(view.status).shape} {view.title}" if view.status else view.title


def counted(views: Sequence[PageView], pages: PageList) -> str:
    """ "12 of 41 pages go into the pack, 3 of them with nothing to show for the period." """
    chosen = set(pages.chosen([view.key for view in views]))
    if not chosen:
        return "No page is chosen: a pack needs at least one."
    empty = sum(1 for view in views if view.key in chosen and view.is_empty)
    bare = f", {empty} of them with nothing to show for the period" if empty else ""
    return f"{len(chosen)} of {plural(len(views), 'page')} {'go' if len(chosen) > 1 else 'goes'} into the pack{bare}."


def comment_on_one(views: Sequence[PageView], chosen: state.Chosen) -> None:
    """One page by itself: move it, leave it out, write what the meeting shall read beside it."""
    pages, usual = state.page_list(), tuple(view.key for view in views)
    keys = pages.arranged(usual)
    titles = {view.key: page_name(view) for view in views}
    if st.session_state.get(QBR_PAGE) not in keys:
        st.session_state.pop(QBR_PAGE, None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        page = st.selectbox(
            "Page",
            list(keys),
            key=QBR_PAGE,
            format_func=lambda key: titles.get(key, str(key)),
            filter_mode="contains",
            persist_state="session",
            width=220,
        )
        place = keys.index(page) + 1
        for label, to in (("Up", place - 1), ("Down", place + 1)):
            st.button(
                label,
                key=f"qbr_move {label}",
                disabled=not 1 <= to <= len(keys),
                on_click=_moved,
                args=(usual, page, to),
            )
        left_out = page in pages.out
        st.button("Take in" if left_out else "Leave out", key="qbr_take", on_click=_taken, args=(page, left_out))
    view = next(view for view in views if view.key == page)
    said = f"Place {place} of {len(keys)}: {view.holds}." + (f" {view.remark}" if view.remark else "")
    st.caption(literal(said + (" Left out of the pack." if left_out else "")))
    field = f"{QBR_COMMENT} {chosen.partner_id} {chosen.month:%Y-%m} {page}"
    _take_over_comment(chosen, page, field)
    st.text_area(
        "Comment on this page",
        key=field,
        max_chars=LONGEST_COMMENT,
        height=96,
        placeholder="What the meeting should read beside the figures",
        help="Kept when you leave the field, also by a click on another screen, and when you press Ctrl+Enter.",
        on_change=_commented,
        args=(chosen, page, field),
    )


def _quick_choices(views: Sequence[PageView], catalog: Catalog) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Indicators:")
        for selection, (label, meaning) in SELECTIONS.items():
            st.button(
                label,
                key=f"qbr_select {selection}",
                help=meaning,
                on_click=_selected,
                args=(tuple(views), selection, catalog),
            )
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            type="tertiary",
            key="qbr_reset",
            help="Every page, in the usual order. Comments stay.",
            on_click=state.arrange,
            args=(PageList(),),
        )


def _selected(views: tuple[PageView, ...], selection: str, catalog: Catalog) -> None:
    with problems.shown("the pages of a pack"):
        state.arrange(state.page_list().selected(views, selection, catalog))


def _take_over(edited: pd.DataFrame, pages: PageList, usual: Sequence[str]) -> None:
    """What was typed into the table. A box that was ticked leaves the rows where they are; a place moves one."""
    found, moved = pages, False
    for row, (page, wanted, place) in enumerate(zip(edited.index, edited[IN], edited[PLACE], strict=True), start=1):
        if bool(wanted) != (page not in pages.out):
            found = found.shown(page, bool(wanted))
        if place == place and int(place) != row:  # an emptied cell is NaN
            found, moved = found.moved(usual, page, int(place)), True
    if found != pages:
        state.arrange(found, anew=moved)
        st.rerun()


def _take_over_comment(chosen: state.Chosen, page: str, field: str) -> None:
    """Before the field is drawn: it shows what is kept, and what was typed is kept.

    The field's callback may get lost between two runs, and its text is there then; an empty field beside a kept text
    comes from another screen.
    """
    kept = state.comments(chosen.partner_id, chosen.month).get(page, "")
    typed = str(st.session_state.get(field) or "")
    if typed.strip() and typed.strip() != kept:
        state.keep_comment(chosen.partner_id, chosen.month, page, typed)
        st.rerun()  # the table above shows it, and the pack has it
    if field not in st.session_state or typed.strip() != kept:
        st.session_state[field] = kept


def _moved(usual: tuple[str, ...], page: str, place: int) -> None:
    with problems.shown("the pages of a pack"):
        state.arrange(state.page_list().moved(usual, page, place))


def _taken(page: str, shown: bool) -> None:
    with problems.shown("the pages of a pack"):
        state.arrange(state.page_list().shown(page, shown))


def _commented(chosen: state.Chosen, page: str, field: str) -> None:
    with problems.shown("a comment"):
        state.keep_comment(chosen.partner_id, chosen.month, page, st.session_state.get(field) or "")
