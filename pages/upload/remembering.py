"""Keeping a mapping for next month: saved in the ledger, for the partner whose file it read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.errors import KpiError
from kpi.intake.saved import EVERY_PARTNER
from pages.shared.session import UPLOAD_MADE, Session
from pages.shared.text import literal
from pages.upload.mapping_step import without_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi.desk.understanding import Understood
    from kpi.intake.saved import SavedMapping
    from kpi.intake.validate import Checked
    from pages.upload.files import Item

REASON = "Mapped on the upload screen"


def whose(checked: Checked) -> str:
    """The partner whose mapping it is: the file's one partner, or "*" for a file of several."""
    return checked.partners[0] if len(checked.partners) == 1 else EVERY_PARTNER


def remember(session: Session, found: Understood, checked: Checked) -> tuple[str, str]:
    """Saves the mapping that a file was read with. A sentence that says so, or one that says why not."""
    from kpi.ledger.mappings import save_mapping

    assert found.table is not None
    partner_id = whose(checked)
    if not session.may(Right.CHANGE_MAPPINGS):
        return "", "It takes somebody who may change mappings. Until they keep one, each file is mapped when it comes."
    try:
        save_mapping(
            session.store,
            partner_id=partner_id,
            dataset=checked.dataset,
            headers=found.table.cells.columns,
            mapping=without_sheet(found.mapping),
            reason=REASON,
            actor=session.actor,
            now=datetime.now(UTC),
            scope=session.scope_for(Right.CHANGE_MAPPINGS),
        )
    except KpiError as error:
        return "", str(error)
    _forget_made(checked.dataset, found.table.cells.columns)
    owner = "files of several partners" if partner_id == EVERY_PARTNER else partner_id
    return f"The mapping is kept for {owner}: next month a file with these headers is read without asking.", ""


def _forget_made(dataset: str, headers: Sequence[str]) -> None:
    """What is saved need not be remembered by the session as well."""
    made: list[SavedMapping] = st.session_state.get(UPLOAD_MADE, [])
    made[:] = [one for one in made if one.dataset != dataset or one.headers != tuple(headers)]


def offer(session: Session, item: Item, found: Understood, checked: Checked) -> None:
    """For a refused file: the partner will send a corrected one, perhaps in some days."""
    if not checked.partners or not session.may(Right.CHANGE_MAPPINGS):
        return
    pressed = st.button(
        f"Keep the mapping for {literal(whose(checked)) if len(checked.partners) == 1 else 'this kind of file'}",
        key=f"upload_keep_{item.key}",
        icon=":material/bookmark_add:",
        help="The corrected file is then read without asking, also in another session.",
    )
    if not pressed:
        return
    said, problem = remember(session, found, checked)
    if problem:
        st.error(literal(problem))
    else:
        st.toast(literal(said), icon=":material/bookmark_added:")
