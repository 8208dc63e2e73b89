"""One file of an upload: what it is, the next question, or what the check found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from kpi.desk.understanding import Source, Stage
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.present.rows import names_of
from kpi.present.wording import joined, plural
from pages.shared.session import UPLOAD_REMAP, Session
from pages.shared.text import literal, shortened, size_text
from pages.upload import confirm, findings_view, mapping_step, memory, questions, reading_settings, remembering
from pages.upload.working import Beside, Worked

if TYPE_CHECKING:
    from kpi.desk.checking import Months, Outcome
    from kpi.desk.understanding import Understood
    from pages.upload.files import Item

# What a mapping can settle: cells that mean something, but are not written our way.
OWN_WAY = ("ambiguous_date", "date_form", "ambiguous_number", "not_yes_no", "not_allowed")
OPEN_POINTS = "ambiguous_number"
ASK = {
    Stage.ENCODING: questions.ask_encoding,
    Stage.SHEET: questions.ask_sheet,
    Stage.DATASET: questions.ask_dataset,
    Stage.WHOSE: questions.ask_whose,
}


def show(session: Session, worked: Worked, around: Beside, months: Months) -> None:
    """The panel of one file."""
    item, found = worked.item, worked.understood
    _heading(item, found)
    if worked.error:
        st.error(literal(worked.error))
    elif found.stage in ASK:
        ASK[found.stage](item, found)
        if found.refusal is not None:
            reading_settings.show(item, memory.said(item.key).file, is_text=found.stage is Stage.ENCODING)
    elif found.stage is Stage.REFUSED:
        questions.unreadable(found.refusal)
        if item.part.refused is None:
            reading_settings.show(item, memory.said(item.key).file, is_text=True)
    elif found.stage is Stage.MAPPING or wants_another_mapping(item):
        mapping_step.show(session, item, found, around)
    elif worked.outcome is not None:
        _outcome(session, item, found, worked.outcome, months)


def wants_another_mapping(item: Item) -> bool:
    """Whether a person asked to say again how this file is read."""
    return item.key in st.session_state.get(UPLOAD_REMAP, set())


def _heading(item: Item, found: Understood) -> None:
    """The name, and the dataset as recognised, which can be changed."""
    part = item.part
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.markdown(f"**{literal(shortened(part.name, 70))}**  \n{size_text(len(part.content))}", width="stretch")
        if found.dataset is not None:
            key = f"upload_dataset_{item.key}_{found.dataset}"
            st.selectbox(
                "Dataset",
                DATASET_NAMES,
                index=DATASET_NAMES.index(found.dataset),
                key=key,
                format_func=lambda name: dataset(name).title,
                width=240,
                help=f"Recognised: {literal(found.recognition.why)}." if found.recognition else None,
                on_change=lambda: memory.say(item.key, dataset=st.session_state[key], mapping=None),
            )
    for note in part.notes:
        st.caption(literal(note))


def _outcome(session: Session, item: Item, found: Understood, outcome: Outcome, months: Months) -> None:
    checked = outcome.checked
    if outcome.same_as is None:
        _verdict(outcome)
    if checked.reading is not None:
        st.caption(f"{literal(checked.reading.sentence())} {_whose_mapping(found)} {_every_row(found)}")
    # A file can be accepted whose points nobody can be sure of: that is a question, too.
    told = set(checked.findings.frame["code"])
    written_otherwise = bool(told & set(OWN_WAY)) if not checked.accepted else OPEN_POINTS in told
    if written_otherwise:
        st.info(
            "Some cells are written in the partner's own way: dates, decimal signs or words. Say once what they mean; "
            "next month the file is read without asking.",
            icon=":material/translate:",
        )
        _remap_button(item, found, "primary")
    if len(checked.findings):
        findings_view.show(checked.findings)
        findings_view.downloads(checked, months, names_of(session.marts))
    if outcome.same_as is not None:
        confirm.tell_same(outcome.same_as)
        confirm.submission_link(outcome.same_as)
    elif outcome.same_bytes is not None:
        confirm.tell_similar(outcome.same_bytes)
    with st.container(horizontal=True):
        if not written_otherwise:
            _remap_button(item, found, "secondary")
        if not checked.accepted and found.source is Source.SAID:
            remembering.offer(session, item, found, checked)


def _remap_button(item: Item, found: Understood, kind: Literal["primary", "secondary"]) -> None:
    st.button(
        "Say how to read this file" if found.source is Source.OWN_HEADERS else "Change the mapping",
        key=f"upload_remap_{item.key}",
        type=kind,
        icon=":material/translate:",
        on_click=_ask_again,
        args=(item.key,),
        help="Columns, dates, decimal sign, words: what the partner's file means by them.",
    )


def _ask_again(item_key: str) -> None:
    st.session_state.setdefault(UPLOAD_REMAP, set()).add(item_key)


def _whose_mapping(found: Understood) -> str:
    if found.source is Source.SAVED and found.recognised is not None:
        saved = found.recognised.saved
        if saved.actor:
            return f"Mapping of {literal(saved.partner_id)}, saved on {saved.at:%Y-%m-%d} by {literal(saved.actor)}."
        return "Mapping made a moment ago."
    return "Mapping made just now." if found.source is Source.SAID else ""


def _every_row(found: Understood) -> str:
    """What no column of the file says, and the mapping does: nobody can see it in the file."""
    if found.dataset is None or not found.mapping.constants:
        return ""
    contract = dataset(found.dataset)
    said = [f"{contract.column(name).title.lower()} {value}" for name, value in found.mapping.constants.items()]
    return f"In every row: {literal(joined(said))}."


def _verdict(outcome: Outcome) -> None:
    """One box: accepted, accepted with warnings, or refused."""
    checked = outcome.checked
    name = literal(checked.file_name)
    if checked.accepted and checked.records is not None:
        partners = plural(len(checked.partners), "partner")
        first = " Read the warnings first." if checked.findings.warnings else ""
        st.success(
            f"{name}: {plural(checked.records.height, 'record')} of {partners}.{first}",
            title="The file can be accepted",
        )
    else:
        st.error(
            f"{name}: {plural(checked.findings.errors, 'error')}. Correct the file and upload it again, or say below "
            "how the file is to be read.",
            title="The file is refused. Nothing was written.",
        )
