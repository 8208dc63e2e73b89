"""Packs of several partners: made in the background, with a bar, into one zip."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right, Scope
from kpi.present.file_names import download_name
from kpi.present.wording import period_name, plural
from kpi.qbr.batch import write_batch
from kpi.qbr.gather import partners_of
from kpi.qbr.pack import INDICATOR
from kpi.qbr.page_list import usual_keys
from kpi.qbr.selected import Selected
from pages.export import qbr_state as state
from pages.export.qbr_pages import SELECTIONS
from pages.shared import jobs_view, problems
from pages.shared.session import QBR_INDICATORS, QBR_PARTNERS, Session
from pages.shared.text import literal

if TYPE_CHECKING:
    from kpi.qbr.choices import Choices
    from kpi.qbr.gather import Source
    from pages.shared.jobs import Progress

AS_ARRANGED = "as arranged"


def show(here: Session, source: Source, kinds: tuple[str, ...]) -> None:
    """Which partners and indicators, and the button that begins."""
    export = here.person.scope(Right.EXPORT)
    known = {partner: name for partner, name in partners_of(source).items() if export.allows(partner)}
    picked = st.multiselect(
        "Partners",
        list(known),
        key=QBR_PARTNERS,
        format_func=lambda partner: known.get(partner, str(partner)),
        placeholder=f"All {plural(len(known), 'partner')}",
        persist_state="session",
    )
    partners = [partner for partner in known if not picked or partner in picked]
    selection = _indicators()
    st.caption(_what_they_get(partners, here, selection))
    under_way = any(not job.is_over for job in jobs_view.mine(here))
    if st.button(
        f"Make {plural(len(partners), 'pack')} in the background",
        type="primary",
        icon=":material/folder_zip:",
        key="qbr_make_many",
        disabled=under_way or not kinds or not partners,
    ):
        with problems.shown("packs of several partners"):
            begin(here, source, partners, kinds, selection)
            st.rerun()
    if not kinds:
        st.caption("Choose at least one kind of file.")
    jobs_view.cards(here)


def _indicators() -> str:
    """Which indicators each pack has: what is judged for each partner by itself, or what was arranged for one."""
    labels = {AS_ARRANGED: "As arranged", **{key: label for key, (label, _) in SELECTIONS.items()}}
    return st.segmented_control(
        "Indicators of each pack",
        list(labels),
        default=AS_ARRANGED,
        required=True,
        key=QBR_INDICATORS,
        format_func=lambda key: labels[key],
        persist_state="session",
        help="As arranged: those ticked under “One partner”. The others look at each partner's own figures.",
    )


def begin(here: Session, source: Source, partners: list[str], kinds: tuple[str, ...], selection: str) -> None:
    """Starts the job. Everything that it needs of the session is taken now: its thread has none."""
    month, window = here.month, here.filters.window
    template = state.template()
    many = [_choices_of(source, state.Chosen(partner, month, window)) for partner in partners]
    wanted = many if selection == AS_ARRANGED else Selected(source, tuple(many), state.page_list(), selection)
    period = period_name(month, window)
    name = f"{plural(len(many), 'QBR pack')}, {period}, ledger version {source.provenance.version}"
    file = download_name(f"qbr_packs_{month:%Y-%m}_v{source.provenance.version}.zip")
    content = None if template is None else template.content
    work = partial(_work, source, wanted, kinds, content, file)
    jobs_view.start(here, name, work, Scope.of(partners))


def _choices_of(source: Source, chosen: state.Chosen) -> Choices:
    return state.choices_of(chosen, usual_keys(source, chosen.partner_id, chosen.month, chosen.window))


def _what_they_get(partners: list[str], here: Session, selection: str) -> str:
    """Which pages and comments go into these packs."""
    left_out = state.page_list().out
    if selection != AS_ARRANGED:
        left_out = frozenset(key for key in left_out if not key.startswith(f"{INDICATOR}:"))
    told = [
        f"without {plural(len(left_out), 'page')} left out under “One partner”" if left_out else "with every page",
        "" if selection == AS_ARRANGED else f"indicators: {SELECTIONS[selection][0].lower()}",
    ]
    written = sum(1 for partner in partners if state.comments(partner, here.month))
    comments = f" {plural(written, 'pack')} with comments that you wrote." if written else ""
    return literal(
        f"{plural(len(partners), 'pack')} {', '.join(part for part in told if part)}, in the order arranged under "
        f"“One partner”.{comments}"
    )


def _work(
    source: Source,
    many: Sequence[Choices],
    kinds: tuple[str, ...],
    template: bytes | None,
    file: str,
    progress: Progress,
) -> Path:
    """In the background's thread."""
    to = progress.folder / file
    batch = write_batch(
        source,
        many,
        kinds,
        to,
        template=template,
        progress=progress.report,
        cancelled=progress.cancelled.is_set,
    )
    for one in batch.failed:
        progress.problem(one.partner, one.why)
    return to
