"""What somebody typed is kept, also when they click a link of the navigation straight out of the field.

The browser sends two messages then, some milliseconds apart: the field's text, and the other page without the fields of
the page that is left. Where the first one has not begun to run, Streamlit folds both into one and takes the newer
message's fields alone: the text, and the callback that would have kept it, are lost without a word.
"""

from __future__ import annotations

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils import script_requests

_folded = script_requests._coalesce_widget_states


def keep_what_was_typed() -> None:
    """For every session of this process; a second call changes nothing."""
    script_requests._coalesce_widget_states = folded


def folded(old_states: WidgetStates | None, new_states: WidgetStates | None) -> WidgetStates | None:
    """As Streamlit folds them, and beside it the older message's fields that the newer one does not have.

    Streamlit runs their callbacks, and forgets those that the page has not.
    """
    found = _folded(old_states, new_states)
    if old_states is None or found is None:
        return found
    there = {state.id for state in found.widgets}
    whole = WidgetStates()
    whole.widgets.extend([*(state for state in old_states.widgets if state.id not in there), *found.widgets])
    return whole
