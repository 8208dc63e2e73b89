"""Participants and agenda as tables that a person edits, and what they say once edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from kpi.ledger.act_names import PARTNER, SIDES, SPONSOR
from kpi.ledger.links import parse_link
from kpi.ledger.meeting_model import AgendaItem, Participant
from kpi.ledger.meetings import LONGEST_LINE
from kpi.present.meeting_agenda import KIND_NAMES
from kpi.present.wording import is_missing

if TYPE_CHECKING:
    from typing import Any

NAME_LIMIT = 200
TOPIC = "topic"
PEOPLE_COLUMNS = ("name", "role", "side")
ITEM_COLUMNS = ("keep", "order", "title", "why", "kind", "link", "note")


def people_editor(people: Sequence[Participant], key: str) -> pd.DataFrame:
    """The table; its rows as edited."""
    rows = [(one.name, one.role, one.side) for one in people] or [("", "", SPONSOR), ("", "", PARTNER)]
    frame = pd.DataFrame(rows, columns=PEOPLE_COLUMNS)
    return st.data_editor(
        frame,
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "name": st.column_config.TextColumn("Name", max_chars=NAME_LIMIT, width="medium"),
            "role": st.column_config.TextColumn("Role", max_chars=NAME_LIMIT, width="medium"),
            "side": st.column_config.SelectboxColumn("Side", options=list(SIDES), default=PARTNER, width="small"),
        },
        alt="Participants: name, role, side",
    )


def participants_of(frame: pd.DataFrame) -> list[Participant]:
    """Rows without a name are left out: the table begins with two of them."""
    return [
        Participant(_text(row.name_), _text(row.role), _text(row.side) or PARTNER)
        for row in frame.rename(columns={"name": "name_"}).itertuples(index=False)
        if _text(row.name_)
    ]


def agenda_editor(items: Sequence[AgendaItem], key: str) -> pd.DataFrame:
    """The table; its rows as edited. What is not kept or has no title is left out; "order" sorts the rest."""
    rows = [
        (True, number, one.title, one.why, KIND_NAMES[one.kind], one.link.text, one.note)
        for number, one in enumerate(items, start=1)
    ]
    frame = pd.DataFrame(rows, columns=ITEM_COLUMNS).astype({"keep": bool, "order": float})
    return st.data_editor(
        frame,
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_order=("keep", "order", "title", "why", "kind"),
        disabled=("kind",),
        column_config={
            "keep": st.column_config.CheckboxColumn("Keep", default=True, width="small"),
            "order": st.column_config.NumberColumn(
                "Order",
                width="small",
                step=0.5,
                format="plain",
                help="Lines are sorted by it; 2.5 puts one between 2 and 3.",
            ),
            "title": st.column_config.TextColumn("Item", max_chars=LONGEST_LINE, width="large"),
            "why": st.column_config.TextColumn("Why", max_chars=LONGEST_LINE, width="large"),
            "kind": st.column_config.TextColumn("Kind", default=KIND_NAMES[TOPIC], width="medium"),
        },
        alt="Agenda: keep, order, item, why, kind",
    )


def items_of(frame: pd.DataFrame) -> list[AgendaItem]:
    """The items kept, in their order; one without a number comes last. Raises UsageError for a link that is none."""
    kinds = {name: kind for kind, name in KIND_NAMES.items()}
    kept: list[tuple[float, int, AgendaItem]] = []
    rows: list[Any] = list(frame.itertuples(index=False))
    for place, row in enumerate(rows):
        if is_missing(row.keep) or not row.keep or not _text(row.title):
            continue
        item = AgendaItem(
            title=_text(row.title),
            kind=kinds.get(_text(row.kind), TOPIC),
            link=parse_link(_text(row.link)),
            why=_text(row.why),
            note=_text(row.note),
        )
        kept.append((float("inf") if is_missing(row.order) else float(row.order), place, item))
    return [item for *_, item in sorted(kept, key=lambda one: one[:2])]


def _text(value: object) -> str:
    return "" if is_missing(value) else str(value).strip()
