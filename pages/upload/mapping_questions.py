"""The questions of a mapping step: what the file cannot decide, each with examples from the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared.text import literal, shortened
from pages.upload.files import Item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpi.intake.contracts import Dataset
    from kpi.intake.suggestion import Proposal, Question

MOST_BESIDE = 4  # choices shown beside each other; more become a list that can be searched


def ask(
    item: Item, proposal: Proposal, contract: Dataset, names: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The answers so far, by question, and what is still open in a word or two each. ``names``: those of partners."""
    answers: dict[str, str] = {}
    missing: list[str] = []
    questions = asked(proposal)
    if questions:
        st.markdown(f"**{'One question' if len(questions) == 1 else 'Questions'} that the file leaves open**")
    with st.container(border=False):
        for question in questions:
            answer = _field(item, question, names)
            if answer is None:
                missing.append(_short(question, contract))
            else:
                answers[question.key] = answer
    for note in proposal.notes:
        st.caption(literal(note))
    return answers, missing


def asked(proposal: Proposal) -> list[Question]:
    """The questions shown here; which header a column stands under is chosen in the list of columns."""
    return [question for question in proposal.questions if question.kind != "column"]


def settled(item: Item, proposal: Proposal) -> dict[str, str]:
    """The answers given already to the questions on which others depend: one value for every row."""
    answers = {one.key: st.session_state.get(_key(item, one)) for one in proposal.questions if one.kind == "constant"}
    choices = {one.key: dict(one.choices) for one in proposal.questions}
    return {key: value for key, value in answers.items() if value in choices[key]}


def together(first: Proposal, then: Proposal, answers: dict[str, str]) -> tuple[Question, ...]:
    """The answered questions as they were asked, so that an answer can be changed, and those that are open since."""
    before = [question for question in first.questions if question.key in answers]
    return (*before, *(question for question in then.questions if question.key not in answers))


def _key(item: Item, question: Question) -> str:
    return f"upload_answer_{item.key}_{question.key}"


def _field(item: Item, question: Question, names: Mapping[str, str]) -> str | None:
    labels = dict(question.choices)
    if question.column == "partner_id":
        labels = {value: _named(value, label, names) for value, label in labels.items()}
    options = list(labels)
    key = _key(item, question)
    examples = ", ".join(literal(text) for text in question.examples[:5])
    text = literal(question.text)
    if len(options) <= MOST_BESIDE:
        chosen = st.radio(
            text,
            options,
            index=None,
            key=key,
            format_func=lambda value: literal(str(labels.get(value, value))),
            horizontal=True,
            persist_state="page",
        )
    else:
        chosen = st.selectbox(
            text,
            options,
            index=None,
            key=key,
            format_func=lambda value: labels.get(value, value),
            placeholder="Choose",
            width=420,
            persist_state="page",
        )
    if examples and question.kind != "value":
        st.caption(f"In the file: {examples}")
    return chosen if chosen in labels else None


def _named(partner_id: str, label: str, names: Mapping[str, str]) -> str:
    """ "0042 Mühlenthal, whose lots are in it" instead of "0042, whose lots are in it"."""
    name = names.get(partner_id, partner_id)
    if name == partner_id or not label.startswith(partner_id):
        return label
    return f"{partner_id} {shortened(name, 50)}{label.removeprefix(partner_id)}"


def _short(question: Question, contract: Dataset) -> str:
    if question.kind == "value":
        return f'"{question.examples[0]}"'
    if question.column:
        return contract.column(question.column).title.lower()
    return question.kind
