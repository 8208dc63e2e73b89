"""What has to be asked about a file before it can be read: its encoding, its sheet, its dataset, whose it is.

One question at a time, each answered with one click. Answers are kept by callbacks, so a question that is no longer
shown keeps its answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from kpi.intake.contracts import DATASET_NAMES, dataset
from pages.shared.text import literal, shortened
from pages.upload import findings_view, memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kpi.desk.understanding import Understood
    from kpi.intake.findings import Findings
    from pages.upload.files import Item

CELLS_SHOWN = 5  # of each reading; they are there to be compared at a glance


def ask_encoding(item: Item, found: Understood) -> None:
    """The file is not UTF-8: the lines that tell, as each likely encoding reads them."""
    from kpi.intake.suggestion import encoding_choices

    choices = {choice.name: choice for choice in encoding_choices(item.part.content)}
    if not choices:
        unreadable(found.refusal)
        return
    key = f"upload_encoding_{item.key}"
    st.radio(
        "**Which of these reads right?** The file does not say in which encoding it was written.",
        list(choices),
        index=None,
        key=key,
        format_func=lambda name: choices[name].title,
        captions=[literal(", ".join(telling_cells(choice.sample))) for choice in choices.values()],
        on_change=lambda: memory.say_about_reading(item.key, encoding=st.session_state[key]),
    )


def telling_cells(lines: Sequence[str]) -> list[str]:
    """The different cells with other than plain letters, the shortest that tell: "Präparat A", "übergeben"."""
    cells = (cell.strip(' "') for line in lines for cell in re.split(r"[;,\t|]", line))
    return [shortened(cell, 40) for cell in dict.fromkeys(cells) if cell and not cell.isascii()][:CELLS_SHOWN]


def ask_sheet(item: Item, found: Understood) -> None:
    """The workbook has several sheets with content, or the one that was asked for is not there."""
    key = f"upload_sheet_{item.key}"
    st.selectbox(
        "**Which sheet holds the records?**",
        sheets_named(found.refusal),
        index=None,
        key=key,
        placeholder="Choose the sheet",
        width=420,
        on_change=lambda: memory.say_about_reading(item.key, sheet=st.session_state[key]),
    )


def sheets_named(refusal: Findings | None) -> list[str]:
    """The sheets that a refusal names, in the workbook's order."""
    if refusal is None:
        return []
    told = refusal.frame.filter(refusal.frame["code"].is_in(["several_sheets", "sheet_missing"]))
    words = " ".join([*told["problem"], *told["allowed"]])
    return list(dict.fromkeys(re.findall(r'"([^"]+)"', words)))


def ask_dataset(item: Item, found: Understood) -> None:
    """Neither headers nor names tell for certain what the records are."""
    likely = _likely(found)
    key = f"upload_kind_{item.key}"
    st.radio(
        "**What does the file hold?**",
        likely,
        index=None,
        key=key,
        format_func=lambda name: dataset(name).title,
        captions=[f"One row is {dataset(name).one_row_is}" for name in likely],
        on_change=lambda: memory.say(item.key, dataset=st.session_state[key]),
    )
    if found.recognition is not None and found.recognition.dataset:
        st.caption(f"Most likely {dataset(found.recognition.dataset).title}: {literal(found.recognition.why)}.")


def _likely(found: Understood) -> list[str]:
    first = [found.recognition.dataset] if found.recognition and found.recognition.dataset else []
    others = found.recognition.others if found.recognition else ()
    return list(dict.fromkeys([*first, *others, *DATASET_NAMES]))


def ask_whose(item: Item, found: Understood) -> None:
    """Several partners send the same headers and mean different things."""
    saved = {one.saved.partner_id: one.saved for one in found.candidates}
    key = f"upload_whose_{item.key}"
    st.radio(
        "**Whose file is this?** Several saved mappings have exactly these headers.",
        list(saved),
        index=None,
        key=key,
        captions=[f"saved on {one.at:%Y-%m-%d} by {literal(one.actor)}" for one in saved.values()],
        on_change=lambda: memory.say(item.key, partner_id=st.session_state[key]),
    )


def unreadable(refusal: Findings | None) -> None:
    """Why the file can't be read at all."""
    st.error("Correct the file and upload it again.", title="The file is refused. Nothing was written.")
    if refusal is None:
        return
    findings_view.show(refusal)
    if not findings_view.only_about_the_file(refusal):
        findings_view.as_text(refusal)
