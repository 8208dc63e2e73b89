"""What the server and its libraries log: without tracebacks that hold values, in the format of our own lines."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

import streamlit as st

from kpi.errors import KpiError
from kpi.incidents import record
from kpi.log_lines import QuietFormatter
from pages.shared.problems import say_incident
from pages.shared.text import literal

OURS = "kpi"
LIBRARIES = ("streamlit", "uvicorn", "websockets", "asyncio")
UNCAUGHT = "Uncaught app execution"


def set_up() -> None:
    """Gives every handler that exists our formatter, and our own loggers one. To be called when the server starts."""
    ours = logging.getLogger(OURS)
    if not ours.handlers:
        ours.addHandler(logging.StreamHandler(sys.stderr))
        ours.setLevel(logging.INFO)
    for name in (None, OURS, *LIBRARIES, *logging.root.manager.loggerDict):
        if name is None or name.partition(".")[0] in (OURS, *LIBRARIES):
            for handler in logging.getLogger(name).handlers:
                handler.setFormatter(QuietFormatter())
    if logging.lastResort is not None:  # what has no handler: uvicorn's errors, as Streamlit starts it
        logging.lastResort.setFormatter(QuietFormatter())
    logging.getLogger("streamlit.error_util").addFilter(_not_twice)


def _not_twice(entry: logging.LogRecord) -> bool:
    """Streamlit tells of an error before it asks ``told``, which logs it under an incident."""
    return entry.getMessage() != UNCAUGHT


def told(error: Exception) -> bool:
    """Called by Streamlit for an error outside ``problems.shown``, in a callback for example: says it like there."""
    if isinstance(error, KpiError):
        with suppress(Exception):
            st.error(literal(str(error)), icon=":material/error:")
            return True
    incident = record(error, "a callback")
    with suppress(Exception):
        say_incident(incident)
    return True
