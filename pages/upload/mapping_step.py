"""The guided mapping of a partner's own file: what we understood, what has to be answered, the first rows as read.

A fragment: choosing a column reruns this step alone, not the checks of other files.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Right
from kpi.intake.contracts import dataset as contract_of
from kpi.intake.mapping_data import Mapping
from kpi.present.rows import names_of
from kpi.present.wording import joined, plural
from pages.shared import problems
from pages.shared.session import UPLOAD_MADE, UPLOAD_REMAP, Session
from pages.shared.text import literal
from pages.upload import mapping_columns, mapping_file, mapping_preview, mapping_questions, memory, reading_settings
from pages.upload.files import Item
from pages.upload.working import Beside

if TYPE_CHECKING:
    from kpi.desk.understanding import Understood
    from kpi.intake.contracts import Dataset
    from kpi.intake.suggestion import Proposal
    from kpi.intake.table import TextTable


@st.fragment
def show(session: Session, item: Item, found: Understood, around: Beside) -> None:
    """The step for one file. Its button keeps the mapping for this file and runs the page again."""
    with problems.shown("mapping a file"):
        _show(session, item, found, around)


def _show(session: Session, item: Item, found: Understood, around: Beside) -> None:
    assert found.table is not None
    assert found.dataset is not None
    contract, table = contract_of(found.dataset), found.table
    _announce(found, contract, session.may(Right.CHANGE_MAPPINGS))
    given = mapping_file.field(item, contract)
    if given is not None:
        mapping, missing = given, list[str]()
    else:
        proposal = _proposal(item, found, around, contract)
        answers, missing = mapping_questions.ask(item, proposal, contract, names_of(session.marts))
        mapping = _finished(item, proposal, answers, contract, table)
        missing += _without_source(mapping, contract, proposal)
    mapping_preview.show(table, contract, mapping)
    reading_settings.show(item, found.mapping.file, is_text=table.reading.format == "csv")
    _button(item, found, mapping, missing)


def _announce(found: Understood, contract: Dataset, is_kept: bool) -> None:
    """``is_kept``: whether its reader may keep a mapping for the months to come."""
    likely = found.recognition
    if likely is not None and likely.sure and likely.dataset not in (None, found.dataset):
        st.info(
            f"Is this the right dataset? {literal(likely.why[:1].upper() + likely.why[1:])}.",
            icon=":material/help:",
        )
    changed = found.recognised
    if changed is None:
        later = "; next month a file with the same headers is read without asking" if is_kept else ""
        st.markdown(f"**The file has headers of its own.** Check what they mean for {contract.title.lower()}{later}.")
        return
    if found.say_again:
        said = joined([f"{contract.column(name).title.lower()} {literal(value)}" for name, value in found.say_again])
        st.info(
            f"For every row of the file mapped on {changed.saved.at:%Y-%m-%d} it was {said}. "
            "Days are not carried over from one file to the next. The rest is filled in as it was.",
            title="Say again what no column of this file holds",
        )
    if changed.exact:
        if not found.say_again:
            whose = literal(changed.saved.partner_id) or "a moment ago"
            later = " It is kept for the next file." if is_kept else ""
            st.markdown(
                f"**The file is read with the mapping of {whose}.** Change what is to be read otherwise.{later}"
            )
        return
    new, gone = changed.new_headers, changed.missing_headers
    parts = [
        f"new: {joined([literal(name) for name in new])}" if new else "",
        f"gone: {joined([literal(name) for name in gone])}" if gone else "",
    ]
    st.warning(
        f"Compared with the file mapped on {changed.saved.at:%Y-%m-%d}, {'; '.join(part for part in parts if part)}. "
        "The rest is filled in as it was.",
        title=f"The headers of {literal(changed.saved.partner_id)} have changed",
    )


def _proposal(item: Item, found: Understood, around: Beside, contract: Dataset) -> Proposal:
    from kpi.intake.suggestion import answered, propose

    assert found.table is not None
    table = found.table
    past = (*around.made, *around.saved)
    picked = mapping_columns.picked(item, contract)
    base = replace(
        found.mapping,
        columns={**found.mapping.columns, **picked.columns},
        constants={**found.mapping.constants, **picked.constants},
    )

    def proposed(name: str, base: Mapping) -> Proposal:
        rests_on = (found.dataset, base, around.version, id(table))
        return memory.kept(
            f"{name} {item.key}", rests_on, lambda: propose(table, contract, known=around.known, past=past, base=base)
        )

    unaided = proposed("proposal unaided", found.mapping)
    first = proposed("proposal", base)
    settled = mapping_questions.settled(item, first)
    if not settled:
        return _still_to_look_at(first, unaided)
    then = proposed("proposal then", answered(first, settled))  # which sites there are depends on the partner
    return _still_to_look_at(replace(then, questions=mapping_questions.together(first, then, settled)), unaided)


def _still_to_look_at(proposal: Proposal, unaided: Proposal) -> Proposal:
    """Answering one question is no choice of columns: where they are as proposed, why and how surely stays said."""
    before = {one.column: one for one in unaided.suggestions}
    kept = (
        before[one.column] if one.header and before[one.column].header == one.header else one
        for one in proposal.suggestions
    )
    return replace(proposal, suggestions=tuple(kept))


def _finished(item: Item, proposal: Proposal, answers: dict[str, str], contract: Dataset, table: TextTable) -> Mapping:
    """The proposal with the answers, and with what a person chose in the list of columns going before both."""
    from kpi.intake.constant_text import our_way
    from kpi.intake.suggestion import answered

    mapping = answered(proposal, answers)
    picked = mapping_columns.show(item, proposal, mapping, contract, table)
    columns = {ours: theirs for ours, theirs in mapping.columns.items() if ours not in picked.left_out}
    columns |= picked.columns
    constants = {ours: value for ours, value in mapping.constants.items() if ours not in columns}
    constants |= {ours: our_way(contract.column(ours), typed, mapping) for ours, typed in picked.constants.items()}
    columns = {ours: theirs for ours, theirs in columns.items() if ours not in picked.constants}
    values = {ours: {**mapping.values.get(ours, {}), **words} for ours, words in picked.values.items()}
    return replace(
        mapping,
        columns=columns,
        constants=constants,
        values={
            ours: {theirs: word for theirs, word in words.items() if word}
            for ours, words in {**mapping.values, **values}.items()
            if ours in columns
        },
        dates={ours: form for ours, form in mapping.dates.items() if ours in columns},
        replace={ours: parts for ours, parts in mapping.replace.items() if ours in columns},
    )


def _without_source(mapping: Mapping, contract: Dataset, proposal: Proposal) -> list[str]:
    """The titles of required columns that neither a column of the file nor one value fills, and nothing asks about."""
    asked = {question.column for question in mapping_questions.asked(proposal)}
    filled = {*mapping.columns, *mapping.constants, *asked}
    return [contract.column(name).title.lower() for name in contract.required if name not in filled]


def _button(item: Item, found: Understood, mapping: Mapping, missing: list[str]) -> None:
    if missing:
        st.caption(f"To be answered first: {joined([literal(name) for name in missing])}.")
    pressed = st.button(
        "Check the file",
        type="primary",
        icon=":material/fact_check:",
        disabled=bool(missing),
        key=f"upload_use_mapping_{item.key}",
        help=f"Reads the whole file with this mapping. {plural(len(mapping.columns), 'column')} used.",
    )
    if not pressed:
        return
    memory.say_mapping(item.key, mapping)
    _remember(found, mapping)
    st.session_state.setdefault(UPLOAD_REMAP, set()).discard(item.key)
    st.rerun()


def _remember(found: Understood, mapping: Mapping) -> None:
    """For the rest of this session, so that a corrected file need not be mapped again before anything is saved."""
    from kpi.intake.saved import SavedMapping

    assert found.table is not None
    made: list[SavedMapping] = st.session_state.setdefault(UPLOAD_MADE, [])
    made.append(
        SavedMapping(
            partner_id=mapping.constants.get("partner_id", ""),
            dataset=found.dataset or "",
            headers=tuple(found.table.cells.columns),
            mapping_text=without_sheet(mapping).to_toml(),
            version=len(made) + 1,
            at=datetime.now(UTC).replace(tzinfo=None),
            actor="",
            reason="",
        )
    )


def without_sheet(mapping: Mapping) -> Mapping:
    """The mapping as it is kept for later months: next month's sheet may have another name."""
    return replace(mapping, file=replace(mapping.file, sheet=None))
