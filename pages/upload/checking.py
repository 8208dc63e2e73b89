"""The check of one uploaded file, done once and kept until something that it depends on changes.

A rerun happens at every click; a file of 300 MB must not be parsed at each of them. One check is kept per reader, the
last one, under a key that says everything it rests on: the bytes, the choices, the ledger version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from pages.shared.session import UPLOAD_CHECK, Session
from pages.upload.standing import reported_before, says_the_same

if TYPE_CHECKING:
    from kpi.intake.known import KnownRecords
    from kpi.intake.mapping import Mapping
    from kpi.intake.validate import Checked
    from kpi.ledger.submissions import Preview


@dataclass(frozen=True)
class Upload:
    """A file as it arrived. ``file_id`` is unique per upload, so the bytes need not be compared."""

    file_id: str
    file_name: str
    content: bytes


@dataclass(frozen=True)
class Request:
    """What a person says about the file: which dataset, which months (first days, inclusive), how to read it."""

    dataset: str
    month_from: date
    month_to: date
    mapping: Mapping


@dataclass(frozen=True)
class Check:
    """What came of it. ``preview`` is None for a refused file.

    ``same_as`` names the standing submission that says exactly this, ``same_bytes`` one of the same bytes for whatever
    months and mapping; ``reported`` are those that already speak for one of the months and partners.
    """

    checked: Checked
    preview: Preview | None
    same_as: str | None
    same_bytes: str | None
    reported: tuple[str, ...]


def check(session: Session, upload: Upload, request: Request) -> Check:
    """The check of ``upload``, from the session or made now with its stages shown."""
    from kpi.ledger.reads import version_now

    file_key = (upload.file_id, request.dataset, request.mapping, date.today(), version_now(session.store))
    key = (file_key, request.month_from, request.month_to)
    kept = st.session_state.get(UPLOAD_CHECK)
    if kept is not None and kept[0] == key:
        found: Check = kept[1]
        return found
    if kept is not None and kept[0][0] == file_key:
        checked = kept[1].checked
    else:
        checked = _checked_with_progress(session, upload, request)
    found = _beside_the_ledger(session, checked, request)
    st.session_state[UPLOAD_CHECK] = (key, found)
    return found


def _checked_with_progress(session: Session, upload: Upload, request: Request) -> Checked:
    from kpi.intake.validate import check_file

    slot = st.empty()
    with slot.status("Checking the file", expanded=True):
        bar = st.progress(0.0, text="Looking up what is known")
        known = _known_records(session)

        def step(name: str, fraction: float) -> None:
            bar.progress(min(1.0, max(0.0, fraction)), text=name)

        checked = check_file(
            request.dataset,
            upload.content,
            upload.file_name,
            known=known,
            today=date.today(),
            mapping=request.mapping,
            progress=step,
        )
    slot.empty()
    return checked


def _known_records(session: Session) -> KnownRecords:
    from kpi.intake.known import KpiFacts
    from kpi.ledger.reads import known_records

    facts = {i.id: KpiFacts(i.kind, i.better) for i in session.catalog.indicators.values()}
    return known_records(session.store, facts, scope=session.scope)


def _beside_the_ledger(session: Session, checked: Checked, request: Request) -> Check:
    """The check with what stands in the ledger already; a refused file changes nothing, so nothing is looked up."""
    from kpi.ledger.reads import details, history
    from kpi.ledger.submissions import preview

    if not checked.accepted:
        return Check(checked, None, None, None, ())
    with st.spinner("Comparing with the ledger"):
        changes = preview(session.store, checked, scope=session.scope)
        standing = history(session.store, scope=session.scope)
        same, similar = None, changes.same_file_as or None
        if similar:
            mapping = details(session.store, similar, session.scope)["mapping"]
            months = {"month_from": request.month_from, "month_to": request.month_to}
            if mapping == checked.mapping_text and says_the_same(standing, similar, dataset=request.dataset, **months):
                same = similar
        reported = reported_before(
            standing,
            dataset=request.dataset,
            partners=checked.partners,
            month_from=request.month_from,
            month_to=request.month_to,
        )
        return Check(checked, changes, same, similar, reported)
