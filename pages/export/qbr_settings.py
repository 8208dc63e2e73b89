"""Title, look-ahead day, kinds of files, the company's template, and choices kept as a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Scope
from kpi.errors import KpiError, UsageError
from kpi.present.wording import day_name, plural
from kpi.qbr.choices import LOOK_AHEAD_DAYS
from kpi.qbr.choices_file import LONGEST_TITLE, read_choices, write_choices
from pages.export import qbr_state as state
from pages.shared import downloads, problems
from pages.shared.session import (
    MONTH,
    PARTNER,
    QBR_CHOICES_FILE,
    QBR_COMMENT,
    QBR_FIGURES,
    QBR_KINDS,
    QBR_SAID,
    QBR_TEMPLATE,
    QBR_TEMPLATE_FILE,
    QBR_TITLE,
    QBR_UNTIL,
    QBR_WANTED,
    WINDOW,
    Session,
)
from pages.shared.text import literal, shortened, size_text

if TYPE_CHECKING:
    from kpi.qbr.choices import Choices

KINDS = {"pptx": "Deck", "xlsx": "Workbook", "pdf": "PDF"}
TEMPLATE_MB = 50
CHOICES_MB = 1


def title_and_day(day: date) -> None:
    """``day``: that of the figures, from which the look-ahead looks."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Title",
            key=QBR_TITLE,
            max_chars=LONGEST_TITLE,
            placeholder=state.USUAL_TITLE,
            persist_state="session",
            width=420,
        )
        st.date_input(
            "Look ahead until",
            value=None,
            min_value=day,
            max_value=date(2999, 12, 31),
            key=QBR_UNTIL,
            format="YYYY-MM-DD",
            persist_state="session",
            width=180,
            help=f"The day of the next review. Empty: {day_name(day + timedelta(days=LOOK_AHEAD_DAYS))}.",
        )


def kinds() -> tuple[str, ...]:
    """The kinds of files, in a fixed order."""
    chosen = st.pills(
        "Files",
        list(KINDS),
        selection_mode="multi",
        default=list(KINDS),
        key=QBR_KINDS,
        label_visibility="collapsed",
        format_func=lambda kind: f"{KINDS[kind]} (.{kind})",
        persist_state="session",
    )
    return tuple(kind for kind in KINDS if kind in chosen)


def company_template() -> None:
    """The field for a template, or what is known of the one that was given."""
    kept = state.template()
    label = "Company template" if kept is None else f"Template: {shortened(kept.name, 28)}"
    with st.popover(label, icon=":material/palette:", width="content"):
        if kept is not None:
            st.markdown(f"**{literal(kept.name)}**, {size_text(len(kept.content))}: {literal(kept.described)}.")
            st.button("Remove it", key="qbr_template_away", on_click=_without_template)
        st.file_uploader(
            "PowerPoint file (.pptx)",
            type=["pptx"],
            max_upload_size=TEMPLATE_MB,
            key=QBR_TEMPLATE_FILE,
            on_change=_template_given,
            help="Its layouts, colours, fonts and logo are used for the deck, not its slides. Kept for the session.",
        )


def _template_given() -> None:
    from kpi.qbr.deck import read_template

    given = st.session_state.get(QBR_TEMPLATE_FILE)
    if given is None:
        return
    try:
        content = given.getvalue()
        found = read_template(content)
    except KpiError as error:
        st.session_state[QBR_SAID] = ("error", f"{given.name} can't be used: {error}")
        return
    st.session_state[QBR_TEMPLATE] = state.TemplateFile(given.name, content, found.described)


def _without_template() -> None:
    st.session_state.pop(QBR_TEMPLATE, None)


def saved_choices(here: Session, choices: Choices) -> None:
    """Save what was chosen and written, or take it from a file."""
    with st.popover("Save or load choices", icon=":material/save:", width="content"):
        st.markdown("Pages, order, comments, title and day, as a small text file that can be used again and by others.")
        downloads.download(
            "Save choices",
            lambda: write_choices(choices),
            file_name=f"QBR choices {choices.partner_id} {choices.month:%Y-%m}.toml",
            mime="application/toml",
            key="qbr_choices_save",
            of=Scope.of([choices.partner_id]),
        )
        st.file_uploader(
            "Load choices (.toml)",
            type=["toml"],
            max_upload_size=CHOICES_MB,
            key=QBR_CHOICES_FILE,
            on_change=_loaded,
            args=(here, choices),
        )


def _loaded(here: Session, now: Choices) -> None:
    """Takes everything from the file or, where something in it cannot be followed, nothing."""
    given = st.session_state.get(QBR_CHOICES_FILE)
    if given is None:
        return
    with problems.shown("saved choices"):
        try:
            st.session_state[QBR_SAID] = ("success", _take(here, given.name, given.getvalue(), now))
        except KpiError as error:
            st.session_state[QBR_SAID] = ("error", str(error))


def _take(here: Session, name: str, content: bytes, now: Choices) -> str:
    from pages.shared.filters import offered

    try:
        saved = read_choices(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not UTF-8 text. Save the choices as UTF-8 and load them again.") from None
    choice = offered(here)
    partner, month = saved.partner_id or now.partner_id, saved.month or now.month
    if partner not in choice.partners:
        raise UsageError(f"{name} is for the partner {partner}, of whom there are no figures here. Nothing was taken.")
    if f"{month:%Y-%m}" not in choice.months:
        raise UsageError(f"{name} is for {month:%Y-%m}, for which there are no figures here. Nothing was taken.")
    st.session_state[PARTNER], st.session_state[MONTH] = partner, f"{month:%Y-%m}"
    if saved.window is not None:
        st.session_state[WINDOW] = saved.window
    st.session_state[QBR_TITLE] = saved.title if saved.title != state.USUAL_TITLE else ""
    st.session_state[QBR_UNTIL] = saved.until
    st.session_state[QBR_FIGURES] = ""
    st.session_state[QBR_WANTED] = saved.pages
    state.keep_comments(partner, month, dict(saved.comments))
    for field in [field for field in st.session_state if str(field).startswith(f"{QBR_COMMENT} ")]:
        del st.session_state[field]  # the fields show what was loaded
    pages = plural(len(saved.pages), "page") if saved.pages else "every page"
    return f"Loaded {name}: {pages}, {plural(len(saved.comments), 'comment')}."


def said() -> None:
    """What became of a file that was given; once."""
    if QBR_SAID in st.session_state:
        kind, text = st.session_state.pop(QBR_SAID)
        show = st.success if kind == "success" else st.error
        show(literal(text).replace("\n", "  \n"))
