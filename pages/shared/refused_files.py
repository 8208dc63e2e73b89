"""Why a reader did not get a file, kept from the press of its button until their screen is drawn anew and says it."""

from __future__ import annotations

import threading
from collections import OrderedDict

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.shared.text import literal

MOST_REMEMBERED = 1000  # tabs; of those that never draw anything again

_lock = threading.Lock()
_said: OrderedDict[str, str] = OrderedDict()


def keep(session_id: str, why: str) -> None:
    """Remember, for the next run of this tab, why its reader did not get a file."""
    with _lock:
        _said[session_id] = why
        _said.move_to_end(session_id)
        while len(_said) > MOST_REMEMBERED:
            _said.popitem(last=False)


def taken(session_id: str) -> str:
    """What is to be said in this tab, once; "" for nothing."""
    with _lock:
        return _said.pop(session_id, "")


def shown() -> None:
    """Say it, above the screen."""
    context = get_script_run_ctx()
    if context is not None and (why := taken(context.session_id)):
        st.warning(literal(why), icon=":material/file_download_off:")
