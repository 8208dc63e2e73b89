"""How an error reaches a person: a ``KpiError`` plainly, anything else as an incident number and a line in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from kpi.errors import KpiError
from kpi.incidents import Incident, record
from pages.shared.person import still_in
from pages.shared.text import literal


@contextmanager
def shown(where: str) -> Iterator[None]:
    """Show whatever goes wrong inside instead of a traceback. Streamlit's own control flow passes through.

    ``where`` names the screen in the log. Wrap callbacks and fragments too: they run outside the page. Nothing inside
    happens for a reader who is not signed in any more.
    """
    still_in()
    try:
        yield
    except KpiError as error:
        still_in()  # what was refused in the middle of the run may be its reader: then they get the door, not a message
        st.error(literal(str(error)), icon=":material/error:")
    except Exception as error:
        still_in()
        say_incident(record(error, where))


def say_incident(incident: Incident) -> None:
    """That something went wrong, and the number to quote."""
    where_to_look = "the log has the details" if incident.log else "the log could not be written"
    st.error(
        f"Something went wrong on our side. Please quote incident **{incident.id}** to whoever runs this "
        f"dashboard; {where_to_look}.",
        icon=":material/error:",
    )
