"""What the upload desk keeps in the session: what people said about each file, the work done, mappings made here.

Everything is kept under keys that say what it rests on, and only the newest of each: a file of 200 MB is neither read
twice nor held twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from kpi.desk.understanding import Said
from kpi.intake.mapping_data import Mapping
from kpi.intake.table import FileHints
from pages.shared.session import (
    UPLOAD_PARTS,
    UPLOAD_RECEIPT,
    UPLOAD_ROUND,
    UPLOAD_SAID,
    UPLOAD_SHOWN,
    UPLOAD_WORK,
)

Thing = TypeVar("Thing")


def this_round(key: str) -> str:
    """A key of this upload alone: after a finished upload the next round starts with empty fields."""
    return f"{key}_{st.session_state.get(UPLOAD_ROUND, 0)}"


def said(item_key: str) -> Said:
    """What a person has said about one file so far."""
    found: Said = st.session_state.get(UPLOAD_SAID, {}).get(item_key, Said())
    return found


def say(item_key: str, **changes: Any) -> None:
    """Keeps something that a person said about one file; the rest of what they said stays."""
    every: dict[str, Said] = st.session_state.setdefault(UPLOAD_SAID, {})
    every[item_key] = replace(said(item_key), **changes)


def say_about_reading(item_key: str, **changes: Any) -> None:
    """The same for encoding, delimiter, sheet and header row."""
    say(item_key, file=replace(said(item_key).file, **changes))


def say_mapping(item_key: str, mapping: Mapping | None) -> None:
    """The mapping to read one file with; its own hints on the file take the place of what was said before."""
    say(item_key, mapping=mapping, file=FileHints(sheet=said(item_key).file.sheet) if mapping else FileHints())


def kept(name: str, rests_on: object, make: Callable[[], Thing]) -> Thing:
    """The thing called ``name``, made again when what it rests on has changed; only the newest is kept."""
    work: dict[str, tuple[object, Any]] = st.session_state.setdefault(UPLOAD_WORK, {})
    found = work.get(name)
    if found is not None and found[0] == rests_on:
        thing: Thing = found[1]
        return thing
    work.pop(name, None)  # let the old one go before the new one takes its memory
    made = make()
    work[name] = (rests_on, made)
    return made


def is_kept(name: str, rests_on: object) -> bool:
    """Whether ``kept`` would find it, so that nothing need be announced."""
    found = st.session_state.get(UPLOAD_WORK, {}).get(name)
    return found is not None and found[0] == rests_on


def forget_others(names: set[str]) -> None:
    """Drops the work on files that are no longer there."""
    work = st.session_state.get(UPLOAD_WORK, {})
    for name in [name for name in work if name not in names]:
        del work[name]


def start_again() -> None:
    """Forgets the finished upload: the next round has empty fields. Mappings made here are kept."""
    st.session_state[UPLOAD_ROUND] = st.session_state.get(UPLOAD_ROUND, 0) + 1
    for key in (UPLOAD_RECEIPT, UPLOAD_WORK, UPLOAD_SAID, UPLOAD_PARTS, UPLOAD_SHOWN):
        st.session_state.pop(key, None)
