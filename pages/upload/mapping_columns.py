"""The list of our columns with the partner's header for each, and the words of columns with fixed values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from kpi.present.wording import plural
from pages.shared.text import literal, shortened
from pages.upload.files import Item

if TYPE_CHECKING:
    from kpi.intake.contracts import Dataset
    from kpi.intake.contracts.base import Column
    from kpi.intake.mapping_data import Mapping
    from kpi.intake.suggestion import Proposal, Suggestion
    from kpi.intake.table import TextTable

NOT_THERE = "\x00not there"
ONE_VALUE = "\x00one value"
OWN_OPTIONS = {NOT_THERE: "– not in the file –", ONE_VALUE: "One value for every row"}
EXAMPLES = 3
MOST_WORDS = 25  # of one column; more are no fixed words
AS_IT_IS = ""


@dataclass(frozen=True)
class Picked:
    """What a person chose against the proposal, by our columns."""

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    values: dict[str, dict[str, str]] = field(default_factory=dict)


def _key(item: Item, name: str) -> str:
    return f"upload_column_{item.key}_{name}"


def _constant_key(item: Item, name: str) -> str:
    return f"upload_constant_{item.key}_{name}"


def picked(item: Item, contract: Dataset) -> Picked:
    """What was chosen in the fields of this list, from the session; empty before it was shown for the first time."""
    columns, constants, left_out = {}, {}, set()
    for name in contract.names:
        chosen = st.session_state.get(_key(item, name))
        if chosen is None:
            continue
        if chosen == NOT_THERE:
            left_out.add(name)
        elif chosen == ONE_VALUE:
            left_out.add(name)
            value = (st.session_state.get(_constant_key(item, name)) or "").strip()
            if value:
                constants[name] = value
        else:
            columns[name] = chosen
    return Picked(columns, constants, frozenset(left_out))


def show(item: Item, proposal: Proposal, mapping: Mapping, contract: Dataset, table: TextTable) -> Picked:
    """The list, in three groups: to be looked at, recognised, not in the file. Returns what was chosen."""
    look: list[Suggestion] = []
    found: list[Suggestion] = []
    absent: list[Suggestion] = []
    in_question = {one.column for one in proposal.questions if one.kind == "constant"}
    for suggestion in proposal.suggestions:
        column = contract.column(suggestion.column)
        if column.name in in_question:
            continue
        if suggestion.header is None and suggestion.column not in mapping.constants:
            (look if column.required else absent).append(suggestion)
        else:
            (found if suggestion.sure else look).append(suggestion)
    if look:
        st.markdown(f"**Please look at {plural(len(look), 'column')}**")
        for suggestion in look:
            _row(item, suggestion, mapping, contract, table)
    if found:
        with st.expander(f"{plural(len(found), 'column')} recognised", icon=":material/check:", expanded=not look):
            for suggestion in found:
                _row(item, suggestion, mapping, contract, table)
    if absent:
        with st.expander(f"{plural(len(absent), 'optional column')} not in the file", icon=":material/remove:"):
            for suggestion in absent:
                _row(item, suggestion, mapping, contract, table)
    if proposal.unused:
        st.caption(f"Not used: {', '.join(literal(shortened(name, 40)) for name in proposal.unused)}.")
    chosen = picked(item, contract)
    asked = {(one.column, one.examples[0]) for one in proposal.questions if one.kind == "value"}
    words = _words(item, mapping, chosen, contract, table, asked)
    return Picked(chosen.columns, chosen.constants, chosen.left_out, words)


def _row(item: Item, suggestion: Suggestion, mapping: Mapping, contract: Dataset, table: TextTable) -> None:
    column = contract.column(suggestion.column)
    headers = table.cells.columns
    likely = [name for name in (suggestion.header, *suggestion.others) if name]
    options = [*dict.fromkeys([*likely, *headers]), NOT_THERE, ONE_VALUE]
    constant = mapping.constants.get(column.name)
    nowhere = column.required and not likely  # then only a value for all rows can fill it
    default = suggestion.header or (ONE_VALUE if constant or nowhere else NOT_THERE)
    label, choice, about = st.columns([3, 4, 6], vertical_alignment="center")
    star = " :red[*]" if column.required else ""
    label.markdown(f"{literal(column.title)}{star}", help=literal(f"{column.help} Allowed: {column.allows}."))
    with choice:
        chosen = st.selectbox(
            f"{column.title} stands in",
            options,
            index=options.index(default),
            key=_key(item, column.name),
            format_func=lambda name: OWN_OPTIONS.get(name, name),
            label_visibility="collapsed",
            persist_state="page",
        )
        if chosen == ONE_VALUE:
            st.text_input(
                f"{column.title} of every row",
                value=constant or "",
                key=_constant_key(item, column.name),
                placeholder=column.example,
                persist_state="page",
            )
    about.caption(_about(suggestion, chosen, table))


def _about(suggestion: Suggestion, chosen: str, table: TextTable) -> str:
    if chosen not in table.cells.columns:
        return ""
    cells = table.cells[chosen].str.strip_chars()
    examples = cells.filter(cells != "").head(200).unique(maintain_order=True).head(EXAMPLES)
    shown = " · ".join(literal(shortened(text, 24)) for text in examples) or "always empty"
    why = f" ({literal(suggestion.why)})" if chosen == suggestion.header and suggestion.why else ""
    return f"{shown}{why}"


def _words(
    item: Item, mapping: Mapping, chosen: Picked, contract: Dataset, table: TextTable, asked: set[tuple[str, str]]
) -> dict[str, dict[str, str]]:
    """For columns with fixed values: what each of the file's words means. Words that are ours need no translation.

    ``asked``: (our column, their word) of the questions above; they are not shown twice.
    """
    columns = {**mapping.columns, **chosen.columns}
    found: dict[str, dict[str, str]] = {}
    for name, header in columns.items():
        column = contract.column(name)
        if name in chosen.left_out or column.kind not in ("choice", "yes_no") or header not in table.cells.columns:
            continue
        words = _foreign_words(column, table, header, mapping)
        words = {word: meaning for word, meaning in words.items() if (name, word) not in asked}
        if words:
            found[name] = words
    if not found:
        return {}
    said: dict[str, dict[str, str]] = {}
    with st.expander("Words and what they mean", icon=":material/translate:", expanded=True):
        for name, words in found.items():
            said[name] = _fields(item, contract.column(name), words)
    return said


def _foreign_words(column: Column, table: TextTable, header: str, mapping: Mapping) -> dict[str, str]:
    """Their words, the most frequent first, with what the mapping makes of each; "" where it leaves them."""
    from kpi.intake.suggest_fit import is_ours

    cells = table.cells[header].str.strip_chars()
    counted = cells.filter(cells != "").value_counts(sort=True)
    if counted.height > MOST_WORDS:
        return {}
    translated = mapping.values.get(column.name, {})
    missing = {text.strip() for text in mapping.missing}
    return {
        word: translated.get(word, AS_IT_IS)
        for word in counted[header].to_list()
        if word in translated or not (is_ours(column, word) or word in missing)
    }


def _fields(item: Item, column: Column, words: dict[str, str]) -> dict[str, str]:
    options = ["yes", "no"] if column.kind == "yes_no" else list(column.allowed)
    said = {}
    st.markdown(f"{literal(column.title)}")
    with st.grid("auto", min_column_width=200):
        for word, meaning in words.items():
            said[word] = st.selectbox(
                literal(shortened(word, 40)),
                [AS_IT_IS, *options],
                index=[AS_IT_IS, *options].index(meaning) if meaning in options else 0,
                key=f"upload_word_{item.key}_{column.name}_{word}",
                format_func=lambda value: value or "as it is",
                persist_state="page",
            )
    return said
