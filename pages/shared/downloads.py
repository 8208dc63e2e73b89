"""The one way in which a file leaves a screen: it is offered, and made, only to whoever may take it out.

The right is asked when the button is drawn and again when it is pressed, which may be much later. The grid's own
download is switched off (.streamlit/config.toml): it writes cells as they are, and a text that begins with = would run
as a formula in a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import streamlit as st

from kpi.access import Right, Scope
from kpi.present.file_names import download_name
from kpi.present.safe_csv import safe_csv
from pages.shared import marts as cached
from pages.shared.person import reader_now, still_in
from pages.shared.standing import Standing, may_take, standing

if TYPE_CHECKING:
    import pandas as pd

Content = str | bytes
A_FILE = "a file"  # what the log calls it


def download(
    label: str,
    make: Callable[[], Content],
    *,
    file_name: str,
    mime: str,
    key: str | None = None,
    of: Scope | None = None,
    icon: str = ":material/download:",
    kind: Literal["primary", "secondary", "tertiary"] = "secondary",
    help: str | None = None,
    runs_again: bool = False,
) -> bool:
    """A button that saves what ``make`` gives when it is pressed; nothing for a reader who may not take it out.

    ``of``: the partners whose data are in the file; None: all that the reader may see, NOTHING: none. True in the run
    that a press starts, with ``runs_again``.
    """
    person = reader_now()
    if person is None or not person.may(Right.READ):
        still_in()
        return False
    of = person.scope(Right.READ) if of is None else of
    if not may_take(person, of):
        return False
    return st.download_button(
        label,
        handed(make, standing(cached.store()), of),
        file_name=download_name(file_name),
        mime=mime,
        key=key,
        icon=icon,
        type=kind,
        help=help,
        on_click="rerun" if runs_again else "ignore",
    )


def handed(make: Callable[[], Content], reader: Standing, of: Scope) -> Callable[[], Content]:
    """``make`` for whoever may still take out what it makes. It raises InputRefused for others, and logs that."""

    def press() -> Content:
        reader.must_take(of, A_FILE)
        return make()

    return press


def table_download(
    frame: pd.DataFrame | Callable[[], pd.DataFrame],
    name: str,
    label: str = "Download as CSV",
    of: Scope | None = None,
) -> None:
    """A button that saves ``frame`` (or what it makes, when pressed) as ``name``.csv; no cell begins a formula.

    ``of`` as in ``download``.
    """
    download(
        label,
        lambda: safe_csv(frame() if callable(frame) else frame),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"download {name}",
        of=of,
    )
