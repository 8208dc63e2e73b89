"""Several files at once: a line each with what became of it, and the choice of the one shown below."""

from __future__ import annotations

import streamlit as st

from kpi.desk.understanding import Stage
from kpi.intake.contracts import dataset
from kpi.present.wording import plural
from pages.shared.session import UPLOAD_LIST, UPLOAD_SHOWN
from pages.shared.text import shortened
from pages.upload.panel import wants_another_mapping
from pages.upload.working import Worked

QUESTIONS = {
    Stage.ENCODING: "? Which encoding",
    Stage.SHEET: "? Which sheet",
    Stage.DATASET: "? Which dataset",
    Stage.WHOSE: "? Whose file",
    Stage.MAPPING: "? What its columns mean",
    Stage.REFUSED: "✕ Can't be read",
}


def state_text(worked: Worked) -> str:
    """Where a file stands, with a shape: ready, a question, refused, already there."""
    if worked.error:
        return "✕ Not allowed"
    if worked.outcome is None:
        return QUESTIONS.get(worked.understood.stage, "? What its columns mean")
    outcome, findings = worked.outcome, worked.outcome.checked.findings
    if not outcome.checked.accepted:
        return f"✕ Refused, {plural(findings.errors, 'error')}"
    if outcome.same_as is not None:
        return f"= Already there as {outcome.same_as}"
    if worked.twin:
        return f"= The same as {shortened(worked.twin)}"
    if findings.warnings:
        return f"▲ Ready, {plural(findings.warnings, 'warning')}"
    return "● Ready"


def records_text(worked: Worked) -> str:
    """How many records would go in; nothing for a file that does not."""
    records = worked.outcome.checked.records if worked.outcome and worked.to_submit else None
    return f"{records.height:,}" if records is not None else ""


def choose(every: tuple[Worked, ...]) -> Worked:
    """The list, and the file that is looked at: the chosen one, else the first that needs a person."""
    if len(every) == 1:
        return every[0]
    st.dataframe(
        [
            {
                "File": worked.name,
                "Dataset": dataset(worked.understood.dataset).title if worked.understood.dataset else "",
                "State": state_text(worked),
                "Records": records_text(worked),
                "Partners": ", ".join(worked.outcome.checked.partners) if worked.outcome else "",
            }
            for worked in every
        ],
        hide_index=True,
        key=UPLOAD_LIST,
        on_select=lambda: _open(tuple(worked.item.key for worked in every)),
        selection_mode="single-row",
        alt="The uploaded files and where each stands",
    )
    keys = [worked.item.key for worked in every]
    if st.session_state.get(UPLOAD_SHOWN) not in keys:
        st.session_state[UPLOAD_SHOWN] = next((one.item.key for one in every if needs_a_person(one)), keys[0])
    names = {worked.item.key: f"{shortened(worked.name)}: {state_text(worked)}" for worked in every}
    shown = st.selectbox("Show", keys, key=UPLOAD_SHOWN, format_func=lambda key: names.get(key, key))
    return next(worked for worked in every if worked.item.key == shown)


def needs_a_person(worked: Worked) -> bool:
    """Whether the file waits for an answer, a correction or a look at its warnings."""
    if worked.outcome is None or wants_another_mapping(worked.item):
        return True
    return not worked.outcome.checked.accepted or bool(worked.outcome.checked.findings.warnings)


def _open(keys: tuple[str, ...]) -> None:
    rows = st.session_state[UPLOAD_LIST]["selection"]["rows"]
    if rows and rows[0] < len(keys):
        st.session_state[UPLOAD_SHOWN] = keys[rows[0]]
