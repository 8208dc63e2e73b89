"""What became of a confirmed upload, file by file, and the way to the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from kpi.present.wording import plural
from pages.shared.navigation import PORTFOLIO, SUBMISSIONS
from pages.shared.session import SUBMISSION
from pages.shared.text import literal
from pages.upload import memory, waiting


@dataclass(frozen=True)
class Done:
    """One confirmed file. ``problem``: why nothing was written; then there is no submission.

    ``waits``: it is offered, ``version`` names the offer, and there is no submission yet. ``remembered``: a sentence
    that the mapping is kept for next month; ``not_remembered``: why it is not.
    """

    name: str
    span: str
    submission_id: str = ""
    version: int = 0
    already_there: bool = False
    summary: str = ""
    problem: str = ""
    waits: bool = False
    remembered: str = ""
    not_remembered: str = ""


def change_summary(new: int, changed: int, unchanged: int) -> str:
    """For example: 12 new records, 3 changed, 1,397 unchanged."""
    return f"{plural(new, 'new record')}, {changed:,} changed, {unchanged:,} unchanged"


def something_is_left(receipts: Sequence[Done]) -> bool:
    """Some file could not be written: the files, and all that was answered about them, stay where they are."""
    return any(done.problem for done in receipts)


def show(receipts: Sequence[Done]) -> None:
    """A box per file, and what can be done next."""
    for done in receipts:
        _box(done)
    if something_is_left(receipts):
        st.caption("Your files and answers are still here. Confirm again when that is settled.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Upload another file", on_click=memory.start_again, type="primary", icon=":material/upload_file:")
        st.page_link(PORTFOLIO, label="Portfolio", icon=":material/grid_on:")


def _box(done: Done) -> None:
    name = literal(done.name)
    if done.problem:
        st.error(f"{name}: {literal(done.problem)}", title="Nothing was written")
        return
    if done.waits:
        waiting.told(done)
    elif done.already_there:
        st.info(f"{name} stands in the ledger as {done.submission_id}. Nothing was written.", title="Already there")
    else:
        st.success(
            f"{name}: {done.summary}, for {done.span}. Ledger version {done.version}.",
            title=f"Accepted as {done.submission_id}",
            icon=":material/check_circle:",
        )
    if done.submission_id:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                SUBMISSIONS,
                label=f"Submission {done.submission_id}",
                icon=":material/history:",
                query_params={SUBMISSION: done.submission_id},
                help="What it changed, the original file, and the way to withdraw it.",
            )
    if done.remembered:
        st.caption(literal(done.remembered))
    if done.not_remembered:
        st.warning(literal(done.not_remembered), title="The mapping could not be kept")
